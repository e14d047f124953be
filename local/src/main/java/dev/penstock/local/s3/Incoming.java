package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an uploading request brings: content (decoded from aws-chunked), headers to serve it with, metadata, tags and
 * checksums, in a header or trailing the content.
 */
final class Incoming implements AutoCloseable {
    private static final Set<String> SERVED = Set.of(
            "content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires");
    private static final String METADATA = "x-amz-meta-";
    /** The keys and values of an object's metadata together, in bytes. */
    private static final int METADATA_LIMIT = 2048;

    private final Request request;
    private final InputStream content;
    private final @Nullable ChunkedBody chunked;

    Incoming(Request request) throws IOException {
        this.request = request;
        boolean isChunked = request.header("content-encoding").orElse("").contains("aws-chunked")
                || request.header("x-amz-content-sha256").orElse("").startsWith("STREAMING-");
        this.chunked = isChunked ? new ChunkedBody(request.content()) : null;
        this.content = chunked == null ? request.content() : chunked;
    }

    InputStream content() {
        return content;
    }

    /** The algorithm the client chose, else the one S3 itself uses. */
    ChecksumAlgorithm algorithm() {
        return chosen().orElse(ChecksumAlgorithm.CRC64NVME);
    }

    Optional<ChecksumAlgorithm> chosen() {
        Optional<String> named = request.header("x-amz-sdk-checksum-algorithm")
                .or(() -> request.header("x-amz-checksum-algorithm"))
                .or(() -> request.header("x-amz-trailer").map(t -> t.replace("x-amz-checksum-", "")));
        if (named.isPresent()) {
            return Optional.of(algorithm(named.get()));
        }
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (request.header(algorithm.header()).isPresent()) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    private static ChecksumAlgorithm algorithm(String name) {
        return ChecksumAlgorithm.named(name)
                .orElseThrow(() -> AwsError.notSimulated("s3", "checksum algorithm " + name.toUpperCase(Locale.ROOT)));
    }

    ObjectWriter.Expected expected() {
        ChecksumAlgorithm algorithm = algorithm();
        return new ObjectWriter.Expected(
                request.header("content-md5").orElse(null),
                () -> request.header(algorithm.header())
                        .orElse(chunked == null ? null : chunked.trailers().get(algorithm.header())));
    }

    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : SERVED) {
            request.header(name).ifPresent(value -> headers.put(name, value));
        }
        headers.computeIfPresent("content-encoding", (name, value) -> withoutAwsChunked(value));
        headers.putIfAbsent("content-type", "binary/octet-stream");
        return headers;
    }

    private static @Nullable String withoutAwsChunked(String encoding) {
        String rest = encoding.replaceFirst("(^|,)\\s*aws-chunked\\s*", "").replaceFirst("^\\s*,\\s*", "");
        return rest.isBlank() ? null : rest;
    }

    Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        int size = 0;
        for (var header : request.headers().entrySet()) {
            if (header.getKey().startsWith(METADATA)) {
                String value = String.join(",", header.getValue());
                String name = header.getKey().substring(METADATA.length());
                size += name.length() + value.length();
                metadata.put(name, value);
            }
        }
        if (size > METADATA_LIMIT) {
            throw new AwsError(
                    400,
                    "MetadataTooLarge",
                    "Your metadata headers exceed the maximum allowed metadata size",
                    Map.of("Size", size, "MaxSizeAllowed", METADATA_LIMIT));
        }
        return metadata;
    }

    Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        Fields.parse(request.header("x-amz-tagging").orElse(""))
                .forEach((name, values) -> tags.put(name, values.getFirst()));
        return tags;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
