package dev.penstock.local.sqs;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.elasticmq.NodeAddress;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/** Passes requests on to the ElasticMQ server of their region. Queues live in memory. */
public final class SqsService implements Service, AutoCloseable {
    /** Longer than the longest poll, 20 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Set<String> PASSED_ON =
            Set.of("content-type", "x-amz-target", "authorization", "x-amz-date", "x-amzn-query-mode");

    private final Supplier<URI> endpoint;
    private final Map<String, Region> regions = new ConcurrentHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private record Region(SQSRestServer server, int port) {
        Region(SQSRestServer server) {
            this(server, server.waitUntilStarted().localAddress().getPort());
        }
    }

    /** @param endpoint the gateway's, for the queues' URLs */
    public SqsService(Supplier<URI> endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public String signingName() {
        return "sqs";
    }

    @Override
    public Response handle(Request request) {
        int port = regions.computeIfAbsent(request.region(), this::start).port();
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        HttpRequest.Builder passed = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + request.path() + query))
                .timeout(PATIENCE)
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
        PASSED_ON.forEach(name -> request.header(name).ifPresent(value -> passed.header(name, value)));
        try {
            HttpResponse<byte[]> answer = http.send(passed.build(), HttpResponse.BodyHandlers.ofByteArray());
            Map<String, String> headers = new LinkedHashMap<>();
            for (String name : List.of("content-type", "x-amzn-query-error")) {
                answer.headers().firstValue(name).ifPresent(value -> headers.put(name, value));
            }
            return new Response(answer.statusCode(), headers, answer.body());
        } catch (IOException failed) {
            throw new AwsError(
                    503, "ServiceUnavailable", "the queue server of " + request.region() + " failed: " + failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AwsError(503, "ServiceUnavailable", "the runtime is stopping");
        }
    }

    private Region start(String region) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // ElasticMQ looks for its settings with the thread's class loader, which may be another one in a test runner.
        thread.setContextClassLoader(SqsService.class.getClassLoader());
        try {
            return new Region(server(region));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private SQSRestServer server(String region) {
        URI url = endpoint.get();
        return SQSRestServerBuilder.withInterface("127.0.0.1")
                .withDynamicPort()
                .withAWSRegion(region)
                .withAWSAccountId(Gateway.ACCOUNT)
                .withServerAddress(new NodeAddress("http", url.getHost(), url.getPort(), ""))
                .start();
    }

    /** The regions whose servers run. */
    public Set<String> running() {
        return Set.copyOf(regions.keySet());
    }

    @Override
    public void close() {
        http.shutdownNow();
        regions.values().forEach(region -> region.server().stopAndWait());
    }
}
