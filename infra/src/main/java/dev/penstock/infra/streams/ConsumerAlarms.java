package dev.penstock.infra.streams;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.settings.Settings;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;

/** What wakes somebody up when a consumer falls behind or gives up. Every description ends with what to do. */
final class ConsumerAlarms {

    private static final Duration PERIOD = Duration.minutes(1);

    private ConsumerAlarms() {}

    static void of(StreamHandler handler, Settings settings) {
        var topic = new AlarmTopic(handler, settings);
        var function = handler.function().function();
        var sum = MetricOptions.builder().period(PERIOD).statistic(Stats.SUM).build();
        topic.alarm(
                "IteratorAge",
                iteratorAge(handler),
                Duration.hours(1).toMilliseconds(),
                5,
                "%s is more than an hour behind its stream, which forgets after 24: OPERATIONS.md, consumer behind"
                        .formatted(handler.consumer().name()));
        topic.alarm(
                "Errors",
                function.metricErrors(sum),
                0,
                5,
                "%s fails: OPERATIONS.md, consumer fails"
                        .formatted(handler.consumer().name()));
        topic.alarm(
                "Throttles",
                function.metricThrottles(sum),
                0,
                5,
                "%s lacks concurrency: OPERATIONS.md, consumer throttled"
                        .formatted(handler.consumer().name()));
        topic.alarm(
                "Failures",
                mappingMetric(handler, "OnFailureDestinationDeliveredEventCount"),
                0,
                1,
                "Lambda gave up on records of %s and put them into the failure bucket: OPERATIONS.md, redrive"
                        .formatted(handler.consumer().name()));
        topic.alarm(
                "Undelivered",
                function.metric("DestinationDeliveryFailures", sum),
                0,
                1,
                "Lambda gave up on records of %s and could not put them into the failure bucket: OPERATIONS.md, records lost"
                        .formatted(handler.consumer().name()));
        topic.alarm(
                "Dropped",
                mappingMetric(handler, "DroppedEventCount"),
                0,
                1,
                "Records of %s were dropped and are nowhere: OPERATIONS.md, records lost"
                        .formatted(handler.consumer().name()));
        topic.alarm(
                "Poison",
                handlerMetric(handler, "Poison"),
                0,
                1,
                "%s put records that can never succeed into the failure bucket: OPERATIONS.md, redrive"
                        .formatted(handler.consumer().name()));
        if (handler.consumer().replication().isPresent()) {
            replication(topic, handler);
        }
    }

    private static void replication(AlarmTopic topic, StreamHandler handler) {
        topic.alarm(
                "Conflicts",
                handlerMetric(handler, "Conflicts"),
                0,
                1,
                "%s met writes of one item from two places, the later one won: OPERATIONS.md, replication conflict"
                        .formatted(handler.consumer().name()));
    }

    /** A count that the handler writes itself, e.g. records that can never succeed. */
    private static Metric handlerMetric(StreamHandler handler, String name) {
        return Metric.Builder.create()
                .namespace("Penstock")
                .metricName(name)
                .dimensionsMap(Map.of("Consumer", handler.consumer().name()))
                .period(PERIOD)
                .statistic(Stats.SUM)
                .build();
    }

    static Metric iteratorAge(StreamHandler handler) {
        return handler.function()
                .function()
                .metric(
                        "IteratorAge",
                        MetricOptions.builder()
                                .period(PERIOD)
                                .statistic(Stats.MAXIMUM)
                                .build());
    }

    static Metric mappingMetric(StreamHandler handler, String name) {
        return Metric.Builder.create()
                .namespace("AWS/Lambda")
                .metricName(name)
                .dimensionsMap(Map.of("EventSourceMappingUUID", handler.mappingId()))
                .period(PERIOD)
                .statistic(Stats.SUM)
                .build();
    }
}
