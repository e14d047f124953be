package dev.penstock.local.store;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Keeps commit and append together. Between a write's commit in the engine and its frame in the journal the two
 * differ; whoever must not see that difference waits here.
 */
final class Barrier {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

    /** Runs a write: commit and append, many at a time. */
    <T> T write(Supplier<T> commitAndAppend) {
        return within(lock.readLock(), commitAndAppend);
    }

    /** Runs a change of control state while no write is under way. */
    <T> T alone(Supplier<T> change) {
        return within(lock.writeLock(), change);
    }

    /** Whether the calling thread keeps all others from writing. */
    boolean isAlone() {
        return lock.isWriteLockedByCurrentThread();
    }

    private static <T> T within(Lock lock, Supplier<T> task) {
        lock.lock();
        try {
            return task.get();
        } finally {
            lock.unlock();
        }
    }
}
