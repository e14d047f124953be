package dev.penstock.local.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an update expression changes, as a projection of the item: UPDATED_OLD and UPDATED_NEW show no more of it. The
 * engine shows the whole top-level attribute.
 *
 * @param projection the changed paths, separated by commas
 * @param names the placeholders of the expression that occur in it
 */
record UpdatedPaths(String projection, Map<String, String> names) {
    private static final Pattern TOKEN = Pattern.compile("[#:]?\\w+|\\S");
    private static final Set<String> CLAUSES = Set.of("SET", "REMOVE", "ADD", "DELETE");

    /** Empty when every changed attribute is a top-level one, which the engine shows as it should. */
    static Optional<UpdatedPaths> nested(String expression, Map<String, String> names) {
        List<String> paths = paths(expression);
        if (paths.stream().noneMatch(path -> path.contains(".") || path.contains("["))) {
            return Optional.empty();
        }
        Map<String, String> used = new LinkedHashMap<>();
        names.forEach((name, attribute) -> {
            if (paths.stream().anyMatch(path -> List.of(path.split("[.\\[]")).contains(name))) {
                used.put(name, attribute);
            }
        });
        return Optional.of(new UpdatedPaths(String.join(", ", paths), used));
    }

    /** After a clause's word, and after each comma that is not inside parentheses, stands a path. */
    private static List<String> paths(String expression) {
        List<String> paths = new ArrayList<>();
        Matcher tokens = TOKEN.matcher(expression);
        StringBuilder path = new StringBuilder();
        boolean isPath = false;
        int depth = 0;
        for (boolean more = tokens.find(); more; more = tokens.find()) {
            String token = tokens.group();
            boolean isClause = depth == 0 && CLAUSES.contains(token.toUpperCase(Locale.ROOT));
            boolean joins = token.equals(".") || token.equals("[") || token.equals("]");
            boolean isName = token.matches("#?\\w+");
            boolean follows =
                    path.isEmpty() || path.charAt(path.length() - 1) == '.' || path.charAt(path.length() - 1) == '[';
            if (isPath && !isClause && (joins || (isName && follows))) {
                path.append(token);
                continue;
            }
            if (!path.isEmpty()) {
                paths.add(path.toString());
                path.setLength(0);
            }
            depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
            isPath = isClause || (depth == 0 && token.equals(","));
        }
        if (!path.isEmpty()) {
            paths.add(path.toString());
        }
        return paths;
    }
}
