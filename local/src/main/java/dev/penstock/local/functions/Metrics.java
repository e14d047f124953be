package dev.penstock.local.functions;

import java.util.Map;

/** Takes metric values under the names CloudWatch has them in namespace {@code AWS/Lambda}. Threadsafe and quick. */
@FunctionalInterface
public interface Metrics {
    /** @param unit CloudWatch's name of it: {@code Count}, {@code Milliseconds} */
    void put(String name, double value, String unit, Map<String, String> dimensions);

    /** Counts of a function. */
    default void count(String name, double value, String functionName) {
        put(name, value, "Count", Map.of("FunctionName", functionName));
    }

    /** Forgets every value. */
    static Metrics none() {
        return (name, value, unit, dimensions) -> {};
    }
}
