package dev.penstock.local.store;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets background work give way to requests: while any come, it goes in small steps and rests between them, so that
 * whoever reads and writes hardly feels a restore, an export or a backup. On AWS they take none of a table's capacity.
 * Threadsafe.
 */
public final class Courtesy {
    private static final long RECENT = TimeUnit.MILLISECONDS.toNanos(100);
    /** How long work goes on between two rests: shorter than a request takes. */
    private static final long STEP = TimeUnit.MICROSECONDS.toNanos(500);

    /** How long work rests for each time it worked in the engine. */
    private static final int REST = 6;

    /** The same where it reads or copies, on a core that requests could use. */
    private static final int PACE_REST = 12;

    private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(20);

    private final ReentrantLock turn = new ReentrantLock();
    private final LongSupplier nanoTime;
    private final LongConsumer rest;
    private volatile long lastRequest;

    /** By the machine's clock, however this runtime's clock is moved. */
    Courtesy() {
        this(System::nanoTime, Courtesy::await);
    }

    /** @param rest waits so many nanoseconds */
    Courtesy(LongSupplier nanoTime, LongConsumer rest) {
        this.nanoTime = nanoTime;
        this.rest = rest;
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
            rest(began, REST);
        } finally {
            turn.unlock();
        }
    }

    /** For work that goes from item to item, each in much less than a step. Not threadsafe. */
    final class Pace {
        private long began = nanoTime.getAsLong();

        void item() {
            if (nanoTime.getAsLong() - began >= STEP) {
                rest(began, PACE_REST);
                began = nanoTime.getAsLong();
            }
        }
    }

    /** After a step that began then. */
    private void rest(long began, int times) {
        if (isBusy()) {
            rest.accept(Math.min((nanoTime.getAsLong() - began) * times, LONGEST_REST));
        }
    }

    private static void await(long nanos) {
        try {
            new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
