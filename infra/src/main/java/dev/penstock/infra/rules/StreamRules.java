package dev.penstock.infra.rules;

import static dev.penstock.infra.rules.TemplateRules.unless;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** Event source mappings: what stalls a shard, loses records, or reads nothing. */
final class StreamRules {

    private static final String MAPPING = "AWS::Lambda::EventSourceMapping";
    private static final List<String> SETTINGS = List.of(
            "BatchSize",
            "BisectBatchOnFunctionError",
            "Enabled",
            "FunctionResponseTypes",
            "MaximumBatchingWindowInSeconds",
            "MaximumRecordAgeInSeconds",
            "MaximumRetryAttempts",
            "ParallelizationFactor",
            "TumblingWindowInSeconds");

    static final List<TemplateRule> RULES = List.of(
            new TemplateRule("mapping-without-starting-position", MAPPING, StreamRules::startingPosition),
            new TemplateRule("mapping-of-a-wildcard-stream", MAPPING, StreamRules::wildcard),
            new TemplateRule("mapping-with-a-default", MAPPING, StreamRules::explicit),
            new TemplateRule("mapping-without-failure-destination", MAPPING, StreamRules::destination),
            new TemplateRule("tumbling-window-in-parallel", MAPPING, StreamRules::tumblingWindow),
            new TemplateRule("mapping-retries-for-ever", MAPPING, StreamRules::retries));

    private StreamRules() {}

    private static boolean readsStream(JsonNode mapping) {
        return !mapping.path("EventSourceArn").asText().contains(":sqs:");
    }

    private static Stream<String> startingPosition(JsonNode mapping) {
        return unless(
                !readsStream(mapping) || mapping.hasNonNull("StartingPosition"),
                "StartingPosition is missing: allowed are TRIM_HORIZON, LATEST");
    }

    private static Stream<String> wildcard(JsonNode mapping) {
        return unless(
                !mapping.path("EventSourceArn").toString().contains("/stream/*"),
                "EventSourceArn ends with a wildcard: read the replica's LatestStreamArn");
    }

    private static Stream<String> explicit(JsonNode mapping) {
        return readsStream(mapping)
                ? SETTINGS.stream()
                        .filter(setting -> !mapping.hasNonNull(setting))
                        .map("%s is not set, and its default is not what one thinks"::formatted)
                : Stream.empty();
    }

    private static Stream<String> destination(JsonNode mapping) {
        return unless(
                !readsStream(mapping)
                        || mapping.path("DestinationConfig").path("OnFailure").hasNonNull("Destination"),
                "DestinationConfig.OnFailure is missing: what Lambda gives up on would be gone");
    }

    private static Stream<String> tumblingWindow(JsonNode mapping) {
        return unless(
                mapping.path("TumblingWindowInSeconds").asInt() == 0
                        || mapping.path("ParallelizationFactor").asInt() == 1,
                "a tumbling window needs ParallelizationFactor 1");
    }

    /** A tumbling window must never skip a record: it alone may wait for as long as the stream holds its records. */
    private static Stream<String> retries(JsonNode mapping) {
        boolean bounded = mapping.path("MaximumRetryAttempts").asInt() >= 0
                && mapping.path("MaximumRecordAgeInSeconds").asInt() >= 0;
        return unless(
                bounded || mapping.path("TumblingWindowInSeconds").asInt() > 0,
                "MaximumRetryAttempts and MaximumRecordAgeInSeconds have no bound: one bad record stops its shard");
    }
}
