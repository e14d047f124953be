package dev.penstock.local.clients;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for something that can only be asked for, in another process: a condition, asked again and again, with a limit. */
public final class Await {
    private static final Duration EVERY = Duration.ofMillis(50);

    private Await() {}

    /**
     * Returns once {@code condition} holds.
     *
     * @param limit how long to wait at most, in real time
     * @param what finishes the sentence "waited ... for", in the error
     * @throws IllegalStateException when it does not hold in time
     */
    public static void until(Duration limit, String what, BooleanSupplier condition) {
        until(limit, EVERY, what, condition);
    }

    /** As {@link #until(Duration, String, BooleanSupplier)}, asked so often: for what must not be kept busy by asking. */
    public static void until(Duration limit, Duration every, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        var never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("waited " + limit.toSeconds() + " s for " + what);
            }
            try {
                if (never.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + what, e);
            }
        }
    }
}
