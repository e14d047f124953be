package dev.penstock.local.dax;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all connections together may hold. Threadsafe. */
final class MemoryBudget {
    private final AtomicLong left;

    MemoryBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    boolean take(long bytes) {
        long before = left.getAndUpdate(now -> now >= bytes ? now - bytes : now);
        return before >= bytes;
    }

    void giveBack(long bytes) {
        left.addAndGet(bytes);
    }

    long left() {
        return left.get();
    }
}
