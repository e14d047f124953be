package dev.penstock.local.lambda;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.HandlerZip;
import dev.penstock.local.functions.LogSink;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.sources.Checkpoints;
import dev.penstock.local.sources.Destinations;
import dev.penstock.local.sources.EventSourceMappings;
import dev.penstock.local.sources.Invoker;
import dev.penstock.local.sources.Ports;
import dev.penstock.local.sources.TestStreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

/** The Lambda API behind a gateway of its own, with a stream that mappings can read. */
final class LocalLambda implements AutoCloseable {
    private final MovableClock clock = new MovableClock(() -> Instant.parse("2026-03-01T10:00:00.250Z"));
    final Gateway gateway;
    final LambdaClient lambda;
    private final SdkBytes zip;
    private final Functions functions;
    private final EventSourceMappings mappings;
    private final LambdaApi api;
    private final Clients clients;

    LocalLambda(Path folder, LogSink logs) throws IOException {
        zip = SdkBytes.fromByteArray(Files.readAllBytes(HandlerZip.in(folder)));
        functions = new Functions(Functions.Options.of(folder.resolve("runtime"), "http://127.0.0.1:1"), logs);
        TestStreams streams = new TestStreams(clock);
        mappings = new EventSourceMappings(new Ports(
                streams.reader(),
                streams.directory(),
                Invoker.of(functions),
                Destinations.none(),
                Checkpoints.inMemory(),
                clock,
                Metrics.none(),
                Duration.ofMillis(1),
                Duration.ofMillis(5)));
        api = new LambdaApi(
                functions,
                region -> mappings,
                clock,
                folder.resolve("code"),
                (region, bucket, key) -> zip.asByteArray());
        gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "eu-central-1");
        gateway.add(api);
        clients = new Clients(gateway.endpoint(), "eu-central-1");
        lambda = clients.of(LambdaClient.class);
    }

    void create(String name, Class<?> handler, Consumer<CreateFunctionRequest.Builder> more) {
        lambda.createFunction(request -> request.functionName(name)
                .runtime("java25")
                .role("arn:aws:iam::000000000000:role/r")
                .handler(HandlerZip.handler(handler))
                .timeout(20)
                .memorySize(256)
                .code(code -> code.zipFile(zip))
                .applyMutation(more));
    }

    String invoke(String function, String payload) {
        return lambda.invoke(request -> request.functionName(function).payload(SdkBytes.fromUtf8String(payload)))
                .payload()
                .asUtf8String();
    }

    @Override
    public void close() {
        clients.close();
        gateway.close();
        api.close();
        mappings.close();
        functions.close();
    }
}
