package dev.penstock.local.dax;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The item cache: results of GetItem and BatchGetItem by primary key, missing items included, and what was written
 * through DAX ("DAX and DynamoDB consistency models", Amazon DynamoDB Developer Guide). Threadsafe.
 */
final class ItemCache {
    /** What an entry costs besides its content on a 64-bit JVM (MemoryTest). */
    private static final int OVERHEAD = 224;

    private final ExpiringCache<ItemKey, CachedItem> items;
    private final WriteLocks locks = new WriteLocks();

    /** @param lifetime zero: an item stays until it is evicted or written */
    ItemCache(long maximumBytes, Duration lifetime, InstantSource clock, DaxMetrics metrics) {
        items = new ExpiringCache<>(
                maximumBytes,
                lifetime,
                clock,
                (key, item) -> OVERHEAD + key.key().length + item.bytes().length,
                metrics);
    }

    @Nullable
    CachedItem find(ItemKey key) {
        return items.find(key);
    }

    /** Taken before a missed item is read from the store, to be given to {@link #fill}. */
    long stamp(ItemKey key) {
        return locks.stamp(key);
    }

    /** Caches what was read from the store, unless the key was written meanwhile. */
    void fill(ItemKey key, long stamp, CachedItem item) {
        locks.unlessWritten(key, stamp, () -> items.put(key, item));
    }

    /** Runs a write to the store that then puts or drops its items here; other writes of the keys wait. */
    <T> T write(Collection<ItemKey> keys, Supplier<T> write) {
        return locks.write(keys, write);
    }

    void put(ItemKey key, CachedItem item) {
        items.put(key, item);
    }

    void drop(ItemKey key) {
        items.remove(key);
    }

    void clear() {
        items.clear();
    }

    long size() {
        return items.size();
    }
}
