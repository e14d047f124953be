package dev.penstock.local.functions;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The Lambda Runtime API (version 2018-06-01) on loopback, one port for all execution environments; an environment is
 * told apart by the first segment of the path. Plain HTTP/1.1 with keep-alive: a batch is one write each way, which
 * the JDK's own server would split into two packets and so wait for an acknowledgement.
 */
final class RuntimeApi implements AutoCloseable {
    /** Lambda refuses larger responses (6 MB and a little; documented as 6,291,556 bytes). */
    static final int MAX_RESPONSE_BYTES = 6_291_556;

    private static final String VERSION = "/2018-06-01/runtime/";

    private final ServerSocket server;
    private final Map<String, ExecutionEnvironment> environments = new ConcurrentHashMap<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    RuntimeApi() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no loopback port for the Lambda Runtime API", e);
        }
        Thread.ofVirtual().name("lambda-runtime-api").start(this::accept);
    }

    /** The value of {@code AWS_LAMBDA_RUNTIME_API} for this environment. */
    String register(ExecutionEnvironment environment) {
        environments.put(environment.id(), environment);
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort() + "/" + environment.id();
    }

    void forget(ExecutionEnvironment environment) {
        environments.remove(environment.id());
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connection.setTcpNoDelay(true);
                connections.add(connection);
                Thread.ofVirtual().name("lambda-runtime-api").start(() -> serve(connection));
            } catch (IOException e) {
                // Closed: the loop's condition ends it.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream(), 65_536);
            OutputStream out = connection.getOutputStream();
            for (String start = line(in); start != null; start = line(in)) {
                String[] request = start.split(" ", 3);
                Map<String, String> headers = headers(in);
                answer(request[0], request[1], body(in, out, headers), out);
            }
        } catch (IOException e) {
            // The function's JVM went away; its exit is noticed by its execution environment.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private void answer(String method, String path, byte[] body, OutputStream out)
            throws IOException, InterruptedException {
        int at = path.indexOf(VERSION);
        ExecutionEnvironment environment = at <= 0 ? null : environments.get(path.substring(1, at));
        if (environment == null) {
            write(out, "404 Not Found", "", "{\"errorType\":\"UnknownEnvironment\"}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String[] call = path.substring(at + VERSION.length()).split("/", -1);
        String last = call[call.length - 1];
        if (method.equals("GET") && call[0].equals("invocation") && last.equals("next")) {
            ExecutionEnvironment.Event event = environment.next();
            if (event == null) {
                throw new EOFException("environment closed");
            }
            write(
                    out,
                    "200 OK",
                    "Lambda-Runtime-Aws-Request-Id: " + event.requestId()
                            + "\r\nLambda-Runtime-Deadline-Ms: "
                            + event.deadline().toEpochMilli()
                            + "\r\nLambda-Runtime-Invoked-Function-Arn: " + event.functionArn()
                            + "\r\nLambda-Runtime-Trace-Id: Root=" + event.traceRoot() + ";Sampled=0\r\n",
                    event.payload());
            return;
        }
        if (call[0].equals("invocation") && last.equals("response")) {
            environment.respond(call[1], body);
        } else if (call[0].equals("invocation") && last.equals("error")) {
            environment.fail(call[1], body);
        } else if (last.equals("error")) {
            environment.initFailed(body);
        } else if (call[0].equals("restore") && last.equals("next")) {
            // Nothing was snapshot: the runtime goes straight from its checkpoint hooks to its restore hooks.
            write(out, "200 OK", "", new byte[0]);
            return;
        }
        write(out, "202 Accepted", "", "{\"status\":\"OK\"}".getBytes(StandardCharsets.UTF_8));
    }

    private static void write(OutputStream out, String status, String headers, byte[] body) throws IOException {
        byte[] head = ("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers + "Content-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        out.write(all);
        out.flush();
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static byte[] body(InputStream in, OutputStream out, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            var body = new ByteArrayOutputStream();
            for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
                body.writeBytes(exactly(in, size));
                line(in);
            }
            line(in);
            return body.toByteArray();
        }
        return exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private static int chunkSize(InputStream in) throws IOException {
        String line = line(in);
        return line == null ? 0 : Integer.parseInt(line.split(";", 2)[0].strip(), 16);
    }

    private static byte[] exactly(InputStream in, int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("body of " + size + " bytes ended after " + bytes.length);
        }
        return bytes;
    }

    /** One line without its end; {@code null} at the end of the stream. */
    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return line.isEmpty() ? null : line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
