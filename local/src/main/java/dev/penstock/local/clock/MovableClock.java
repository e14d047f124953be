package dev.penstock.local.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The runtime's only clock: a base clock plus an offset that can be moved forward, never back.
 *
 * <p>Everything that depends on time (expiry, schedules, restore windows, cache lifetimes, record age) reads this
 * clock and listens to it, so a day can pass in a second. Threadsafe.
 */
public final class MovableClock implements InstantSource {
    private final InstantSource base;
    private volatile Duration offset = Duration.ZERO;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public MovableClock(InstantSource base) {
        this.base = base;
    }

    @Override
    public Instant instant() {
        return base.instant().plus(offset);
    }

    /** How far this clock is ahead of its base. */
    public Duration offset() {
        return offset;
    }

    /**
     * Moves the clock forward and then tells every listener, on the calling thread.
     *
     * @param step zero or more
     * @throws IllegalArgumentException when step is negative: recorded history can't be unmade
     */
    public Instant advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("the clock only moves forward; step given: " + step);
        }
        synchronized (this) {
            offset = offset.plus(step);
        }
        listeners.forEach(Runnable::run);
        return instant();
    }

    /** Calls {@code listener} after each advance, until what is returned is closed. */
    public Listening onAdvance(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
