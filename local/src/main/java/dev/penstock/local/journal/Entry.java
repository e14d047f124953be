package dev.penstock.local.journal;

import java.time.Instant;

/**
 * A change as it stands in the journal.
 *
 * @param number unique and increasing in the region; its order is the order of commits
 * @param committed when its request or transaction was committed, in microseconds since the epoch; equal for all
 *     changes of one transaction
 */
public record Entry(long number, long committed, Change change) {

    public Instant committedAt() {
        return Micros.toInstant(committed);
    }
}
