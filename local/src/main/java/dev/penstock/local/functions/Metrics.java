package dev.penstock.local.functions;

import java.util.Map;

/** Takes metric values under the names CloudWatch has them in namespace {@code AWS/Lambda}. Threadsafe and quick. */
@FunctionalInterface
public interface Metrics {
    /** @param unit CloudWatch's name of it: {@code Count}, {@code Milliseconds} */
    void put(String name, double value, String unit, Map<String, String> dimensions);

    /**
     * Puts a value of a function: under its name, and where it was called by an alias or a version under that too
     * (Lambda Developer Guide, "Types of metrics for Lambda functions").
     *
     * @param functionArn with or without a qualifier
     */
    default void ofFunction(String functionArn, String name, double value, String unit) {
        String[] parts = functionArn.split(":", -1);
        String function = parts.length > 6 ? parts[6] : functionArn;
        put(name, value, unit, Map.of("FunctionName", function));
        if (parts.length > 7) {
            put(name, value, unit, Map.of("FunctionName", function, "Resource", function + ":" + parts[7]));
        }
    }

    /** Forgets every value. */
    static Metrics none() {
        return (name, value, unit, dimensions) -> {};
    }
}
