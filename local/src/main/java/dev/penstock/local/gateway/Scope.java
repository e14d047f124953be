package dev.penstock.local.gateway;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who signed a request, for which service and region: the credential scope of Signature Version 4, from the
 * Authorization header or a presigned query. The signature itself is not checked.
 *
 * @param region {@code null} when the scope names none (Signature Version 4a)
 */
record Scope(String accessKey, @Nullable String region, String service) {
    private static final Pattern CREDENTIAL =
            Pattern.compile("(?:Credential=|X-Amz-Credential=)([^,&\\s]+)", Pattern.CASE_INSENSITIVE);

    static Optional<Scope> of(Map<String, List<String>> headers, String query) {
        String authorization = String.join("", headers.getOrDefault("authorization", List.of()));
        Matcher matcher = CREDENTIAL.matcher(authorization.isEmpty() ? query : authorization);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String[] parts =
                URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8).split("/", -1);
        // An access key may itself hold slashes, so count from the end: .../date/[region/]service/aws4_request
        int end = parts.length;
        boolean hasRegion = end >= 5;
        if (end < 4) {
            return Optional.empty();
        }
        return Optional.of(new Scope(parts[0], hasRegion ? parts[end - 3] : null, parts[end - 2]));
    }
}
