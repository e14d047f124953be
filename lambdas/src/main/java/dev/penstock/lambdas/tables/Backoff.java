package dev.penstock.lambdas.tables;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** How long to wait before an attempt is repeated. */
@FunctionalInterface
public interface Backoff {
    /** Waits before attempt number {@code attempt}, the first repetition being 1. */
    void pause(int attempt);

    /** Full jitter: a random time up to 25 ms, doubled with each attempt, at most 1 s. */
    static Backoff jittered() {
        return attempt -> {
            long most = Math.min(1_000, 25L << Math.min(attempt, 10));
            LockSupport.parkNanos(Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, most + 1))
                    .toNanos());
        };
    }

    /** For tests. */
    static Backoff none() {
        return attempt -> {};
    }
}
