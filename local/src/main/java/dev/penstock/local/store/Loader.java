package dev.penstock.local.store;

import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.ItemKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes many items in batches, several at a time: the embedded engine has one thread that does the work, and each item
 * is handed over to it and back twice, so with one caller it waits as long as it works. Items of the same key go the
 * same way, so the last that was added wins. To be used by one thread.
 */
public final class Loader implements AutoCloseable {
    /** What the engine takes in one call. */
    static final int BATCH = 25;

    private static final int LANES = 4;
    private static final int WAITING = 8;
    private static final long LIMIT_MINUTES = 10;

    private final List<Lane> lanes = new ArrayList<>(LANES);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final Runnable onEnd;
    private boolean isClosed;

    /**
     * @param write takes a batch; called by several threads
     * @param onEnd run once when all is over, well or not
     */
    Loader(Consumer<List<Change>> write, Runnable onEnd) {
        this.onEnd = onEnd;
        for (int i = 0; i < LANES; i++) {
            lanes.add(new Lane(write));
        }
    }

    /**
     * Adds an item; waits while too many are under way.
     *
     * @throws RuntimeException what failed when an earlier one was written
     */
    public void add(Table table, Map<String, AttributeValue> item) {
        ItemKey key = table.key(item);
        lanes.get(Math.floorMod(key.hashCode(), LANES)).add(key, new Change(table.number(), null, item, Cause.USER));
    }

    /**
     * Returns once everything is written.
     *
     * @throws RuntimeException what failed
     */
    public void finish() {
        lanes.forEach(Lane::flush);
        close();
        rethrow();
    }

    private void rethrow() {
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /** Ends the threads; what was not finished may be written or not. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            try {
                lanes.forEach(Lane::end);
                lanes.forEach(Lane::join);
            } finally {
                onEnd.run();
            }
        }
    }

    private final class Lane {
        private static final List<Change> END = List.of();

        private final BlockingQueue<List<Change>> queue = new ArrayBlockingQueue<>(WAITING);
        private final Thread thread;
        private Map<ItemKey, Change> pending = LinkedHashMap.newLinkedHashMap(BATCH);

        Lane(Consumer<List<Change>> write) {
            // A platform thread: a virtual one would keep requests from running while it computes.
            thread = Thread.ofPlatform().daemon().name("load").start(() -> run(write));
        }

        void add(ItemKey key, Change change) {
            pending.put(key, change);
            if (pending.size() == BATCH) {
                flush();
            }
        }

        void flush() {
            rethrow();
            if (!pending.isEmpty()) {
                offer(List.copyOf(pending.values()));
                pending = LinkedHashMap.newLinkedHashMap(BATCH);
            }
        }

        void end() {
            offer(END);
        }

        private void offer(List<Change> batch) {
            try {
                if (!queue.offer(batch, LIMIT_MINUTES, TimeUnit.MINUTES)) {
                    throw new IllegalStateException("the engine took no item for " + LIMIT_MINUTES + " minutes");
                }
            } catch (InterruptedException e) {
                thread.interrupt();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while items were written", e);
            }
        }

        private void run(Consumer<List<Change>> write) {
            try {
                for (List<Change> batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
                    // After a failure the rest is only taken out of the way of whoever adds.
                    if (failure.get() == null) {
                        write(write, batch);
                    }
                }
            } catch (InterruptedException e) {
                failure.compareAndSet(null, new IllegalStateException("interrupted while items were written", e));
            }
        }

        private void write(Consumer<List<Change>> write, List<Change> batch) {
            try {
                write.accept(batch);
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        }

        void join() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                thread.interrupt();
                Thread.currentThread().interrupt();
            }
        }
    }
}
