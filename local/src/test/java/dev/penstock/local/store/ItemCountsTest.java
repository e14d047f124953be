package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

class ItemCountsTest {
    private final AtomicLong now = new AtomicLong();
    private long items;
    private int asked;
    private final ItemCounts counts = new ItemCounts(
            table -> {
                asked++;
                return TableDescription.builder().itemCount(items).build();
            },
            now::get);

    @Test
    void aSmallTableIsCountedWheneverItIsDescribed() {
        Table table = table(1);
        for (items = 0; items <= ItemCounts.SMALL; items += ItemCounts.SMALL / 4) {
            assertEquals(items, counts.of(table).itemCount());
        }
    }

    @Test
    void aLargeTableIsCountedOnceAMinute() {
        Table table = table(1);
        items = ItemCounts.SMALL + 1;
        counts.of(table);
        items += 1;
        now.addAndGet(ItemCounts.KEPT.toNanos() - 1);
        assertEquals(items - 1, counts.of(table).itemCount());
        assertEquals(1, asked);
        now.addAndGet(1);
        assertEquals(items, counts.of(table).itemCount());
    }

    @Test
    void anotherTableOfTheSameNameIsCounted() {
        items = ItemCounts.SMALL * 2;
        counts.of(table(1));
        items = 0;
        assertEquals(0, counts.of(table(2)).itemCount());
    }

    @Test
    void aTableThatHasBecomeSmallIsCountedAtOnceAgain() {
        items = ItemCounts.SMALL * 2;
        counts.of(table(1));
        now.addAndGet(Duration.ofHours(1).toNanos());
        items = 5;
        counts.of(table(1));
        items = 6;
        assertEquals(6, counts.of(table(1)).itemCount());
    }

    private static Table table(int number) {
        return new Table(number, TestTables.described("eu-central-1", "T"));
    }
}
