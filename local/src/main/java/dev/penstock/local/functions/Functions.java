package dev.penstock.local.functions;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All functions of a runtime and their execution environments.
 *
 * <p>An environment is started when an invocation finds none idle, kept for the next one, and stopped when its
 * function changes, when it fails or times out, when it had nothing to do for a while, or when another function needs
 * its place: the number of JVMs is capped, and the one unused for longest goes first. Threadsafe.
 */
public final class Functions implements AutoCloseable {
    private final Options options;
    private final LogSink logs;
    private final Function<String, Metrics> metrics;
    private final ContentFolder folders;
    private final RuntimeFiles runtime;
    private final RuntimeApi api = new RuntimeApi();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    /** By the ARN of the version. */
    private final Map<String, FunctionConfig> functions = new LinkedHashMap<>();

    /** From the ARN of an alias to that of a version. */
    private final Map<String, String> aliases = new LinkedHashMap<>();
    /** Idle environments, least recently used first. */
    private final List<ExecutionEnvironment> idle = new ArrayList<>();

    private final Set<ExecutionEnvironment> busy = new LinkedHashSet<>();
    private boolean closed;

    /**
     * How function JVMs are run.
     *
     * @param folder where code is unpacked, named by content; kept between runs
     * @param maximumJvms of all functions, at least 1; an invocation that finds all busy waits for {@code patience}
     * @param maximumJvmsPerFunction at least 1; more than there are cores brings nothing
     * @param patience how long an invocation waits for a free environment before it is throttled
     * @param portable forces the client without native code, which is used anyway where there is no native one
     * @param variables added to every function: the gateway's address and dummy credentials
     * @param idle how long a JVM is kept without work, by {@code nanoTime}
     * @param wallClock real time, for deadlines
     * @param nanoTime real time that never jumps: the runtime's clock may be moved by days while a function is warm
     */
    public record Options(
            Path folder,
            int maximumJvms,
            int maximumJvmsPerFunction,
            Duration patience,
            boolean portable,
            Map<String, String> variables,
            Duration idle,
            InstantSource wallClock,
            LongSupplier nanoTime) {

        /** @throws IllegalArgumentException when no JVM is allowed */
        public Options {
            variables = Map.copyOf(variables);
            if (maximumJvms < 1 || maximumJvmsPerFunction < 1) {
                throw new IllegalArgumentException("at least 1 function JVM must be allowed; given: " + maximumJvms
                        + ", and per function " + maximumJvmsPerFunction);
            }
        }

        /**
         * The defaults: one JVM of a function per core; of all functions as many but at least 8, so that the
         * functions of one application do not push each other out; 30 seconds of patience.
         */
        public static Options of(Path folder, String endpoint) {
            // By number the SDK's S3 client addresses buckets in the path: bucket.localhost does not resolve
            // everywhere.
            String byNumber = endpoint.replace("//localhost", "//127.0.0.1");
            return new Options(
                    folder,
                    Math.max(8, Runtime.getRuntime().availableProcessors()),
                    Runtime.getRuntime().availableProcessors(),
                    Duration.ofSeconds(30),
                    false,
                    Map.of(
                            "AWS_ENDPOINT_URL", byNumber,
                            "AWS_ACCESS_KEY_ID", "penstock",
                            "AWS_SECRET_ACCESS_KEY", "penstock",
                            "AWS_ACCOUNT_ID", "000000000000"),
                    Duration.ofMinutes(2),
                    InstantSource.system(),
                    System::nanoTime);
        }

        /** The same with one more variable for every function. */
        public Options withVariable(String name, String value) {
            Map<String, String> more = new HashMap<>(variables);
            more.put(name, value);
            return new Options(
                    folder, maximumJvms, maximumJvmsPerFunction, patience, portable, more, idle, wallClock, nanoTime);
        }

        /** The same with another cap on JVMs, of all functions and of each. */
        public Options withMaximumJvms(int maximum) {
            return new Options(folder, maximum, maximum, patience, portable, variables, idle, wallClock, nanoTime);
        }

        /** The same with or without native code in the function's JVM. */
        public Options withPortable(boolean isPortable) {
            return new Options(
                    folder,
                    maximumJvms,
                    maximumJvmsPerFunction,
                    patience,
                    isPortable,
                    variables,
                    idle,
                    wallClock,
                    nanoTime);
        }

        /** The same with another patience. */
        public Options withPatience(Duration newPatience) {
            return new Options(
                    folder,
                    maximumJvms,
                    maximumJvmsPerFunction,
                    newPatience,
                    portable,
                    variables,
                    idle,
                    wallClock,
                    nanoTime);
        }

        /** The same with JVMs that are kept so long without work, by a time source of the caller's. */
        public Options withIdle(Duration limit, LongSupplier time) {
            return new Options(
                    folder, maximumJvms, maximumJvmsPerFunction, patience, portable, variables, limit, wallClock, time);
        }

        /** The same with JVMs that are kept so long without work. */
        public Options withIdle(Duration limit) {
            return withIdle(limit, nanoTime);
        }
    }

    public Functions(Options options, LogSink logs) {
        this(options, logs, region -> Metrics.none());
    }

    /** @param metrics by region */
    public Functions(Options options, LogSink logs, Function<String, Metrics> metrics) {
        this.options = options;
        this.logs = logs;
        this.metrics = metrics;
        this.folders = new ContentFolder(options.folder());
        this.runtime = new RuntimeFiles(folders);
    }

    /** Adds a version, or replaces it: its idle environments stop now, a busy one after its invocation. */
    public void put(FunctionConfig function) {
        lock.lock();
        try {
            functions.put(function.versionArn(), function);
            stopIdle(each -> each.versionArn().equals(function.versionArn()));
        } finally {
            lock.unlock();
        }
    }

    /** Makes an alias, or points it elsewhere. */
    public void alias(String functionArn, String alias, String version) {
        lock.lock();
        try {
            aliases.put(
                    functionArn + ":" + alias, version.equals("$LATEST") ? functionArn : functionArn + ":" + version);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a function with all versions and aliases, and stops its idle environments. */
    public void remove(String functionArn) {
        lock.lock();
        try {
            functions.values().removeIf(each -> each.arn().equals(functionArn));
            aliases.keySet().removeIf(each -> each.startsWith(functionArn + ":"));
            stopIdle(each -> each.arn().equals(functionArn));
        } finally {
            lock.unlock();
        }
    }

    /** @param function an ARN, with a version or alias if wanted, or a bare name */
    public Optional<FunctionConfig> find(String function) {
        lock.lock();
        try {
            String latest = function.endsWith(":$LATEST") ? function.substring(0, function.length() - 8) : function;
            FunctionConfig found = functions.get(aliases.getOrDefault(latest, latest));
            return found != null
                    ? Optional.of(found)
                    : functions.values().stream()
                            .filter(each ->
                                    each.name().equals(function) && each.arn().equals(each.versionArn()))
                            .findFirst();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs a function to its end, on the calling thread.
     *
     * @param function as for {@link #find}
     * @param payload JSON
     * @throws IllegalArgumentException when there is no such function
     */
    public Invocation invoke(String function, byte[] payload) throws InterruptedException {
        Lease lease = acquire(function);
        String arn = function.startsWith("arn:") ? function : lease.function.arn();
        Metrics measured = metrics.apply(lease.function.region());
        ExecutionEnvironment environment = lease.environment;
        if (environment == null) {
            measured.ofFunction(arn, "Throttles", 1, "Count");
            return new Invocation.Throttled(lease.refusal);
        }
        long started = System.nanoTime();
        boolean ended = false;
        try {
            if (lease.isNew) {
                start(environment);
            }
            Invocation outcome = environment.invoke(payload, arn);
            ended = true;
            measured.ofFunction(arn, "Errors", outcome instanceof Invocation.FunctionError ? 1 : 0, "Count");
            return outcome;
        } finally {
            release(environment, ended);
            measured.ofFunction(arn, "Invocations", 1, "Count");
            measured.ofFunction(arn, "Duration", (System.nanoTime() - started) / 1e6, "Milliseconds");
        }
    }

    /**
     * Kills every JVM of a function at once, in the middle of what it does: for fault injection.
     *
     * @param function as for {@link #find}
     */
    public void kill(String function) {
        List<ExecutionEnvironment> victims = new ArrayList<>();
        lock.lock();
        try {
            String versionArn = find(function).map(FunctionConfig::versionArn).orElse("");
            Predicate<ExecutionEnvironment> isVictim =
                    each -> each.function().versionArn().equals(versionArn);
            idle.stream().filter(isVictim).forEach(victims::add);
            busy.stream().filter(isVictim).forEach(victims::add);
        } finally {
            lock.unlock();
        }
        victims.forEach(ExecutionEnvironment::close);
    }

    /**
     * Stops the environments that had nothing to do for longer than {@code idle}, as Lambda does; the next invocation
     * starts a new one. To be called now and then.
     */
    public void doWork() {
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

    /** The number of function JVMs now alive. */
    public int jvms() {
        lock.lock();
        try {
            return idle.size() + busy.size();
        } finally {
            lock.unlock();
        }
    }

    /** Stops every JVM. Invocations under way end with an exit error. */
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

    /** An environment to run in, or the reason why there is none. */
    private record Lease(
            FunctionConfig function, @Nullable ExecutionEnvironment environment, boolean isNew, String refusal) {}

    private Lease acquire(String name) throws InterruptedException {
        lock.lock();
        try {
            long patience = options.patience().toNanos();
            while (true) {
                if (closed) {
                    throw new InterruptedException("the functions are shutting down");
                }
                FunctionConfig function = find(name)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no function " + name + "; there are " + functions.keySet()));
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

    private void start(ExecutionEnvironment environment) {
        FunctionConfig function = environment.function();
        boolean portable = options.portable() || !runtime.hasNativeLibrary();
        environment.start(
                runtime, portable, folders.unpacked(function.code()), api.register(environment), options.variables());
    }

    private void release(ExecutionEnvironment environment, boolean ended) {
        lock.lock();
        try {
            busy.remove(environment);
            boolean current = environment
                    .function()
                    .equals(functions.get(environment.function().versionArn()));
            if (ended && current && !closed && environment.isAlive()) {
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

    private void stopIdle(Predicate<FunctionConfig> which) {
        idle.removeIf(each -> {
            boolean match = which.test(each.function());
            if (match) {
                stop(each);
            }
            return match;
        });
    }

    private void stop(ExecutionEnvironment environment) {
        api.forget(environment);
        environment.close();
    }
}
