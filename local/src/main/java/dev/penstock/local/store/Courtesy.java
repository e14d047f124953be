package dev.penstock.local.store;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets background work give way to requests: while any come, it goes in small steps and rests between them, so that
 * whoever reads and writes hardly feels a restore, an export or a backup. On AWS they take none of a table's capacity.
 * Threadsafe.
 */
public final class Courtesy {
    private static final long RECENT = TimeUnit.MILLISECONDS.toNanos(100);
    /** Items between two rests, where an item is only read or copied. */
    private static final int STEP = 32;

    /** How long work rests for each time it worked. */
    private static final int REST = 2;

    private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(20);

    private final ReentrantLock turn = new ReentrantLock();
    private final CountDownLatch never = new CountDownLatch(1);
    private final LongSupplier nanoTime;
    private volatile long lastRequest;

    Courtesy(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastRequest = nanoTime.getAsLong() - RECENT;
    }

    /** Called for each request that reads or writes items. */
    public void request() {
        lastRequest = nanoTime.getAsLong();
    }

    /** Whether requests have come of late. */
    boolean isBusy() {
        return nanoTime.getAsLong() - lastRequest < RECENT;
    }

    /** Does a step of background work: at once, or, while requests come, one step at a time with rests between. */
    void step(Runnable work) {
        if (!isBusy()) {
            work.run();
            return;
        }
        turn.lock();
        try {
            long began = nanoTime.getAsLong();
            work.run();
            rest(began);
        } finally {
            turn.unlock();
        }
    }

    /** For work that goes from item to item: rests after so many of them. Not threadsafe. */
    final class Pace {
        private int count;
        private long began = nanoTime.getAsLong();

        void item() {
            if (++count % STEP == 0) {
                rest(began);
                began = nanoTime.getAsLong();
            }
        }
    }

    /** After a step that began then. */
    private void rest(long began) {
        if (!isBusy()) {
            return;
        }
        try {
            never.await(Math.min((nanoTime.getAsLong() - began) * REST, LONGEST_REST), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
