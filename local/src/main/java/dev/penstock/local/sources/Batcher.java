package dev.penstock.local.sources;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * BatchSize and MaximumBatchingWindow: a batch is ready when it holds BatchSize records, when the next record would
 * make the event larger than 6 MB, or when its first record has waited for the batching window.
 */
record Batcher(int batchSize, Duration window) {
    /** Lambda's limit for the event of a synchronous invocation. */
    static final int MAXIMUM_EVENT_BYTES = 6 * 1024 * 1024;

    /**
     * Takes the next batch off the queue, if one is ready.
     *
     * @param envelopeBytes what the event holds besides its records: of a tumbling window also its frame and state
     * @param belongs only records that pass join; the first that does not ends the batch
     * @param flush no further record will come, so what is there is ready
     */
    List<EventRecord> take(
            Deque<EventRecord> queue, Instant now, int envelopeBytes, Predicate<EventRecord> belongs, boolean flush) {
        List<EventRecord> batch = new ArrayList<>();
        int bytes = envelopeBytes;
        boolean full = flush;
        for (EventRecord next : queue) {
            bytes += next.json().length + 1;
            if (batch.size() == batchSize || !belongs.test(next) || (bytes > MAXIMUM_EVENT_BYTES && !batch.isEmpty())) {
                full = true;
                break;
            }
            batch.add(next);
        }
        if (batch.isEmpty()
                || !(full
                        || batch.size() == batchSize
                        || !now.isBefore(batch.getFirst().polled().plus(window)))) {
            return List.of();
        }
        for (int i = 0; i < batch.size(); i++) {
            queue.removeFirst();
        }
        return batch;
    }

    /** When what waits in the queue becomes a batch even if nothing joins it. */
    Optional<Instant> due(Deque<EventRecord> queue) {
        return Optional.ofNullable(queue.peekFirst())
                .map(first -> first.polled().plus(window));
    }
}
