package dev.penstock.local.sources;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.streams.ShardReader;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/**
 * What the mappings of one region work with.
 *
 * @param viewTypes the view type of a stream; empty when there is no such stream
 * @param firstPause before the first retry of a batch, doubled for each further one; real time, so keep it short
 * @param longestPause the longest wait between two retries
 */
public record Ports(
        ShardReader reader,
        Function<String, Optional<StreamViewType>> viewTypes,
        Invoker invoker,
        Destinations destinations,
        Checkpoints checkpoints,
        MovableClock clock,
        Metrics metrics,
        Duration firstPause,
        Duration longestPause) {}
