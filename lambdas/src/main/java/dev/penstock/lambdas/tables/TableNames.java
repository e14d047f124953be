package dev.penstock.lambdas.tables;

import dev.penstock.lambdas.catalog.Environment;

/**
 * Physical table names of a stage.
 *
 * @param prefix before each logical name; empty in stage {@code local}
 */
public record TableNames(String prefix) {
    public static TableNames of(Environment environment) {
        return new TableNames(environment.optional(Environment.TABLE_PREFIX, ""));
    }

    public String physical(String logical) {
        return prefix + logical;
    }

    /**
     * The name in the catalog.
     *
     * @throws IllegalArgumentException when the table is not of this stage
     */
    public String logical(String physical) {
        if (!physical.startsWith(prefix)) {
            throw new IllegalArgumentException(
                    "table " + physical + " is not of this stage; its tables begin with " + prefix);
        }
        return physical.substring(prefix.length());
    }
}
