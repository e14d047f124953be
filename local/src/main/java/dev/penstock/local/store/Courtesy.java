package dev.penstock.local.store;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets background work give way to requests: while any come, it goes in small steps and rests between them, so that
 * whoever reads and writes hardly feels a restore, an export or a backup. On AWS they take none of a table's capacity.
 * Threadsafe.
 */
public final class Courtesy {
    private static final long RECENT = TimeUnit.MILLISECONDS.toNanos(100);
    /** How long work rests for each time it worked. */
    private static final int REST = 2;

    private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(20);

    private final CountDownLatch never = new CountDownLatch(1);
    private volatile long lastRequest = System.nanoTime() - RECENT;

    /** Called for each request that reads or writes items. */
    public void request() {
        lastRequest = System.nanoTime();
    }

    boolean isBusy() {
        return System.nanoTime() - lastRequest < RECENT;
    }

    /** Called after a step of background work that began at that {@link System#nanoTime}. */
    void rest(long began) {
        long now = System.nanoTime();
        if (now - lastRequest >= RECENT) {
            return;
        }
        try {
            never.await(Math.min((now - began) * REST, LONGEST_REST), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
