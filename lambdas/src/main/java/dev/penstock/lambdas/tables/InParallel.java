package dev.penstock.lambdas.tables;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Runs calls that touch different rows, so that their order is free. */
@FunctionalInterface
public interface InParallel {
    /** Runs all tasks and returns when they are done; the first thing that one of them throws is thrown then. */
    void run(List<Runnable> tasks);

    /** One virtual thread per task, at most so many at work at a time. */
    static InParallel atMost(int calls) {
        return tasks -> {
            if (tasks.size() <= 1) {
                tasks.forEach(Runnable::run);
                return;
            }
            Semaphore free = new Semaphore(calls);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Runnable task : tasks) {
                    free.acquireUninterruptibly();
                    threads.execute(() -> {
                        try {
                            task.run();
                        } catch (RuntimeException | Error failure) {
                            thrown.compareAndSet(null, failure);
                        } finally {
                            free.release();
                        }
                    });
                }
            }
            switch (thrown.get()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> {
                    // All went well.
                }
            }
        };
    }

    /** One after the other, in the order given. */
    static InParallel oneByOne() {
        return tasks -> tasks.forEach(Runnable::run);
    }
}
