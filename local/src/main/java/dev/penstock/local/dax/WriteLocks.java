package dev.penstock.local.dax;

import java.util.Collection;
import java.util.Iterator;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps the cache in step with the store: writes to one key pass one after the other, and what was read while a write
 * was under way is not cached. Keys share a fixed number of locks. Threadsafe.
 */
final class WriteLocks {
    private static final int STRIPES = 1024;
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
    /** Goes up when a write begins and when it ends. */
    private final AtomicLongArray versions = new AtomicLongArray(STRIPES);

    WriteLocks() {
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Taken before an item is read from the store, to be given to {@link #unlessWritten}. */
    long stamp(ItemKey key) {
        return versions.get(stripe(key));
    }

    /** Runs the action unless a write of the key ran since the stamp was taken. */
    void unlessWritten(ItemKey key, long stamp, Runnable action) {
        int stripe = stripe(key);
        locks[stripe].lock();
        try {
            if (versions.get(stripe) == stamp) {
                action.run();
            }
        } finally {
            locks[stripe].unlock();
        }
    }

    /** Runs a write to the store and the cache under the locks of its keys. */
    <T> T write(Collection<ItemKey> keys, Supplier<T> write) {
        TreeSet<Integer> stripes = new TreeSet<>();
        keys.forEach(key -> stripes.add(stripe(key)));
        return locked(stripes.iterator(), write);
    }

    private <T> T locked(Iterator<Integer> stripes, Supplier<T> write) {
        if (!stripes.hasNext()) {
            return write.get();
        }
        int stripe = stripes.next();
        locks[stripe].lock();
        versions.incrementAndGet(stripe);
        try {
            return locked(stripes, write);
        } finally {
            versions.incrementAndGet(stripe);
            locks[stripe].unlock();
        }
    }

    private static int stripe(ItemKey key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & (STRIPES - 1);
    }
}
