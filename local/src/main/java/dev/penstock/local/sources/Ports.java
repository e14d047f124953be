package dev.penstock.local.sources;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.streams.ShardReader;
import dev.penstock.local.streams.StreamDirectory;
import java.time.Duration;
import java.util.Optional;

/**
 * What the mappings of one region work with.
 *
 * @param firstPause before the first retry of a batch, doubled for each further one; real time, so keep it short
 * @param longestPause the longest wait between two retries
 */
public record Ports(
        ShardReader reader,
        StreamDirectory directory,
        Invoker invoker,
        Destinations destinations,
        Checkpoints checkpoints,
        MovableClock clock,
        Metrics metrics,
        Duration firstPause,
        Duration longestPause) {

    /** The stream with this ARN, if it can be read. */
    Optional<StreamDirectory.Stream> stream(String streamArn) {
        return directory.streams().stream()
                .filter(stream -> stream.arn().equals(streamArn))
                .findFirst();
    }
}
