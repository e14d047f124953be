package dev.penstock.lambdas.importflow;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be imported.
 *
 * @param export a full export: {@code s3://bucket/prefix} that holds it, or its {@code manifest-summary.json}
 * @param table the table of the catalog whose keys and settings the new one gets
 * @param target physical name of the new table
 * @param recipe {@code s3://bucket/key} of a recipe; empty: items stay as they are
 */
public record ImportOrder(String export, String table, String target, String recipe) {
    private static final String ALLOWED =
            "{\"task\":\"import\",\"export\":\"s3://...\",\"table\":NAME,\"target\":NAME,\"recipe\":\"s3://...\"}";

    public ImportOrder {
        if (!export.startsWith("s3://") || !(recipe.isEmpty() || recipe.startsWith("s3://"))) {
            throw new IllegalArgumentException(
                    "export and recipe must begin with s3://; given: '%s', '%s'".formatted(export, recipe));
        }
        if (!target.matches("[A-Za-z0-9_.-]{3,255}")) {
            throw new IllegalArgumentException(
                    "target is '%s': allowed are 3 to 255 letters, digits, _ . -".formatted(target));
        }
    }

    /** Reads an event. */
    public static ImportOrder of(Map<String, String> event) {
        if (!event.keySet().containsAll(Set.of("export", "table", "target"))) {
            throw new IllegalArgumentException(
                    "event has %s: allowed is %s".formatted(new TreeSet<>(event.keySet()), ALLOWED));
        }
        return new ImportOrder(
                event.getOrDefault("export", ""),
                event.getOrDefault("table", ""),
                event.getOrDefault("target", ""),
                event.getOrDefault("recipe", ""));
    }
}
