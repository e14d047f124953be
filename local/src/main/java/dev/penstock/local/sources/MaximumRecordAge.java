package dev.penstock.local.sources;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * MaximumRecordAge: records older than this are not invoked again, or not at all.
 *
 * @param seconds 60 to 604,800, or -1 for none
 */
record MaximumRecordAge(int seconds) {
    /** The leading records that are too old; a batch is in commit order, so they stand first. */
    List<EventRecord> expired(List<EventRecord> batch, Instant now) {
        if (seconds < 0) {
            return List.of();
        }
        Instant oldest = now.minus(Duration.ofSeconds(seconds));
        int count = 0;
        while (count < batch.size() && batch.get(count).committed().isBefore(oldest)) {
            count++;
        }
        return batch.subList(0, count);
    }
}
