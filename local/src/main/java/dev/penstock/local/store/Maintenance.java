package dev.penstock.local.store;

import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import dev.penstock.local.journal.Journal;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** Writes a checkpoint and trims whenever the journal has grown so much that it pays. Threadsafe. */
final class Maintenance implements Follower, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());

    /** How many times more changes may wait for a checkpoint while a table is being loaded. */
    private static final int PATIENCE = 4;

    private final RegionStore store;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final ReentrantLock running = new ReentrantLock();
    private volatile boolean due;
    private volatile boolean closed;

    Maintenance(RegionStore store) {
        this.store = store;
    }

    /** While a table is being loaded, a checkpoint would copy a part of it that may yet be thrown away. */
    @Override
    public void appended(List<Entry> entries, long location) {
        due = store.journal().isCheckpointDue(store.isLoading() ? PATIENCE : 1);
    }

    @Override
    public void wake(List<Entry> entries) {
        start();
    }

    /** Called when a load has ended. */
    void loaded() {
        due = store.journal().isCheckpointDue(1);
        start();
    }

    private void start() {
        if (due && begun.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("checkpoint-" + store.region()).start(this::attempt);
        }
    }

    private void attempt() {
        try {
            run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "no checkpoint in " + store.region() + "; the next start takes longer", e);
        } finally {
            begun.set(false);
        }
    }

    void run() {
        running.lock();
        try {
            if (!closed) {
                Courtesy.Pace pace = store.courtesy().new Pace();
                store.journal().checkpoint(store.tables().keyNames(), Journal.MoreItems.NONE, pace::item);
                store.journal().trim();
                store.streams().trim();
            }
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
