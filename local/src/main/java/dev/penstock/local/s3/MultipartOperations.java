package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.wire.RestXml;
import dev.penstock.local.wire.Xml;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Multipart uploads over HTTP. */
final class MultipartOperations {
    private final ObjectStore store;

    MultipartOperations(ObjectStore store) {
        this.store = store;
    }

    Response create(Request request, Map<String, String> labels) {
        CreateMultipartUploadRequest input = RestXml.read(request, labels, CreateMultipartUploadRequest.builder());
        store.bucket(input.bucket());
        try (Incoming incoming = new Incoming(request)) {
            ChecksumAlgorithm algorithm = incoming.algorithm();
            String type = input.checksumTypeAsString();
            boolean isComposite = type == null ? algorithm != ChecksumAlgorithm.CRC64NVME : type.equals("COMPOSITE");
            Uploads.Upload upload = store.uploads()
                    .start(
                            input.bucket(),
                            input.key(),
                            incoming.headers(),
                            incoming.metadata(),
                            incoming.tags(),
                            algorithm,
                            isComposite);
            return RestXml.write(
                    200,
                    "InitiateMultipartUploadResult",
                    CreateMultipartUploadResponse.builder()
                            .bucket(input.bucket())
                            .key(input.key())
                            .uploadId(upload.id())
                            .checksumAlgorithm(algorithm.name())
                            .checksumType(isComposite ? "COMPOSITE" : "FULL_OBJECT")
                            .build());
        } catch (IOException cut) {
            throw new AwsError(400, "IncompleteBody", "The request body terminated unexpectedly");
        }
    }

    Response part(Request request, Map<String, String> labels) {
        UploadPartRequest input = RestXml.read(request, labels, UploadPartRequest.builder());
        Uploads.Upload upload = store.uploads().get(input.bucket(), input.key(), input.uploadId());
        if (request.header("x-amz-copy-source").isPresent()) {
            return copy(request, input, upload);
        }
        try (Incoming incoming = new Incoming(request)) {
            ChecksumAlgorithm algorithm = incoming.chosen().orElse(upload.algorithm());
            Uploads.Part part =
                    store.uploads().put(upload, input.partNumber(), incoming.content(), algorithm, incoming.expected());
            return new Response(
                    200, Map.of("ETag", "\"" + part.etag() + "\"", algorithm.header(), part.checksum()), new byte[0]);
        } catch (IOException cut) {
            throw new AwsError(400, "IncompleteBody", "The request body terminated unexpectedly");
        }
    }

    private Response copy(Request request, UploadPartRequest input, Uploads.Upload upload) {
        CopySource source = CopySource.of(request);
        Bucket from = store.bucket(source.bucket());
        StoredObject original = ObjectOperations.find(from, source.key(), source.versionId());
        Range range = request.header("x-amz-copy-source-range")
                .flatMap(text -> Range.parse(text, original.size()))
                .orElse(new Range(0, original.size()));
        try (InputStream content = Files.newInputStream(from.file(original))) {
            content.skipNBytes(range.start());
            // A part has at most 5 GB on AWS; copied parts larger than memory are not simulated.
            if (range.length() > Integer.MAX_VALUE - 8) {
                throw AwsError.notSimulated("s3", "UploadPartCopy of more than 2 GB");
            }
            var bytes = new ByteArrayInputStream(content.readNBytes((int) range.length()));
            Uploads.Part part = store.uploads()
                    .put(
                            upload,
                            input.partNumber(),
                            bytes,
                            upload.algorithm(),
                            new ObjectWriter.Expected(null, () -> null));
            return new Response(
                    200,
                    Map.of("content-type", "application/xml"),
                    Xml.write(
                            "CopyPartResult",
                            "",
                            CopyPartResult.builder()
                                    .eTag("\"" + part.etag() + "\"")
                                    .lastModified(Instant.ofEpochMilli(part.modified()))
                                    .build()));
        } catch (IOException gone) {
            throw S3Errors.noSuchKey(source.key());
        }
    }

    Response complete(Request request, Map<String, String> labels) {
        CompleteMultipartUploadRequest input = RestXml.read(request, labels, CompleteMultipartUploadRequest.builder());
        Uploads.Upload upload = store.uploads().get(input.bucket(), input.key(), input.uploadId());
        List<Uploads.Named> named = input.multipartUpload() == null
                ? List.of()
                : input.multipartUpload().parts().stream()
                        .map(part -> new Uploads.Named(part.partNumber(), part.eTag(), checksum(part)))
                        .toList();
        ObjectWriter writer = new ObjectWriter(store.bucket(input.bucket()), input.key(), store.now())
                .condition(Conditions.ofWrite(request));
        StoredObject object = store.uploads().complete(upload, named, writer);
        var answer = CompleteMultipartUploadResponse.builder()
                .bucket(input.bucket())
                .key(input.key())
                .location("/" + input.bucket() + "/" + input.key())
                .eTag("\"" + object.etag() + "\"")
                .checksumType(object.checksumType());
        if (!object.versionId().equals(Bucket.NULL_VERSION)) {
            answer.versionId(object.versionId());
        }
        switch (upload.algorithm()) {
            case CRC32 -> answer.checksumCRC32(object.checksum());
            case CRC32C -> answer.checksumCRC32C(object.checksum());
            case CRC64NVME -> answer.checksumCRC64NVME(object.checksum());
            case SHA1 -> answer.checksumSHA1(object.checksum());
            case SHA256 -> answer.checksumSHA256(object.checksum());
        }
        return RestXml.write(200, "CompleteMultipartUploadResult", answer.build());
    }

    private static @Nullable String checksum(CompletedPart part) {
        for (String checksum : new String[] {
            part.checksumCRC32(),
            part.checksumCRC32C(),
            part.checksumCRC64NVME(),
            part.checksumSHA1(),
            part.checksumSHA256()
        }) {
            if (checksum != null) {
                return checksum;
            }
        }
        return null;
    }

    Response abort(Request request, Map<String, String> labels) {
        AbortMultipartUploadRequest input = RestXml.read(request, labels, AbortMultipartUploadRequest.builder());
        store.uploads().abort(store.uploads().get(input.bucket(), input.key(), input.uploadId()));
        return new Response(204, Map.of(), new byte[0]);
    }

    Response parts(Request request, Map<String, String> labels) {
        ListPartsRequest input = RestXml.read(request, labels, ListPartsRequest.builder());
        Uploads.Upload upload = store.uploads().get(input.bucket(), input.key(), input.uploadId());
        int after = input.partNumberMarker() == null ? 0 : input.partNumberMarker();
        int max = input.maxParts() == null ? 1000 : Math.clamp(input.maxParts(), 1, 1000);
        List<Part> parts = upload.parts().tailMap(after, false).values().stream()
                .limit(max)
                .map(part -> Part.builder()
                        .partNumber(part.number())
                        .eTag("\"" + part.etag() + "\"")
                        .size(part.size())
                        .lastModified(Instant.ofEpochMilli(part.modified()))
                        .build())
                .toList();
        boolean isTruncated = upload.parts().tailMap(after, false).size() > max;
        return RestXml.write(
                200,
                "ListPartsResult",
                ListPartsResponse.builder()
                        .bucket(input.bucket())
                        .key(input.key())
                        .uploadId(upload.id())
                        .partNumberMarker(after)
                        .maxParts(max)
                        .isTruncated(isTruncated)
                        .nextPartNumberMarker(isTruncated ? parts.getLast().partNumber() : null)
                        .parts(parts)
                        .build());
    }

    Response uploads(Request request, Map<String, String> labels) {
        ListMultipartUploadsRequest input = RestXml.read(request, labels, ListMultipartUploadsRequest.builder());
        store.bucket(input.bucket());
        String prefix = input.prefix() == null ? "" : input.prefix();
        return RestXml.write(
                200,
                "ListMultipartUploadsResult",
                ListMultipartUploadsResponse.builder()
                        .bucket(input.bucket())
                        .prefix(prefix)
                        .isTruncated(false)
                        .uploads(store.uploads().of(input.bucket()).stream()
                                .filter(upload -> upload.key().startsWith(prefix))
                                .map(upload -> MultipartUpload.builder()
                                        .key(upload.key())
                                        .uploadId(upload.id())
                                        .initiated(Instant.ofEpochMilli(upload.initiated()))
                                        .build())
                                .toList())
                        .build());
    }
}
