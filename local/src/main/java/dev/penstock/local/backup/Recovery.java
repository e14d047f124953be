package dev.penstock.local.backup;

import dev.penstock.local.gateway.AwsError;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Point-in-time recovery of a table, as enabled: the document that is kept with the table.
 *
 * @param since when it was enabled; enabling it again begins a new window
 * @param days how far back it reaches, 1 to 35
 */
record Recovery(Instant since, int days) {
    static final int MAX_DAYS = 35;

    Recovery {
        if (days < 1 || days > MAX_DAYS) {
            throw AwsError.validation("RecoveryPeriodInDays must be between 1 and " + MAX_DAYS + "; given: " + days);
        }
    }

    /** The times that can be restored; both bounds included. */
    record Window(Instant earliest, Instant latest) {
        /** Requests name times more coarsely than the window knows its beginning: its whole first second counts. */
        boolean contains(Instant time) {
            return !time.isBefore(earliest.truncatedTo(ChronoUnit.SECONDS)) && !time.isAfter(latest);
        }
    }

    Window window(Instant now) {
        Instant oldest = now.minus(Duration.ofDays(days));
        return new Window(oldest.isAfter(since) ? oldest : since, now);
    }
}
