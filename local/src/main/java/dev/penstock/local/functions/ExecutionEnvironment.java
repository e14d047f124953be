package dev.penstock.local.functions;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One execution environment: a JVM that runs one invocation of one function at a time. */
final class ExecutionEnvironment implements AutoCloseable {
    /** Generous where Lambda allows 10 s: a laptop may start several JVMs at once. */
    private static final Duration INIT_LIMIT = Duration.ofSeconds(60);

    private final FunctionConfig function;
    private final String id = UUID.randomUUID().toString().replace("-", "");
    private final String logStream;
    private final InstantSource wallClock;
    private final LogSink logs;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<@Nullable Invocation> initialized = new CompletableFuture<>();
    private volatile @Nullable Event current;
    private @Nullable Process process;
    private volatile boolean closed;
    private boolean fresh = true;
    private long idleSince;

    /** @param wallClock real time: the function's JVM measures its remaining time with it */
    ExecutionEnvironment(FunctionConfig function, InstantSource wallClock, LogSink logs) {
        this.function = function;
        this.wallClock = wallClock;
        this.logs = logs;
        String day = wallClock.instant().toString().substring(0, 10).replace('-', '/');
        this.logStream = day + "/[" + function.version() + "]" + id;
    }

    String id() {
        return id;
    }

    FunctionConfig function() {
        return function;
    }

    /** Since when it has had nothing to do, as whoever keeps it says. */
    long idleSince() {
        return idleSince;
    }

    void idleSince(long nanoTime) {
        idleSince = nanoTime;
    }

    boolean isAlive() {
        return !closed && process != null && process.isAlive();
    }

    /** Starts the JVM; it is ready when it asks for its first event, which {@link #invoke} waits for. */
    void start(RuntimeFiles runtime, boolean portable, Path taskRoot, String runtimeApi, Map<String, String> defaults) {
        ProcessBuilder builder = new ProcessBuilder(runtime.command(function, portable))
                .directory(taskRoot.toFile())
                .redirectErrorStream(true);
        FunctionEnvironment.fill(builder.environment(), function, defaults, runtimeApi, logStream, portable);
        try {
            Process started = builder.start();
            process = started;
            Thread.ofVirtual().name("logs-" + function.name()).start(() -> forwardLogs(started));
            var _ = started.onExit().thenAccept(this::exited);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the JVM of function " + function.name(), e);
        }
    }

    /** Runs one invocation to its end or to the function's timeout, after which this environment is dead. */
    Invocation invoke(byte[] payload, String invokedArn) throws InterruptedException {
        String requestId = UUID.randomUUID().toString();
        long started = System.nanoTime();
        Invocation failedInit = awaitInit(requestId);
        if (failedInit != null) {
            close();
            return failedInit;
        }
        long initialised = System.nanoTime();
        Event event = new Event(
                requestId,
                invokedArn,
                payload,
                wallClock.instant().plus(function.timeout()),
                new CompletableFuture<>());
        current = event;
        log("START RequestId: " + requestId + " Version: " + function.version());
        events.add(event);
        Invocation outcome;
        try {
            if (!isAlive()) {
                exited(event);
            }
            outcome = event.outcome().get(function.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            close();
            outcome = error(
                    requestId,
                    Invocation.FunctionError.TIMED_OUT,
                    "RequestId: " + requestId + " Error: Task timed out after "
                            + String.format(
                                    Locale.ROOT, "%.2f", function.timeout().toMillis() / 1000.0) + " seconds");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            current = null;
        }
        report(requestId, initialised - started, System.nanoTime() - initialised);
        fresh = false;
        return outcome;
    }

    private void report(String requestId, long initNanos, long runNanos) {
        log("END RequestId: " + requestId);
        double millis = runNanos / 1e6;
        log(String.format(
                Locale.ROOT,
                "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB%s",
                requestId,
                millis,
                Math.ceil(millis),
                function.memoryMb(),
                fresh ? String.format(Locale.ROOT, "\tInit Duration: %.2f ms", initNanos / 1e6) : ""));
    }

    private @Nullable Invocation awaitInit(String requestId) throws InterruptedException {
        try {
            return initialized.get(INIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return error(
                    requestId,
                    Invocation.FunctionError.TIMED_OUT,
                    "RequestId: " + requestId + " Error: Init timed out after " + INIT_LIMIT.toSeconds() + " seconds");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next event for the function's JVM; blocks until there is one, {@code null} when this is closed. */
    @Nullable
    Event next() throws InterruptedException {
        initialized.complete(null);
        Event event = events.take();
        return event.outcome().isDone() ? null : event;
    }

    void respond(String requestId, byte[] body) {
        if (body.length > RuntimeApi.MAX_RESPONSE_BYTES) {
            finish(
                    requestId,
                    error(
                            requestId,
                            "Function.ResponseSizeTooLarge",
                            "Response payload size exceeded maximum allowed payload size ("
                                    + RuntimeApi.MAX_RESPONSE_BYTES + " bytes)."));
        } else {
            finish(requestId, new Invocation.Success(requestId, body));
        }
    }

    void fail(String requestId, byte[] body) {
        finish(requestId, ErrorPayload.parse(requestId, body));
    }

    void initFailed(byte[] body) {
        initialized.complete(ErrorPayload.parse("", body));
    }

    private void finish(String requestId, Invocation outcome) {
        Event event = current;
        if (event != null && event.requestId().equals(requestId)) {
            event.outcome().complete(outcome);
        }
    }

    private void exited(Process ended) {
        initialized.complete(
                error("", "Runtime.ExitError", "Error: Runtime exited with error: exit status " + ended.exitValue()));
        Event event = current;
        if (event != null) {
            exited(event);
        }
    }

    private void exited(Event event) {
        Process ended = process;
        String status = ended == null || ended.isAlive() ? "" : ": exit status " + ended.exitValue();
        event.outcome()
                .complete(error(
                        event.requestId(),
                        "Runtime.ExitError",
                        "RequestId: " + event.requestId() + " Error: Runtime exited with error" + status));
    }

    private static Invocation.FunctionError error(String requestId, String type, String message) {
        return new Invocation.FunctionError(requestId, type, message, ErrorPayload.json(type, message));
    }

    private void forwardLogs(Process from) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                logs.line(function, logStream, line);
            }
        } catch (IOException e) {
            // The JVM was killed while it printed: what it printed before was forwarded.
        }
    }

    private void log(String line) {
        if (function.logFormat().equals("Text")) {
            logs.line(function, logStream, line);
        }
    }

    /** Ends the JVM at once, as Lambda does with an environment it no longer needs or that ran out of time. */
    @Override
    public void close() {
        closed = true;
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
        // Releases the Runtime API connection that waits for an event.
        CompletableFuture<Invocation> done = CompletableFuture.completedFuture(new Invocation.Throttled("closed"));
        events.add(new Event("", "", new byte[0], Instant.EPOCH, done));
    }

    /** One event on its way to the function. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Event(
            String requestId,
            String functionArn,
            byte[] payload,
            Instant deadline,
            CompletableFuture<Invocation> outcome) {

        /** An X-Ray trace id in its format; nothing is traced. */
        String traceRoot() {
            return "1-" + HexFormat.of().toHexDigits((int) deadline.getEpochSecond()) + "-"
                    + requestId.replace("-", "").substring(0, 24);
        }
    }
}
