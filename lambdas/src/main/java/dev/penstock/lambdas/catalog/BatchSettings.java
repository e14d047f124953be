package dev.penstock.lambdas.catalog;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an event source mapping, all explicit. Ranges: "Parameters for Amazon DynamoDB event source
 * mappings" of the Lambda developer guide.
 *
 * @param batchSize 1 to 10,000
 * @param window batching window, 0 to 300 s
 * @param parallelization concurrent batches per shard, 1 to 10
 * @param maxRetryAttempts -1 (until the record expires) to 10,000
 * @param maxRecordAge 60 s to 7 days; {@code null} = until the record expires
 * @param tumblingWindow 0 (none) to 900 s
 */
public record BatchSettings(
        int batchSize,
        Duration window,
        int parallelization,
        int maxRetryAttempts,
        @Nullable Duration maxRecordAge,
        boolean bisect,
        Duration tumblingWindow,
        StartingPosition startingPosition) {

    /** Where a new mapping begins. */
    public enum StartingPosition {
        TRIM_HORIZON,
        LATEST
    }

    /** For a projector: whole batches, retried for 20 of the stream's 24 hours, halved on failure. */
    public static final BatchSettings PROJECTOR = new BatchSettings(
            1_000, Duration.ZERO, 1, 10_000, Duration.ofHours(20), true, Duration.ZERO, StartingPosition.TRIM_HORIZON);

    /** For a windowed projector: never discards, so that a shard's watermark never passes a record unseen. */
    public static final BatchSettings WINDOWED = new BatchSettings(
            1_000, Duration.ZERO, 1, -1, null, false, Duration.ofSeconds(60), StartingPosition.TRIM_HORIZON);

    /** For mails: few at a time, so that a timeout leaves few of them in doubt. */
    public static final BatchSettings MAIL = PROJECTOR.withBatchSize(10).withBisect(false);

    /** For archives: full batches make few objects. */
    public static final BatchSettings ARCHIVE = PROJECTOR.withWindow(Duration.ofSeconds(5));

    public BatchSettings {
        Rule.range("batch size", batchSize, 1, 10_000);
        Rule.range("batching window in seconds", window.toSeconds(), 0, 300);
        Rule.range("parallelization factor", parallelization, 1, 10);
        Rule.range("maximum retry attempts (-1 = until the record expires)", maxRetryAttempts, -1, 10_000);
        if (maxRecordAge != null) {
            Rule.range("maximum record age in seconds", maxRecordAge.toSeconds(), 60, 604_800);
        }
        Rule.range("tumbling window in seconds", tumblingWindow.toSeconds(), 0, 900);
        Rule.require(
                tumblingWindow.isZero() || parallelization == 1,
                "a tumbling window needs parallelization factor 1",
                parallelization,
                "1");
    }

    public boolean isWindowed() {
        return !tumblingWindow.isZero();
    }

    /** Whether Lambda may give up on a record before the stream does. */
    public boolean discards() {
        return maxRetryAttempts != -1 || maxRecordAge != null;
    }

    public BatchSettings withBatchSize(int value) {
        return new BatchSettings(
                value,
                window,
                parallelization,
                maxRetryAttempts,
                maxRecordAge,
                bisect,
                tumblingWindow,
                startingPosition);
    }

    public BatchSettings withWindow(Duration value) {
        return new BatchSettings(
                batchSize,
                value,
                parallelization,
                maxRetryAttempts,
                maxRecordAge,
                bisect,
                tumblingWindow,
                startingPosition);
    }

    public BatchSettings withParallelization(int value) {
        return new BatchSettings(
                batchSize, window, value, maxRetryAttempts, maxRecordAge, bisect, tumblingWindow, startingPosition);
    }

    public BatchSettings withRetry(int attempts, @Nullable Duration age) {
        return new BatchSettings(
                batchSize, window, parallelization, attempts, age, bisect, tumblingWindow, startingPosition);
    }

    public BatchSettings withBisect(boolean value) {
        return new BatchSettings(
                batchSize,
                window,
                parallelization,
                maxRetryAttempts,
                maxRecordAge,
                value,
                tumblingWindow,
                startingPosition);
    }
}
