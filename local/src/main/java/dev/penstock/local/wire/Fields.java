package dev.penstock.local.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.AwsError;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a query string or a form body. */
public final class Fields {
    private Fields() {}

    /**
     * Decodes {@code a=1&b=2&c}, in the order given; a field without a value has the empty one.
     *
     * @throws AwsError when a percent sign is followed by no hexadecimal number
     */
    public static Map<String, List<String>> parse(String encoded) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String field : encoded.split("&", -1)) {
            if (!field.isEmpty()) {
                String[] parts = field.split("=", 2);
                fields.computeIfAbsent(decode(parts[0]), name -> new ArrayList<>(1))
                        .add(parts.length == 1 ? "" : decode(parts[1]));
            }
        }
        return fields;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new AwsError(400, "MalformedQueryString", "'" + text + "' is not percent-encoded");
        }
    }
}
