package dev.penstock.local.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of all regions: per metric and minute the count, sum, minimum and maximum of its values, for the 15 days
 * that CloudWatch keeps minutes. Threadsafe.
 */
public final class MetricStore {
    private static final long MINUTE = 60_000;
    private static final Duration KEPT = Duration.ofDays(15);

    private final InstantSource clock;
    private final Map<Metric, NavigableMap<Long, Statistics>> metrics = new ConcurrentHashMap<>();

    /** One metric; dimensions are sorted by name. */
    public record Metric(String region, String namespace, String name, Map<String, String> dimensions) {
        public Metric {
            dimensions = Map.copyOf(dimensions);
        }
    }

    /** Values of a minute, or of a longer period, together. */
    public record Statistics(
            double count,
            double sum,
            double minimum,
            double maximum,
            @Nullable String unit) {
        static Statistics of(double value, double count, @Nullable String unit) {
            return new Statistics(count, value * count, value, value, unit);
        }

        Statistics plus(Statistics other) {
            return new Statistics(
                    count + other.count,
                    sum + other.sum,
                    Math.min(minimum, other.minimum),
                    Math.max(maximum, other.maximum),
                    unit == null ? other.unit : unit);
        }
    }

    public MetricStore(InstantSource clock) {
        this.clock = clock;
    }

    /** Adds a value now. */
    public void put(
            String region, String namespace, String name, double value, String unit, Map<String, String> dimensions) {
        add(new Metric(region, namespace, name, dimensions), clock.instant(), Statistics.of(value, 1, unit));
    }

    void add(Metric metric, Instant time, Statistics values) {
        long minute = Math.floorDiv(time.toEpochMilli(), MINUTE) * MINUTE;
        NavigableMap<Long, Statistics> minutes = metrics.computeIfAbsent(metric, m -> new ConcurrentSkipListMap<>());
        minutes.merge(minute, values, Statistics::plus);
        minutes.headMap(clock.instant().minus(KEPT).toEpochMilli()).clear();
    }

    Instant now() {
        return clock.instant();
    }

    /** Every metric that has values. */
    public Set<Metric> metrics() {
        return Set.copyOf(metrics.keySet());
    }

    /**
     * The values of a metric by the start of their period, in epoch milliseconds.
     *
     * @param from inclusive
     * @param to exclusive
     */
    public NavigableMap<Long, Statistics> between(Metric metric, Instant from, Instant to, Duration period) {
        NavigableMap<Long, Statistics> periods = new TreeMap<>();
        long length = period.toMillis();
        metrics.getOrDefault(metric, new ConcurrentSkipListMap<>())
                .subMap(from.toEpochMilli(), Math.max(from.toEpochMilli(), to.toEpochMilli()))
                .forEach((minute, values) ->
                        periods.merge(Math.floorDiv(minute, length) * length, values, Statistics::plus));
        return periods;
    }

    /** All values of a metric together; empty statistics if it has none. */
    public Statistics total(Metric metric) {
        return metrics.getOrDefault(metric, new ConcurrentSkipListMap<>()).values().stream()
                .reduce(Statistics::plus)
                .orElse(new Statistics(0, 0, 0, 0, null));
    }
}
