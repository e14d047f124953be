package dev.penstock.local.store;

import dev.penstock.local.journal.Checkpoint;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** Writes a checkpoint and trims whenever the journal has grown by a segment since the last time. Threadsafe. */
final class Maintenance implements Follower, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());

    private final RegionStore store;
    private final AtomicBoolean due = new AtomicBoolean();
    private final ReentrantLock running = new ReentrantLock();
    private volatile long segment = -1;
    private volatile boolean closed;

    Maintenance(RegionStore store) {
        this.store = store;
    }

    @Override
    public void appended(List<Entry> entries, long location) {
        long now = location >>> 40;
        if (segment >= 0 && now > segment) {
            due.set(true);
        }
        segment = now;
    }

    @Override
    public void wake(List<Entry> entries) {
        if (due.compareAndSet(true, false)) {
            Thread.ofVirtual().name("checkpoint-" + store.region()).start(this::attempt);
        }
    }

    private void attempt() {
        try {
            run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "no checkpoint in " + store.region() + "; the next start takes longer", e);
        }
    }

    void run() {
        running.lock();
        try {
            if (!closed) {
                Checkpoint.write(store.journal(), this::writeItems);
                store.journal().trim();
                store.streams().trim();
            }
        } finally {
            running.unlock();
        }
    }

    private void writeItems(Checkpoint.Sink sink) {
        for (Table table : store.tables().all()) {
            Scan.of(store.engine(), table.name(), items -> items.forEach(item -> sink.item(table.number(), item)));
        }
        store.passBarrier();
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
