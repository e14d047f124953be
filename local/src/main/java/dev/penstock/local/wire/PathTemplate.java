package dev.penstock.local.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path as the service models write it: {@code /backup-vaults/{backupVaultName}/recovery-points}, {@code {Key+}} for
 * a label that spans slashes, and {@code ?uploads} for a query field that must be present.
 *
 * @param query names of query fields a request must have
 */
record PathTemplate(Pattern pattern, List<String> labels, List<String> query) {
    private static final Pattern LABEL = Pattern.compile("\\{(\\w+)(\\+?)}");

    static PathTemplate of(String template) {
        String[] parts = template.split("\\?", 2);
        List<String> labels = new ArrayList<>();
        StringBuilder regex = new StringBuilder();
        Matcher label = LABEL.matcher(parts[0]);
        int end = 0;
        while (label.find()) {
            regex.append(Pattern.quote(parts[0].substring(end, label.start())));
            regex.append(label.group(2).isEmpty() ? "([^/]+)" : "(.+)");
            labels.add(label.group(1));
            end = label.end();
        }
        regex.append(Pattern.quote(parts[0].substring(end))).append("/?");
        return new PathTemplate(
                Pattern.compile(regex.toString(), Pattern.DOTALL),
                List.copyOf(labels),
                parts.length == 1 ? List.of() : List.of(parts[1].split("&")));
    }

    /** The labels' values, decoded, when the request fits. */
    Optional<Map<String, String>> match(String path, Map<String, List<String>> fields) {
        if (!fields.keySet().containsAll(query)) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            // A plus sign in a path is a plus sign, not a space.
            values.put(labels.get(i), URLDecoder.decode(matcher.group(i + 1).replace("+", "%2B"), UTF_8));
        }
        return Optional.of(values);
    }
}
