package dev.penstock.lambdas.dax;

import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How long lookups take, as a CloudWatch metric in embedded metric format, with the way they took as dimension: so the
 * dashboard shows DAX and table side by side.
 */
final class LatencyMetric {

    private static final double NANOS_PER_MILLI = 1e6;

    private final String by;
    private final InstantSource clock;
    private final Consumer<String> out;

    /**
     * @param by {@code Dax} or {@code Table}
     * @param out where a line of the log goes
     */
    LatencyMetric(String by, InstantSource clock, Consumer<String> out) {
        this.by = by;
        this.clock = clock;
        this.out = out;
    }

    <T> T time(Supplier<T> lookup) {
        long started = System.nanoTime();
        try {
            return lookup.get();
        } finally {
            double millis = (System.nanoTime() - started) / NANOS_PER_MILLI;
            out.accept("""
                    {"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":"Penstock","Dimensions":[["By"]],\
                    "Metrics":[{"Name":"SessionLookup","Unit":"Milliseconds"}]}]},"By":"%s","SessionLookup":%s}""".formatted(clock.millis(), by, millis));
        }
    }
}
