package dev.penstock.local.store;

import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Splits and merges the shards of streams by volume: on AWS partitions split when they take or hold much, and shards
 * follow them. Threadsafe.
 */
final class Resharding implements Follower, AutoCloseable {
    /** Records within an hour that one shard takes; one partition takes 3.6 million writes of 1 KB on AWS. */
    static final long DEFAULT = 1_000_000;

    private static final System.Logger LOG = System.getLogger(Resharding.class.getName());

    private final RegionStore store;
    private final AtomicLong taken = new AtomicLong();
    private final ReentrantLock running = new ReentrantLock();
    private volatile long most = DEFAULT;
    private volatile boolean closed;

    Resharding(RegionStore store) {
        this.store = store;
    }

    /** @throws IllegalArgumentException when {@code recordsPerHour} is below 10 */
    void above(long recordsPerHour) {
        if (recordsPerHour < 10) {
            throw new IllegalArgumentException(
                    "a shard takes at least 10 records in an hour; given: " + recordsPerHour);
        }
        most = recordsPerHour;
    }

    @Override
    public void appended(List<Entry> entries, long location) {
        taken.addAndGet(entries.size());
    }

    @Override
    public void wake(List<Entry> entries) {
        long pause = Math.min(10_000, most / 10);
        long now = taken.get();
        if (now >= pause && taken.compareAndSet(now, 0)) {
            Thread.ofVirtual().name("reshard-" + store.region()).start(this::attempt);
        }
    }

    private void attempt() {
        running.lock();
        try {
            if (!closed) {
                store.alone(() -> store.streams().reshard(most));
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "shards in " + store.region() + " stay as they are", e);
        } finally {
            running.unlock();
        }
    }

    @Override
    public void close() {
        running.lock();
        try {
            closed = true;
        } finally {
            running.unlock();
        }
    }
}
