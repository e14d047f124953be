package dev.penstock.local.store;

import dev.penstock.local.journal.ItemKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Exclusive locks on item keys. Whoever needs several takes them in key order, so no two wait for each other.
 *
 * <p>Conflicts are DynamoDB's: a single write that meets a key of a running transaction is refused, and so is a
 * transaction; all others wait their turn (Amazon DynamoDB Developer Guide, "Transaction conflict handling").
 */
final class KeyLocks {
    private final Map<ItemKey, Holder> held = new ConcurrentHashMap<>();

    /** A key met one that a running transaction holds. */
    static final class Conflict extends RuntimeException {
        private final transient ItemKey key;

        Conflict(ItemKey key) {
            super("key in use by a transaction: " + key, null, false, false);
            this.key = key;
        }

        ItemKey key() {
            return key;
        }
    }

    /** Releases what was taken. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    private record Holder(boolean transaction, CountDownLatch released) {}

    /** @throws Conflict when the key is held by a transaction */
    Hold forWrite(ItemKey key) {
        return take(Set.of(key), false, true);
    }

    /** Waits for each key, whoever holds it: a batch is no transaction and reports no conflicts. */
    Hold forBatch(Collection<ItemKey> keys) {
        return take(keys, false, false);
    }

    /** @throws Conflict when one of the keys is held by another transaction */
    Hold forTransaction(Collection<ItemKey> keys) {
        return take(keys, true, true);
    }

    private Hold take(Collection<ItemKey> keys, boolean transaction, boolean conflicting) {
        Holder mine = new Holder(transaction, new CountDownLatch(1));
        Set<ItemKey> taken = new HashSet<>();
        Hold hold = () -> {
            taken.forEach(key -> held.remove(key, mine));
            mine.released.countDown();
        };
        try {
            for (ItemKey key : keys.size() == 1 ? keys : new TreeSet<>(keys)) {
                await(key, mine, conflicting);
                taken.add(key);
            }
            return hold;
        } catch (RuntimeException e) {
            hold.close();
            throw e;
        }
    }

    private void await(ItemKey key, Holder mine, boolean conflicting) {
        for (Holder other = held.putIfAbsent(key, mine); other != null; other = held.putIfAbsent(key, mine)) {
            if (other.transaction && conflicting) {
                throw new Conflict(key);
            }
            try {
                other.released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + key, e);
            }
        }
    }
}
