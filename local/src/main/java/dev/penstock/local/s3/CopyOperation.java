package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.wire.RestXml;
import dev.penstock.local.wire.Xml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;

/** CopyObject: a put whose content is another object. */
final class CopyOperation {
    private final ObjectStore store;

    CopyOperation(ObjectStore store) {
        this.store = store;
    }

    Response copy(Request request, Map<String, String> labels) {
        CopySource source = CopySource.of(request);
        Bucket from = store.bucket(source.bucket());
        StoredObject original = ObjectOperations.find(from, source.key(), source.versionId());
        if (Conditions.isNotModified(request, "x-amz-copy-source-", original)) {
            throw S3Errors.preconditionFailed("x-amz-copy-source-If-None-Match");
        }
        boolean replaceMetadata =
                request.header("x-amz-metadata-directive").orElse("").equals("REPLACE");
        boolean replaceTags =
                request.header("x-amz-tagging-directive").orElse("").equals("REPLACE");
        Bucket to = store.bucket(ObjectOperations.label(labels, "Bucket"));
        if (!replaceMetadata
                && to == from
                && source.key().equals(ObjectOperations.key(labels))
                && source.versionId() == null) {
            throw new AwsError(
                    400,
                    "InvalidRequest",
                    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
        }
        try (Incoming incoming = new Incoming(request);
                InputStream content = Files.newInputStream(from.file(original))) {
            StoredObject copy = new ObjectWriter(to, ObjectOperations.key(labels), store.now())
                    .headers(replaceMetadata ? incoming.headers() : original.headers())
                    .metadata(replaceMetadata ? incoming.metadata() : original.metadata())
                    .tags(replaceTags ? incoming.tags() : original.tags())
                    .checksum(ChecksumAlgorithm.named(original.checksumAlgorithm())
                            .orElse(ChecksumAlgorithm.CRC64NVME))
                    .write(content);
            CopyObjectResult result = CopyObjectResult.builder()
                    .eTag("\"" + copy.etag() + "\"")
                    .lastModified(copy.lastModified())
                    .build();
            Response answer =
                    RestXml.write(200, "", CopyObjectResponse.builder().build());
            ObjectOperations.version(copy, answer.headers());
            answer.headers().put("content-type", "application/xml");
            return new Response(200, answer.headers(), Xml.write("CopyObjectResult", "", result));
        } catch (IOException gone) {
            throw S3Errors.noSuchKey(source.key());
        }
    }
}
