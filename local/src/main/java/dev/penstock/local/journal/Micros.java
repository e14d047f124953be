package dev.penstock.local.journal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Time as the journal writes it: microseconds since the epoch. */
public final class Micros {
    private Micros() {}

    /** Truncated to whole microseconds. */
    public static long of(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    public static Instant toInstant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
