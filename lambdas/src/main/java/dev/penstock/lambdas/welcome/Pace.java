package dev.penstock.lambdas.welcome;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Spaces mails evenly, so that the account's sending rate is kept. */
final class Pace {
    private final long gapNanos;
    private final LongSupplier nanoTime;
    private final LongConsumer park;
    private long next;

    Pace(double perSecond, LongSupplier nanoTime, LongConsumer park) {
        if (!(perSecond > 0 && perSecond <= 10_000)) {
            throw new IllegalArgumentException("mails per second: given " + perSecond + "; allowed: above 0 to 10000");
        }
        this.gapNanos = (long) (Duration.ofSeconds(1).toNanos() / perSecond);
        this.nanoTime = nanoTime;
        this.park = park;
        this.next = nanoTime.getAsLong();
    }

    static Pace perSecond(double rate) {
        return new Pace(rate, System::nanoTime, LockSupport::parkNanos);
    }

    /** Waits until the next mail may go, at most one gap. */
    synchronized void await() {
        long now = nanoTime.getAsLong();
        for (long wait = next - now; wait > 0; wait = next - nanoTime.getAsLong()) {
            park.accept(wait);
        }
        next = Math.max(next, now) + gapNanos;
    }
}
