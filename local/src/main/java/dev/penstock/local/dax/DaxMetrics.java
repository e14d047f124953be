package dev.penstock.local.dax;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counters under the names that DAX publishes to CloudWatch, namespace AWS/DAX ("DAX metrics and dimensions", Amazon
 * DynamoDB Developer Guide), since the server's start. Threadsafe.
 */
public final class DaxMetrics {
    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
    private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();
    /** What of the counters was given away. */
    private final Map<String, Long> published = new HashMap<>();

    private final Durations hitsAnswered = new Durations();
    private final Durations hitsSent = new Durations();

    DaxMetrics() {}

    @FunctionalInterface
    interface Sink {
        void put(String name, double value, String unit);
    }

    /** Gives away what was counted since the last call, and the gauges as they are. */
    synchronized void publish(Sink sink) {
        counters.forEach((name, counter) -> {
            long total = counter.sum();
            long since = total - published.getOrDefault(name, 0L);
            if (since > 0) {
                published.put(name, total);
                sink.put(name, (double) since, unit(name));
            }
        });
        gauges.forEach((name, gauge) -> sink.put(name, (double) gauge.getAsLong(), unit(name)));
    }

    private static String unit(String name) {
        return switch (name) {
            case "EvictedSize", "EstimatedDbSize" -> "Bytes";
            case "CacheMemoryUtilization" -> "Percent";
            default -> "Count";
        };
    }

    void count(String name) {
        add(name, 1);
    }

    void add(String name, long amount) {
        counters.computeIfAbsent(name, absent -> new LongAdder()).add(amount);
    }

    void gauge(String name, LongSupplier value) {
        gauges.put(name, value);
    }

    void evicted(long bytes) {
        add("EvictedSize", bytes);
    }

    /** A request that a cache alone answered: nanoseconds until its answer was ready, and until it was written. */
    void hit(long answered, long sent) {
        hitsAnswered.add(answered);
        hitsSent.add(sent);
    }

    /** A counter's value or a gauge's present one, 0 for what never happened. */
    public long get(String name) {
        LongSupplier gauge = gauges.get(name);
        if (gauge != null) {
            return gauge.getAsLong();
        }
        LongAdder counter = counters.get(name);
        return counter == null ? 0 : counter.sum();
    }

    /** All counters and gauges by name. */
    public Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        counters.forEach((name, counter) -> all.put(name, counter.sum()));
        gauges.forEach((name, gauge) -> all.put(name, gauge.getAsLong()));
        return all;
    }

    /** How long requests that a cache alone answered took from their last byte to the whole answer. */
    Durations hitsAnswered() {
        return hitsAnswered;
    }

    /** The same until the answer was handed to the network. */
    Durations hitsSent() {
        return hitsSent;
    }
}
