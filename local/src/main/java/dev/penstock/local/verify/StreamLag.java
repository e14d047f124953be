package dev.penstock.local.verify;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/**
 * How far consumers on AWS are behind their streams, by Lambda's metric {@code IteratorAge}: the age of the last record of
 * each batch, of all shards, of which CloudWatch has the maximum of each minute (Developer Guide, "Types of metrics for
 * Lambda functions"). A consumer of which there is nothing for as long as an invocation may take has nothing to do.
 */
public final class StreamLag {
    /** The longest invocation. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private static final Duration LEAST = Duration.ofSeconds(15);

    private static final int MINUTE = 60;

    /** A consumer that was no more behind than this when it was last heard of has caught up since. */
    private static final Duration SMALL = Duration.ofSeconds(MINUTE);

    private final CloudWatchClient metrics;
    private final String prefix;
    private final InstantSource clock;

    /** @param prefix of the stage's functions */
    public StreamLag(CloudWatchClient metrics, String prefix, InstantSource clock) {
        this.metrics = metrics;
        this.prefix = prefix;
        this.clock = clock;
    }

    /** Whether a consumer has applied all that was written before this time, as far as its metric tells. */
    public boolean isPast(String consumer, Instant time) {
        Optional<Datapoint> last = last(consumer);
        return last.isEmpty()
                || age(last.get()).compareTo(SMALL) <= 0
                || !last.get().timestamp().minus(age(last.get())).isBefore(time);
    }

    /** The greatest age that any of these consumers told last; zero when they have nothing to do. */
    public Duration of(List<String> consumers) {
        return consumers.stream()
                .flatMap(consumer -> last(consumer).stream())
                .map(StreamLag::age)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /**
     * Waits for as long as these consumers are behind, between 15 seconds and 15 minutes: what is the same after that as
     * before has been passed, by all that is known.
     *
     * @return false: nothing tells for sure
     */
    public boolean pause(List<String> consumers) {
        Duration behind = of(consumers);
        Duration wait = behind.compareTo(LEAST) < 0 ? LEAST : behind.compareTo(LONGEST) > 0 ? LONGEST : behind;
        try {
            return new CountDownLatch(1).await(wait.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the streams flow", e);
        }
    }

    private Optional<Datapoint> last(String consumer) {
        Instant now = clock.instant();
        return metrics
                .getMetricStatistics(get -> get.namespace("AWS/Lambda")
                        .metricName("IteratorAge")
                        .dimensions(Dimension.builder()
                                .name("FunctionName")
                                .value(prefix + consumer)
                                .build())
                        .startTime(now.minus(LONGEST))
                        .endTime(now.plusSeconds(MINUTE))
                        .period(MINUTE)
                        .statistics(Statistic.MAXIMUM))
                .datapoints()
                .stream()
                .max(Comparator.comparing(Datapoint::timestamp));
    }

    private static Duration age(Datapoint point) {
        return Duration.ofMillis(Math.round(point.maximum()));
    }
}
