package dev.penstock.local.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request as a service sees it: body read, region and service already taken from the signature.
 *
 * @param headers names in lower case
 * @param path percent-encoded, as sent
 * @param query raw query string, empty if none
 * @param region from the credential scope; the runtime's home region when the request is not signed
 * @param service signing name from the credential scope ({@code dynamodb}, {@code s3}...), empty if not signed
 * @param accessKey empty if not signed
 * @param spooled a body too large to hold in memory (S3 only), in a file that is gone after the answer; {@code body} is
 *     then empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Request(
        String method,
        String path,
        String query,
        Map<String, List<String>> headers,
        byte[] body,
        String region,
        String service,
        String accessKey,
        @Nullable Path spooled) {

    public Request(
            String method,
            String path,
            String query,
            Map<String, List<String>> headers,
            byte[] body,
            String region,
            String service,
            String accessKey) {
        this(method, path, query, headers, body, region, service, accessKey, null);
    }

    /** The body, wherever it is; the caller closes it. */
    public InputStream content() throws IOException {
        return spooled == null ? new ByteArrayInputStream(body) : Files.newInputStream(spooled);
    }

    /** The first value of a header, whatever the case of its name. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)))
                .filter(values -> !values.isEmpty())
                .map(List::getFirst);
    }

    /** The operation named by {@code X-Amz-Target}, without its service prefix; empty for REST services. */
    public Optional<String> operation() {
        return header("x-amz-target").map(target -> target.substring(target.lastIndexOf('.') + 1));
    }

    /** This request once its body is read and its service known. */
    Request with(String service, byte[] body, @Nullable Path spooled) {
        return new Request(method, path, query, headers, body, region, service, accessKey, spooled);
    }
}
