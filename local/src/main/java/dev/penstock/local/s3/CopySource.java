package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.Request;
import java.net.URLDecoder;
import org.jspecify.annotations.Nullable;

/** The object that a copy reads, as the header {@code x-amz-copy-source} names it. */
record CopySource(String bucket, String key, @Nullable String versionId) {
    static CopySource of(Request request) {
        String text = request.header("x-amz-copy-source").orElse("");
        String[] version = text.split("\\?versionId=", 2);
        String path = URLDecoder.decode(version[0].replace("+", "%2B"), UTF_8).replaceFirst("^/", "");
        int slash = path.indexOf('/');
        if (slash < 1 || slash == path.length() - 1) {
            throw S3Errors.invalidArgument("Invalid copy source object key");
        }
        return new CopySource(
                path.substring(0, slash), path.substring(slash + 1), version.length == 1 ? null : version[1]);
    }
}
