package dev.penstock.lambdas.dax;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** At most so many permits in each second of the clock. Safe for use by several threads. */
final class RateCap {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final int perSecond;
    private final InstantSource clock;
    private Instant started;
    private int taken;

    RateCap(int perSecond, InstantSource clock) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.started = clock.instant();
    }

    /** Whether one more is allowed now. */
    synchronized boolean tryTake() {
        Instant now = clock.instant();
        if (!now.isBefore(started.plus(SECOND))) {
            started = now;
            taken = 0;
        }
        if (taken >= perSecond) {
            return false;
        }
        taken++;
        return true;
    }
}
