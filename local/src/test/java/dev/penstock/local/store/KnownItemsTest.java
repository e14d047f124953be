package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.journal.ItemKey;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class KnownItemsTest {
    private static final Map<String, AttributeValue> IMAGE = Map.of("a", AttributeValue.fromS("1"));

    private final KnownItems known = new KnownItems(7);

    @Test
    void aKeyThatWasNeverWrittenIsKnownToBeAbsentOnce() {
        var taken = known.take(key(7, 1));
        assertNotNull(taken);
        assertNull(taken.image());
        assertNull(known.take(key(7, 1)), "a write of it is under way: what it left is not known until it says so");
    }

    @Test
    void ofATableFromBeforeTheStartOnlyImagesAreKnown() {
        assertNull(known.take(key(6, 1)));
        known.became(key(6, 1), IMAGE);
        assertEquals(new KnownItems.Known(IMAGE), known.take(key(6, 1)));
        assertNull(known.take(key(6, 1)));
    }

    @Test
    void anItemThatWasDeletedIsKnownToBeAbsent() {
        known.became(key(7, 1), IMAGE);
        known.take(key(7, 1));
        known.became(key(7, 1), null);
        assertEquals(KnownItems.Known.ABSENT, known.take(key(7, 1)));
    }

    @Test
    void aLargeImageIsNotKept() {
        known.became(key(7, 1), Map.of("a", AttributeValue.fromS("x".repeat(5_000))));
        assertNull(known.take(key(7, 1)));
    }

    @Test
    void noWrittenKeyIsEverCalledAbsentHoweverManyThereAre() {
        IntStream.range(0, 300_000).forEach(i -> known.became(key(7, i), IMAGE));
        IntStream.range(0, 300_000).forEach(i -> {
            var taken = known.take(key(7, i));
            assertTrue(taken == null || taken.image() != null, () -> "key " + i);
        });
        long told = IntStream.range(300_000, 400_000)
                .filter(i -> known.take(key(7, i)) != null)
                .count();
        assertTrue(told > 95_000, () -> "only " + told + " of 100,000 new keys were known to be new");
    }

    private static ItemKey key(int table, int number) {
        return new ItemKey(table, "order-" + number, "line-" + number % 3);
    }
}
