package dev.penstock.local.functions;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The execution environments of all functions: at most so many, idle ones kept for the next invocation, and the one
 * unused for longest stopped when another function needs its place. Threadsafe.
 */
final class ExecutionEnvironments implements AutoCloseable {
    private final Functions.Options options;
    private final Versions versions;
    private final LogSink logs;
    private final ContentFolder folders;
    private final RuntimeFiles runtime;
    private final RuntimeApi api = new RuntimeApi();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();

    /** Least recently used first. */
    private final List<ExecutionEnvironment> idle = new ArrayList<>();

    private final Set<ExecutionEnvironment> busy = new LinkedHashSet<>();
    private boolean closed;

    ExecutionEnvironments(Functions.Options options, Versions versions, LogSink logs) {
        this.options = options;
        this.versions = versions;
        this.logs = logs;
        this.folders = new ContentFolder(options.folder());
        this.runtime = new RuntimeFiles(folders);
    }

    /** An environment to run in, or the reason why there is none. */
    record Lease(FunctionConfig function, @Nullable ExecutionEnvironment environment, boolean isNew, String refusal) {}

    /**
     * An environment of a function, when need be after waiting for one to be released.
     *
     * @param name as for {@link Versions#find}
     * @throws IllegalArgumentException when there is no such function
     */
    Lease acquire(String name) throws InterruptedException {
        lock.lock();
        try {
            long patience = options.patience().toNanos();
            while (true) {
                if (closed) {
                    throw new InterruptedException("the functions are shutting down");
                }
                FunctionConfig function = versions.get(name);
                if (function.reservedConcurrency() != null && running(function) >= function.reservedConcurrency()) {
                    return new Lease(function, null, false, "ReservedFunctionConcurrentInvocationLimitExceeded");
                }
                ExecutionEnvironment reused = takeIdle(function);
                if (reused != null) {
                    busy.add(reused);
                    return new Lease(function, reused, false, "");
                }
                boolean isUnderItsCap = busy.stream()
                                .filter(each -> each.function().equals(function))
                                .count()
                        < options.maximumJvmsPerFunction();
                if (isUnderItsCap && makeRoom()) {
                    ExecutionEnvironment created = new ExecutionEnvironment(function, options.wallClock(), logs);
                    busy.add(created);
                    return new Lease(function, created, true, "");
                }
                if (patience <= 0) {
                    return new Lease(function, null, false, "ConcurrentInvocationLimitExceeded");
                }
                patience = freed.awaitNanos(patience);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Starts the JVM of a new environment. */
    void start(ExecutionEnvironment environment) {
        FunctionConfig function = environment.function();
        boolean portable = options.portable() || !runtime.hasNativeLibrary();
        environment.start(
                runtime, portable, folders.unpacked(function.code()), api.register(environment), options.variables());
    }

    /** @param ended whether the invocation came to its end, so that the environment can serve the next one */
    void release(ExecutionEnvironment environment, boolean ended) {
        lock.lock();
        try {
            busy.remove(environment);
            boolean isCurrent = versions.isCurrent(environment.function());
            if (ended && isCurrent && !closed && environment.isAlive()) {
                environment.idleSince(options.nanoTime().getAsLong());
                idle.add(environment);
            } else {
                stop(environment);
            }
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Reserved concurrency is shared by all versions of a function. */
    private long running(FunctionConfig function) {
        return busy.stream()
                .filter(each -> each.function().arn().equals(function.arn()))
                .count();
    }

    /** The idle environment of this function that was used last: it is the warmest. */
    private @Nullable ExecutionEnvironment takeIdle(FunctionConfig function) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            ExecutionEnvironment candidate = idle.get(i);
            if (candidate.function().equals(function)) {
                idle.remove(i);
                if (candidate.isAlive()) {
                    return candidate;
                }
                stop(candidate);
            }
        }
        return null;
    }

    private boolean makeRoom() {
        if (idle.size() + busy.size() < options.maximumJvms()) {
            return true;
        }
        if (idle.isEmpty()) {
            return false;
        }
        stop(idle.removeFirst());
        return true;
    }

    /** Stops the idle environments of these functions; a busy one is stopped when it is released. */
    void stopIdle(Predicate<FunctionConfig> which) {
        lock.lock();
        try {
            idle.removeIf(each -> {
                boolean match = which.test(each.function());
                if (match) {
                    stop(each);
                }
                return match;
            });
        } finally {
            lock.unlock();
        }
    }

    /** Stops those that had nothing to do for longer than {@code idle}. */
    void stopUnused() {
        lock.lock();
        try {
            long now = options.nanoTime().getAsLong();
            idle.removeIf(each -> {
                boolean isOver = now - each.idleSince() > options.idle().toNanos();
                if (isOver) {
                    stop(each);
                }
                return isOver;
            });
        } finally {
            lock.unlock();
        }
    }

    /** Kills every environment of a version at once, in the middle of what it does. */
    void kill(FunctionConfig function) {
        List<ExecutionEnvironment> victims = new ArrayList<>();
        lock.lock();
        try {
            Predicate<ExecutionEnvironment> isVictim =
                    each -> each.function().versionArn().equals(function.versionArn());
            idle.stream().filter(isVictim).forEach(victims::add);
            busy.stream().filter(isVictim).forEach(victims::add);
        } finally {
            lock.unlock();
        }
        victims.forEach(ExecutionEnvironment::close);
    }

    /** The number of JVMs now alive. */
    int size() {
        lock.lock();
        try {
            return idle.size() + busy.size();
        } finally {
            lock.unlock();
        }
    }

    private void stop(ExecutionEnvironment environment) {
        api.forget(environment);
        environment.close();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            idle.forEach(this::stop);
            idle.clear();
            busy.forEach(this::stop);
            freed.signalAll();
        } finally {
            lock.unlock();
        }
        api.close();
    }
}
