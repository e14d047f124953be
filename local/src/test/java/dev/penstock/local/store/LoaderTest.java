package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.journal.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class LoaderTest {
    private static final Table TABLE = new Table(1, TestTables.described("eu-central-1", "Loaded"));

    @Test
    void theLastItemOfAKeyWinsAndNoneIsLost() {
        Map<String, String> expected = new HashMap<>();
        Map<String, String> written = new ConcurrentHashMap<>();
        try (Loader loader = new Loader(batch -> put(batch, written), () -> {})) {
            for (int i = 0; i < 20_000; i++) {
                String id = "k" + i * 7 % 997;
                loader.add(TABLE, item(id, i));
                expected.put(id, Integer.toString(i));
            }
            loader.finish();
        }
        assertEquals(expected, written);
    }

    @Test
    void severalBatchesAreUnderWayAtOnce() throws InterruptedException {
        CountDownLatch two = new CountDownLatch(2);
        AtomicInteger alone = new AtomicInteger();
        try (Loader loader = new Loader(
                batch -> {
                    two.countDown();
                    if (!await(two)) {
                        alone.incrementAndGet();
                    }
                },
                () -> {})) {
            for (int i = 0; i < 1_000; i++) {
                loader.add(TABLE, item("k" + i, i));
            }
            loader.finish();
        }
        assertEquals(0, alone.get());
    }

    @Test
    void aFailureReachesWhoeverAddsAndTheEndIsToldOnce() {
        AtomicInteger ends = new AtomicInteger();
        try (Loader loader = new Loader(
                batch -> {
                    throw new IllegalStateException("full");
                },
                ends::incrementAndGet)) {
            var failed = assertThrows(IllegalStateException.class, () -> {
                for (int i = 0; i < 100_000; i++) {
                    loader.add(TABLE, item("k" + i, i));
                }
                loader.finish();
            });
            assertEquals("full", failed.getMessage());
        }
        assertEquals(1, ends.get());
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void put(List<Change> batch, Map<String, String> written) {
        assertTrue(batch.size() <= Loader.BATCH);
        for (Change change : batch) {
            var item = Objects.requireNonNull(change.after());
            written.put(item.get("id").s(), item.get("v").n());
        }
    }

    private static Map<String, AttributeValue> item(String id, int value) {
        return Map.of("id", AttributeValue.fromS(id), "v", AttributeValue.fromN(Integer.toString(value)));
    }
}
