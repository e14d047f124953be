package dev.penstock.local.functions;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * All functions of a runtime and their execution environments.
 *
 * <p>An environment is started when an invocation finds none idle, kept for the next one, and stopped when its
 * function changes, when it fails or times out, when it had nothing to do for a while, or when another function needs
 * its place: the number of JVMs is capped, and the one unused for longest goes first. Threadsafe.
 */
public final class Functions implements AutoCloseable {
    private final Function<String, Metrics> metrics;
    private final Versions versions = new Versions();
    private final ExecutionEnvironments environments;

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
        this.metrics = metrics;
        this.environments = new ExecutionEnvironments(options, versions, logs);
    }

    /** Adds a version, or replaces it: its idle environments stop now, a busy one after its invocation. */
    public void put(FunctionConfig function) {
        versions.put(function);
        environments.stopIdle(each -> each.versionArn().equals(function.versionArn()));
    }

    /** Makes an alias, or points it elsewhere. */
    public void alias(String functionArn, String alias, String version) {
        versions.alias(functionArn, alias, version);
    }

    /** Forgets a function with all versions and aliases, and stops its idle environments. */
    public void remove(String functionArn) {
        versions.remove(functionArn);
        environments.stopIdle(each -> each.arn().equals(functionArn));
    }

    /** @param function an ARN, with a version or alias if wanted, or a bare name */
    public Optional<FunctionConfig> find(String function) {
        return versions.find(function);
    }

    /**
     * Runs a function to its end, on the calling thread.
     *
     * @param function as for {@link #find}
     * @param payload JSON
     * @throws IllegalArgumentException when there is no such function
     */
    public Invocation invoke(String function, byte[] payload) throws InterruptedException {
        ExecutionEnvironments.Lease lease = environments.acquire(function);
        String arn = function.startsWith("arn:") ? function : lease.function().arn();
        Metrics measured = metrics.apply(lease.function().region());
        ExecutionEnvironment environment = lease.environment();
        if (environment == null) {
            measured.ofFunction(arn, "Throttles", 1, "Count");
            return new Invocation.Throttled(lease.refusal());
        }
        long started = System.nanoTime();
        boolean ended = false;
        try {
            if (lease.isNew()) {
                environments.start(environment);
            }
            Invocation outcome = environment.invoke(payload, arn);
            ended = true;
            measured.ofFunction(arn, "Errors", outcome instanceof Invocation.FunctionError ? 1 : 0, "Count");
            return outcome;
        } finally {
            environments.release(environment, ended);
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
        versions.find(function).ifPresent(environments::kill);
    }

    /**
     * Stops the environments that had nothing to do for longer than {@code idle}, as Lambda does; the next invocation
     * starts a new one. To be called now and then.
     */
    public void doWork() {
        environments.stopUnused();
    }

    /** The number of function JVMs now alive. */
    public int jvms() {
        return environments.size();
    }

    /** Stops every JVM. Invocations under way end with an exit error. */
    @Override
    public void close() {
        environments.close();
    }
}
