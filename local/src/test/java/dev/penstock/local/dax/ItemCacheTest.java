package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.s;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of the item cache ("DAX and DynamoDB consistency models" and "DAX: How it works", Amazon DynamoDB Developer Guide), one test each. */
class ItemCacheTest extends CacheRules {
    @Test
    void anItemReadOnceIsAnsweredFromTheCacheUntilItsTtlIsOver() {
        put(behind, 1);
        assertEquals(1, get());
        put(behind, 2);
        clock.advance(ITEM_TTL.minusMillis(1));
        assertEquals(1, get(), "a write behind DAX is not seen");
        clock.advance(Duration.ofMillis(1));
        assertEquals(2, get());
        assertEquals(1, metric("ItemCacheHits"));
        assertEquals(2, metric("ItemCacheMisses"));
    }

    @Test
    void aHitDoesNotLengthenTheTtl() {
        put(behind, 1);
        get();
        clock.advance(ITEM_TTL.dividedBy(2));
        put(behind, 2);
        assertEquals(1, get());
        clock.advance(ITEM_TTL.dividedBy(2));
        assertEquals(2, get());
    }

    @Test
    void aMissingItemIsCachedAsMissing() {
        assertFalse(getItem().hasItem());
        put(behind, 1);
        assertFalse(getItem().hasItem());
        clock.advance(ITEM_TTL);
        assertEquals(1, get());
    }

    @Test
    void aStronglyConsistentReadPassesThroughAndIsNotCached() {
        put(behind, 1);
        assertEquals(1, get());
        put(behind, 2);
        assertEquals(
                2,
                value(dax.getItem(r -> r.tableName("Sessions").key(key()).consistentRead(true))
                        .item()));
        assertEquals(1, get(), "the strong read did not refresh the cache");
        assertEquals(1, metric("ItemCacheMisses"), "a strong read is neither hit nor miss");
    }

    @Test
    void batchGetLooksUpEachKeyOnItsOwn() {
        put(behind, 1);
        get();
        put(behind, 2);
        String other = id + "-other";
        behind.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(other), "v", n(5))));
        assertEquals(2, batchGet(other).size());
        assertEquals(1, metric("ItemCacheHits"), "the one read before came from the cache");
        behind.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(other), "v", n(6))));
        assertTrue(batchGet(other).contains(Map.of("id", s(other), "v", n(5))), "the batch filled the cache");
        assertTrue(batchGet(other).contains(Map.of("id", s(id), "v", n(1))));
    }

    @Test
    void withAnItemTtlOfZeroItemsDoNotExpire() {
        start(Duration.ZERO, QUERY_TTL, 16 << 20);
        put(behind, 1);
        get();
        put(behind, 2);
        clock.advance(Duration.ofDays(3650));
        assertEquals(1, get());
        put(dax, 3);
        assertEquals(3, get());
    }

    @Test
    void aTransactionalReadPassesThroughAndIsNotCached() {
        put(behind, 1);
        get();
        put(behind, 2);
        assertEquals(
                2,
                value(dax.transactGetItems(r -> r.transactItems(
                                g -> g.get(t -> t.tableName("Sessions").key(key()))))
                        .responses()
                        .getFirst()
                        .item()));
        assertEquals(1, get());
    }

    @Test
    void aHitConsumesNoCapacity() {
        put(behind, 1);
        assertEquals(0.5, capacity().capacityUnits());
        assertNull(capacity(), "DAX tells none for a hit, and this client leaves it so");
    }

    @Test
    void theCachesStayWithinTheirBytes() {
        long bytes = 1 << 20;
        start(ITEM_TTL, QUERY_TTL, bytes);
        String text = "x".repeat(20_000);
        for (int i = 0; i < 60; i++) {
            String key = id + i;
            dax.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(key), "text", s(text))));
        }
        assertTrue(metric("EstimatedDbSize") <= bytes / 2, "held: " + metric("EstimatedDbSize"));
        assertTrue(metric("EvictedSize") > 0);
        assertTrue(metric("CacheMemoryUtilization") <= 50);
    }
}
