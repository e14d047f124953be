package dev.penstock.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The one port that every client talks to. Reads a request, finds its service and region in the signature, hands it
 * over on a virtual thread and renders the answer, or the error, in the service's own protocol.
 */
public final class Gateway implements AutoCloseable {
    /** The account every ARN names. */
    public static final String ACCOUNT = "000000000000";

    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    private static final String CONTROL = "/_penstock";

    static {
        // Read once by the JDK's server: no Nagle delay, and a client that never ends its request is cut off.
        setDefault("sun.net.httpserver.nodelay", "true");
        setDefault("sun.net.httpserver.maxReqTime", "120");
        setDefault("sun.net.httpserver.idleInterval", "120");
    }

    private final String homeRegion;
    private final HttpServer server;
    private final ExecutorService threads = RequestThreads.start();
    private final Map<String, Service> services = new ConcurrentHashMap<>();
    private volatile @Nullable Service control;

    private Gateway(String homeRegion, HttpServer server) {
        this.homeRegion = homeRegion;
        this.server = server;
    }

    /**
     * Opens the port; services may be added before and after.
     *
     * @param address what to listen on; port 0 picks a free one
     * @param homeRegion the region of requests that name none
     * @throws PortInUseException when another process has the port
     */
    public static Gateway open(InetSocketAddress address, String homeRegion) {
        try {
            HttpServer server = HttpServer.create(address, 1024);
            Gateway gateway = new Gateway(homeRegion, server);
            server.createContext("/", gateway::exchange);
            server.setExecutor(gateway.threads);
            server.start();
            return gateway;
        } catch (BindException taken) {
            throw new PortInUseException(address.getPort(), "--port", taken);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot listen on " + address, failed);
        }
    }

    /** Adds a service, or replaces the one with its signing name. */
    public Gateway add(Service service) {
        services.put(service.signingName(), service);
        return this;
    }

    /** What answers under {@code /_penstock/}, to this machine only. */
    public Gateway control(Service service) {
        control = service;
        return this;
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** What clients on this machine use as endpoint. An address, no name: S3 clients then put the bucket into the path. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        String requestId = requestId();
        Map<String, List<String>> headers = lowerCase(exchange.getRequestHeaders());
        Request request = null;
        Response response;
        try {
            request = request(exchange, headers);
            response = service(exchange, request).handle(request);
        } catch (AwsError error) {
            response = ErrorBody.render(error, request == null ? unread(exchange, headers) : request, requestId);
        } catch (IOException gone) {
            exchange.close();
            return;
        } catch (RuntimeException | Error bug) { // an answer in any case: without one the client would wait for ever
            LOG.log(Level.ERROR, "request " + requestId + " failed: " + exchange.getRequestURI(), bug);
            AwsError error =
                    new AwsError(500, "InternalServerError", "Penstock failed on this request (see its log): " + bug);
            response = ErrorBody.render(error, request == null ? unread(exchange, headers) : request, requestId);
        }
        send(exchange, response, requestId, request);
        if (request != null && request.spooled() != null) {
            Files.deleteIfExists(request.spooled());
        }
    }

    private Request request(HttpExchange exchange, Map<String, List<String>> headers) throws IOException {
        Request unread = unread(exchange, headers);
        if (isS3(unread)) {
            ByteArrayOutputStream memory = new ByteArrayOutputStream();
            Path file = Bodies.spool(exchange, memory);
            return unread.with("s3", memory.toByteArray(), file);
        }
        byte[] body = Bodies.read(exchange);
        if (unread.header("content-encoding").orElse("").equalsIgnoreCase("gzip")) {
            body = Bodies.gunzip(body, Bodies.LIMIT);
        }
        String service = unread.service().isEmpty()
                ? Routing.service(headers, unread.path(), unread.query(), body)
                : unread.service();
        return unread.with(service, body, null);
    }

    /** Signed for S3, or not signed and nothing but S3 would send it. */
    private static boolean isS3(Request unread) {
        if (!unread.service().isEmpty()) {
            return unread.service().equals("s3");
        }
        boolean isForm = unread.header("content-type").orElse("").startsWith("application/x-www-form-urlencoded");
        return !isForm
                && Routing.service(unread.headers(), unread.path(), unread.query(), unread.body())
                        .equals("s3");
    }

    private Request unread(HttpExchange exchange, Map<String, List<String>> headers) {
        URI uri = exchange.getRequestURI();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        Scope scope = Scope.of(headers, query).orElse(new Scope("", null, ""));
        return new Request(
                exchange.getRequestMethod(),
                uri.getRawPath() == null ? "/" : uri.getRawPath(),
                query,
                headers,
                new byte[0],
                scope.region() == null ? homeRegion : scope.region(),
                scope.service(),
                scope.accessKey());
    }

    private Service service(HttpExchange exchange, Request request) {
        if (request.path().equals(CONTROL) || request.path().startsWith(CONTROL + "/")) {
            Loopback.require(exchange.getRemoteAddress().getAddress(), request.headers());
            Service service = control;
            if (service == null) {
                throw new AwsError(503, "ServiceUnavailable", "the runtime is starting");
            }
            return service;
        }
        Service service = services.get(request.service());
        if (service == null) {
            throw AwsError.notSimulated(
                    request.service(), request.operation().orElse(request.method() + " " + request.path()));
        }
        return service;
    }

    private static void send(HttpExchange exchange, Response response, String requestId, @Nullable Request request)
            throws IOException {
        try (exchange) {
            var headers = exchange.getResponseHeaders();
            response.headers().forEach(headers::set);
            headers.set("x-amzn-requestid", requestId);
            if (request != null && request.service().equals("s3")) {
                headers.set("x-amz-request-id", requestId);
            }
            byte[] body = response.body();
            if (request != null && request.service().equals("dynamodb")) {
                CRC32 crc = new CRC32();
                crc.update(body);
                headers.set("x-amz-crc32", Long.toString(crc.getValue()));
            }
            Response.Content content = response.content();
            long length = content == null ? body.length : content.length();
            boolean hasBody = length > 0 && !exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(response.status(), hasBody ? length : -1);
            if (hasBody && content != null) {
                content.writeTo(exchange.getResponseBody());
            } else if (hasBody) {
                exchange.getResponseBody().write(body);
            }
            if (hasBody) {
                // Flushed before the exchange is closed, which first waits for what the client still has to send.
                exchange.getResponseBody().flush();
            }
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "the client left before the answer to " + requestId, gone);
        }
    }

    private static Map<String, List<String>> lowerCase(Map<String, List<String>> headers) {
        Map<String, List<String>> lower = new HashMap<>();
        headers.forEach((name, values) -> lower.computeIfAbsent(
                        name.toLowerCase(Locale.ROOT), key -> new ArrayList<>(values.size()))
                .addAll(values));
        return lower;
    }

    private static String requestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
