package dev.penstock.local.functions;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts a function in the official runtime interface client, lets it handle one event and takes its measure, against a
 * Runtime API and a DynamoDB that answer at once; the latter holds nothing but the declarations that the very first
 * start of a deployment leaves. The function lies unpacked as in a managed runtime: its classes and {@code lib/*.jar} in the working directory.
 */
public final class ColdStart implements AutoCloseable {
    /** The flags with which Lambda starts Java 25, without those that concern its own class archive. */
    public static final List<String> LAMBDA_FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx435m", RuntimeFiles.COMPATIBLE_HOOKS);

    private static final long LIMIT_SECONDS = 120;
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    private final RuntimeFiles runtime;
    private final ContentFolder folders;
    private final Path folder;
    private final HttpServer dynamoDb;

    /** @param folder scratch space */
    public ColdStart(Path folder) {
        this.folder = folder;
        this.folders = new ContentFolder(folder);
        this.runtime = new RuntimeFiles(folders);
        this.dynamoDb = server();
        var declarations = new RememberedDeclarations();
        dynamoDb.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            answer(exchange, 200, "application/x-amz-json-1.0", declarations.answer(target, body));
        });
        dynamoDb.start();
    }

    /**
     * A function to start.
     *
     * @param code its zip, or the folder it was unpacked to
     * @param flags of the JVM
     * @param primed it is told that a snapshot is taken before its first event, as with SnapStart
     */
    public record Start(
            Path code, String handler, List<String> flags, boolean primed, Map<String, String> environment) {}

    /**
     * What was measured.
     *
     * @param cpuToResponse CPU time of the process until its first response, in ms
     * @param cpuOfInvocation the part of it after the event was handed out
     * @param classes loaded until the first response; 0 when they were not counted
     * @param classesOfInvocation those loaded after the event was handed out
     */
    public record Measure(long cpuToResponse, long cpuOfInvocation, long classes, long classesOfInvocation) {}

    /** Times one start; classes are counted in a start of their own, because counting takes time. */
    public Measure run(Start start, byte[] event) {
        return run(start, event, null);
    }

    /** Counts the classes of one start. */
    public Measure countClasses(Start start, byte[] event) {
        return run(start, event, folder.resolve("classes-" + System.nanoTime() + ".log"));
    }

    private Measure run(Start start, byte[] event, @Nullable Path classLog) {
        List<String> flags = classLog == null
                ? start.flags()
                : Stream.concat(start.flags().stream(), Stream.of("-Xlog:class+load:file=" + classLog + ":none"))
                        .toList();
        HttpServer api = server();
        var atEvent = new CompletableFuture<long[]>();
        var atResponse = new CompletableFuture<long[]>();
        var process = new CompletableFuture<Process>();
        ToLongFunction<Process> classes = running -> classLog == null ? 0 : lines(classLog);
        api.createContext("/2018-06-01/runtime/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            Process running = process.join();
            if (path.endsWith("/restore/next")) {
                answer(exchange, 200, "application/json", NOTHING);
            } else if (path.endsWith("/invocation/next")) {
                atEvent.complete(new long[] {cpu(running), classes.applyAsLong(running)});
                exchange.getResponseHeaders().add("Lambda-Runtime-Aws-Request-Id", "1");
                exchange.getResponseHeaders().add("Lambda-Runtime-Deadline-Ms", Long.toString(Long.MAX_VALUE));
                exchange.getResponseHeaders()
                        .add("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:f");
                if (!atResponse.isDone()) {
                    answer(exchange, 200, "application/json", event);
                }
            } else if (path.endsWith("/response")) {
                atResponse.complete(new long[] {cpu(running), classes.applyAsLong(running)});
                answer(exchange, 202, "application/json", NOTHING);
            } else {
                atResponse.completeExceptionally(
                        new IllegalStateException("the function failed: " + new String(body, StandardCharsets.UTF_8)));
                answer(exchange, 202, "application/json", NOTHING);
            }
        });
        api.start();
        try {
            Process started =
                    start(start, flags, "127.0.0.1:" + api.getAddress().getPort());
            try {
                process.complete(started);
                var _ = started.onExit()
                        .thenRun(() -> atResponse.completeExceptionally(
                                new IllegalStateException("the function's JVM ended before it answered")));
                long[] end = atResponse.get(LIMIT_SECONDS, TimeUnit.SECONDS);
                long[] begin = atEvent.join();
                return new Measure(end[0], end[0] - begin[0], end[1], end[1] - begin[1]);
            } finally {
                started.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a function started", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no first response: " + e.getMessage(), e);
        } finally {
            api.stop(0);
        }
    }

    private Process start(Start start, List<String> flags, String runtimeApi) throws IOException {
        Path root = folders.unpacked(start.code());
        var builder = new ProcessBuilder(runtime.command(start.handler(), flags, false))
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("function.log").toFile());
        Map<String, String> variables = builder.environment();
        variables.keySet().retainAll(List.of("PATH"));
        variables.putAll(Map.of(
                "AWS_LAMBDA_RUNTIME_API", runtimeApi,
                "AWS_LAMBDA_INITIALIZATION_TYPE", start.primed() ? "snap-start" : "on-demand",
                "AWS_LAMBDA_FUNCTION_NAME", "f",
                "AWS_LAMBDA_FUNCTION_VERSION", "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512",
                "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/f",
                "AWS_LAMBDA_LOG_STREAM_NAME", "s",
                "AWS_REGION", "us-east-1"));
        variables.put("AWS_ACCESS_KEY_ID", "local");
        variables.put("AWS_SECRET_ACCESS_KEY", "local");
        variables.put(
                "AWS_ENDPOINT_URL_DYNAMODB",
                URI.create("http://127.0.0.1:" + dynamoDb.getAddress().getPort())
                        .toString());
        variables.putAll(start.environment());
        return builder.start();
    }

    private static long cpu(Process process) {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("this system does not tell the CPU time of a process"))
                .toMillis();
    }

    private static long lines(Path file) {
        try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServer server() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        dynamoDb.stop(0);
    }
}
