package dev.penstock.local.sources;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Which records of a shard are under way. Lanes end their batches in any order; the checkpoint is the last record
 * before the first that is not done. Threadsafe.
 */
final class Progress {
    private final Deque<BigInteger> underWay = new ArrayDeque<>();
    private final Set<BigInteger> doneAhead = new HashSet<>();
    private BigInteger checkpoint;

    Progress(BigInteger checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** A record was read; records come in order. */
    synchronized void begin(BigInteger sequenceNumber) {
        underWay.addLast(sequenceNumber);
    }

    /** A record needs no further work. */
    synchronized void end(BigInteger sequenceNumber) {
        doneAhead.add(sequenceNumber);
        advance();
    }

    synchronized void end(Collection<EventRecord> records) {
        records.forEach(record -> doneAhead.add(record.sequenceNumber()));
        advance();
    }

    private void advance() {
        while (!underWay.isEmpty() && doneAhead.remove(underWay.peekFirst())) {
            checkpoint = underWay.removeFirst();
        }
    }

    synchronized BigInteger checkpoint() {
        return checkpoint;
    }

    synchronized boolean isIdle() {
        return underWay.isEmpty();
    }
}
