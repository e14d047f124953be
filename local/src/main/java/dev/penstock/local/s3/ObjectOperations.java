package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.wire.RestXml;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Puts, gets and deletes objects. */
final class ObjectOperations {
    /** In UTF-8. */
    private static final int KEY_LIMIT = 1024;

    private final ObjectStore store;
    private final CopyOperation copying;

    ObjectOperations(ObjectStore store) {
        this.store = store;
        this.copying = new CopyOperation(store);
    }

    Response put(Request request, Map<String, String> labels) {
        if (request.header("x-amz-copy-source").isPresent()) {
            return copying.copy(request, labels);
        }
        Bucket bucket = store.bucket(label(labels, "Bucket"));
        String key = key(labels);
        try (Incoming incoming = new Incoming(request)) {
            StoredObject object = new ObjectWriter(bucket, key, store.now())
                    .headers(incoming.headers())
                    .metadata(incoming.metadata())
                    .tags(incoming.tags())
                    .checksum(incoming.algorithm())
                    .expected(incoming.expected())
                    .condition(Conditions.ofWrite(request))
                    .write(incoming.content());
            return new Response(200, written(object), new byte[0]);
        } catch (IOException cut) {
            throw new AwsError(400, "IncompleteBody", "The request body terminated unexpectedly: " + cut.getMessage());
        }
    }

    static Map<String, String> written(StoredObject object) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ETag", "\"" + object.etag() + "\"");
        headers.put("x-amz-server-side-encryption", "AES256");
        checksum(object, headers);
        version(object, headers);
        return headers;
    }

    private static void checksum(StoredObject object, Map<String, String> headers) {
        if (!object.checksum().isEmpty()) {
            headers.put("x-amz-checksum-" + object.checksumAlgorithm().toLowerCase(Locale.ROOT), object.checksum());
            headers.put("x-amz-checksum-type", object.checksumType());
        }
    }

    static void version(StoredObject object, Map<String, String> headers) {
        if (!object.versionId().equals(Bucket.NULL_VERSION)) {
            headers.put("x-amz-version-id", object.versionId());
        }
    }

    Response get(Request request, Map<String, String> labels) {
        GetObjectRequest input = RestXml.read(request, labels, GetObjectRequest.builder());
        Bucket bucket = store.bucket(input.bucket());
        StoredObject object = find(bucket, input.key(), input.versionId());
        Map<String, String> headers = new LinkedHashMap<>(object.headers());
        headers.putAll(written(object));
        boolean wantsChecksum = request.header("x-amz-checksum-mode").orElse("").equalsIgnoreCase("ENABLED");
        Optional<Range> range = request.header("range").flatMap(text -> Range.parse(text, object.size()));
        if (!wantsChecksum || range.isPresent()) {
            headers.keySet().removeIf(name -> name.startsWith("x-amz-checksum-"));
        }
        headers.put(
                "Last-Modified",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        object.lastModified().atZone(ZoneOffset.UTC)));
        headers.put("Accept-Ranges", "bytes");
        object.metadata().forEach((name, value) -> headers.put("x-amz-meta-" + name, value));
        if (!object.tags().isEmpty()) {
            headers.put("x-amz-tagging-count", Integer.toString(object.tags().size()));
        }
        if (Conditions.isNotModified(request, "", object)) {
            headers.remove("content-type");
            return new Response(304, headers, new byte[0]);
        }
        overrides(input, headers);
        Range served = range.orElse(new Range(0, object.size()));
        range.ifPresent(r -> headers.put(
                "Content-Range", "bytes %d-%d/%d".formatted(r.start(), r.start() + r.length() - 1, object.size())));
        int status = range.isPresent() ? 206 : 200;
        if (request.method().equals("HEAD")) {
            headers.put("Content-Length", Long.toString(served.length()));
            return new Response(status, headers, new byte[0]);
        }
        return new Response(status, headers, new byte[0], new FileContent(bucket.file(object), served));
    }

    private static void overrides(GetObjectRequest input, Map<String, String> headers) {
        override(headers, "content-type", input.responseContentType());
        override(headers, "content-disposition", input.responseContentDisposition());
        override(headers, "content-encoding", input.responseContentEncoding());
        override(headers, "content-language", input.responseContentLanguage());
        override(headers, "cache-control", input.responseCacheControl());
    }

    private static void override(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    static StoredObject find(Bucket bucket, String key, @Nullable String versionId) {
        StoredObject object = bucket.find(key, versionId)
                .orElseThrow(
                        () -> versionId == null ? S3Errors.noSuchKey(key) : S3Errors.noSuchVersion(key, versionId));
        if (object.isDeleteMarker()) {
            throw versionId == null
                    ? S3Errors.noSuchKey(key)
                    : new AwsError(
                            405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
        }
        return object;
    }

    Response delete(Request request, Map<String, String> labels) {
        DeleteObjectRequest input = RestXml.read(request, labels, DeleteObjectRequest.builder());
        Bucket bucket = store.bucket(input.bucket());
        if (input.versionId() == null) {
            var answer = DeleteObjectResponse.builder();
            bucket.delete(input.key(), store.now())
                    .ifPresent(marker -> answer.deleteMarker(true).versionId(marker.versionId()));
            return RestXml.write(204, "", answer.build());
        }
        boolean wasMarker = bucket.deleteVersion(input.key(), input.versionId())
                .map(StoredObject::isDeleteMarker)
                .orElse(false);
        return RestXml.write(
                204,
                "",
                DeleteObjectResponse.builder()
                        .versionId(input.versionId())
                        .deleteMarker(wasMarker ? true : null)
                        .build());
    }

    Response deleteAll(Request request, Map<String, String> labels) {
        DeleteObjectsRequest input = RestXml.read(request, labels, DeleteObjectsRequest.builder());
        Bucket bucket = store.bucket(input.bucket());
        if (input.delete() == null
                || input.delete().objects().isEmpty()
                || input.delete().objects().size() > 1000) {
            throw new AwsError(
                    400,
                    "MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our published schema");
        }
        List<DeletedObject> deleted = new ArrayList<>();
        for (var each : input.delete().objects()) {
            var answer = DeletedObject.builder().key(each.key());
            if (each.versionId() == null) {
                bucket.delete(each.key(), store.now())
                        .ifPresent(m -> answer.deleteMarker(true).deleteMarkerVersionId(m.versionId()));
            } else {
                bucket.deleteVersion(each.key(), each.versionId());
                answer.versionId(each.versionId());
            }
            deleted.add(answer.build());
        }
        boolean quiet = Boolean.TRUE.equals(input.delete().quiet());
        return RestXml.write(
                200,
                "DeleteResult",
                quiet
                        ? DeleteObjectsResponse.builder().build()
                        : DeleteObjectsResponse.builder().deleted(deleted).build());
    }

    static String key(Map<String, String> labels) {
        String key = label(labels, "Key");
        if (key.getBytes(UTF_8).length > KEY_LIMIT) {
            throw new AwsError(400, "KeyTooLongError", "Your key is too long", Map.of("MaxSizeAllowed", KEY_LIMIT));
        }
        return key;
    }

    static String label(Map<String, String> labels, String name) {
        return labels.getOrDefault(name, "");
    }
}
