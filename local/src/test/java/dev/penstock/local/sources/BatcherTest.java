package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** BatchSize, MaximumBatchingWindow and the 6 MB limit. */
class BatcherTest {
    private static final Instant NOW = MemoryStream.second(0);

    private final Deque<EventRecord> queue = new ArrayDeque<>();

    private void queue(int count, int bytes, Instant polled) {
        for (int i = 0; i < count; i++) {
            queue.add(new EventRecord(null, new byte[bytes], polled));
        }
    }

    private int take(Batcher batcher, Instant now) {
        return batcher.take(queue, now, EventJson.ENVELOPE_BYTES, record -> true, false)
                .size();
    }

    @Test
    void withoutAWindowWhatIsThereIsABatch() {
        Batcher batcher = new Batcher(100, Duration.ZERO);
        assertEquals(0, take(batcher, NOW));
        queue(3, 10, NOW);
        assertEquals(3, take(batcher, NOW));
        assertEquals(0, queue.size());
    }

    @Test
    void aBatchIsNoLargerThanBatchSize() {
        Batcher batcher = new Batcher(2, Duration.ZERO);
        queue(5, 10, NOW);
        assertEquals(
                List.of(2, 2, 1, 0),
                List.of(take(batcher, NOW), take(batcher, NOW), take(batcher, NOW), take(batcher, NOW)));
    }

    @Test
    void aWindowHoldsASmallBatchBackAndLetsAFullOneGo() {
        Batcher batcher = new Batcher(3, Duration.ofSeconds(5));
        queue(2, 10, NOW);
        assertEquals(0, take(batcher, NOW.plusMillis(4_999)));
        assertEquals(Optional.of(NOW.plusSeconds(5)), batcher.due(queue));
        queue(1, 10, NOW.plusSeconds(4));
        assertEquals(3, take(batcher, NOW.plusSeconds(4)), "full before the window ends");
        queue(2, 10, NOW);
        assertEquals(2, take(batcher, NOW.plusSeconds(5)));
    }

    @Test
    void aBatchEndsBeforeItsEventExceedsSixMegabytes() {
        Batcher batcher = new Batcher(10_000, Duration.ofMinutes(5));
        int megabyte = 1024 * 1024;
        queue(7, megabyte - 20, NOW);
        assertEquals(6, take(batcher, NOW), "full by bytes, so it does not wait for the window");
        queue.clear();
        queue(6, megabyte, NOW);
        assertEquals(5, take(batcher, NOW), "the envelope counts too");
    }

    @Test
    void theLastRecordsOfAShardDoNotWait() {
        Batcher batcher = new Batcher(100, Duration.ofMinutes(5));
        queue(2, 10, NOW);
        assertEquals(
                2,
                batcher.take(queue, NOW, EventJson.ENVELOPE_BYTES, record -> true, true)
                        .size());
    }

    @Test
    void theBatchingWindowFollowsTheClock() {
        Harness harness = new Harness(settings -> settings.batchSize(10).maximumBatchingWindowInSeconds(60));
        harness.stream.insert("a");
        harness.run();
        harness.clock.advance(Duration.ofSeconds(30));
        harness.stream.insert("b");
        harness.run();
        assertEquals(List.of(), harness.batches());
        harness.clock.advance(Duration.ofSeconds(30));
        harness.run();
        assertEquals(List.of(List.of("a", "b")), harness.batches());
    }
}
