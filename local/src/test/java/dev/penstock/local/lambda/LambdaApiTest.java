package dev.penstock.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.HandlerZip;
import dev.penstock.local.functions.LogSink;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.functions.TestHandlers;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.sources.Checkpoints;
import dev.penstock.local.sources.Destinations;
import dev.penstock.local.sources.EventSourceMappings;
import dev.penstock.local.sources.Invoker;
import dev.penstock.local.sources.Ports;
import dev.penstock.local.sources.TestStreams;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/** The Lambda API through the official client and the gateway. */
@Timeout(120)
class LambdaApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(() -> Instant.parse("2026-03-01T10:00:00.250Z"));
    private final CountDownLatch introspected = new CountDownLatch(2);
    private SdkBytes zip;
    private Functions functions;
    private EventSourceMappings mappings;
    private LambdaApi api;
    private Gateway gateway;
    private Clients clients;
    private LambdaClient lambda;

    @BeforeEach
    void start() throws Exception {
        zip = SdkBytes.fromByteArray(Files.readAllBytes(HandlerZip.in(folder)));
        LogSink logs = (function, stream, line) -> {
            if (line.equals("hello from stdout")) {
                introspected.countDown();
            }
        };
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

    @AfterEach
    void stop() {
        clients.close();
        gateway.close();
        api.close();
        mappings.close();
        functions.close();
    }

    private void create(String name, Class<?> handler, Consumer<CreateFunctionRequest.Builder> more) {
        lambda.createFunction(request -> request.functionName(name)
                .runtime("java25")
                .role("arn:aws:iam::000000000000:role/r")
                .handler(HandlerZip.handler(handler))
                .timeout(20)
                .memorySize(256)
                .code(code -> code.zipFile(zip))
                .applyMutation(more));
    }

    private String invoke(String function, String payload) {
        return lambda.invoke(request -> request.functionName(function).payload(SdkBytes.fromUtf8String(payload)))
                .payload()
                .asUtf8String();
    }

    @Test
    void aFunctionIsPendingThenActive() {
        var created = lambda.createFunction(request -> request.functionName("f")
                .runtime("java25")
                .role("arn:aws:iam::000000000000:role/r")
                .handler("a.B::c")
                .code(code -> code.s3Bucket("assets").s3Key("key")));
        assertEquals(State.PENDING, created.state());
        assertEquals("$LATEST", created.version());
        assertEquals("arn:aws:lambda:eu-central-1:000000000000:function:f", created.functionArn());
        assertEquals("2026-03-01T10:00:00.250+0000", created.lastModified());
        assertEquals(3, created.timeout());
        assertEquals(128, created.memorySize());
        lambda.waiter().waitUntilFunctionActive(request -> request.functionName("f"));
        var got = lambda.getFunction(request -> request.functionName(created.functionArn()));
        assertEquals(created.codeSha256(), got.configuration().codeSha256());
        assertEquals(State.ACTIVE, got.configuration().state());
        assertEquals(1, lambda.listFunctions().functions().size());
    }

    @Test
    void invokeAnswersPayloadVersionAndFunctionErrors() {
        create("f", TestHandlers.Misbehaving.class, request -> {});
        var fine = lambda.invoke(request -> request.functionName("f").payload(SdkBytes.fromUtf8String("\"fine\"")));
        assertEquals(200, fine.statusCode());
        assertEquals("\"fine\"", fine.payload().asUtf8String());
        assertEquals("$LATEST", fine.executedVersion());
        assertNull(fine.functionError());
        var thrown = lambda.invoke(request -> request.functionName("f").payload(SdkBytes.fromUtf8String("\"throw\"")));
        assertEquals(200, thrown.statusCode());
        assertEquals("Unhandled", thrown.functionError());
        assertTrue(thrown.payload().asUtf8String().contains("\"errorMessage\":\"thrown on request\""));
    }

    @Test
    void eventInvocationsReturnAtOnceAndDryRunsRunNothing() throws Exception {
        create("f", TestHandlers.Introspect.class, request -> {});
        assertEquals(
                202,
                lambda.invoke(request -> request.functionName("f").invocationType(InvocationType.EVENT))
                        .statusCode());
        assertEquals(
                204,
                lambda.invoke(request -> request.functionName("f").invocationType(InvocationType.DRY_RUN))
                        .statusCode());
        lambda.invoke(request -> request.functionName("f").invocationType(InvocationType.EVENT));
        assertTrue(introspected.await(60, TimeUnit.SECONDS));
    }

    @Test
    void anAliasRunsItsPublishedVersion() throws Exception {
        create(
                "f",
                TestHandlers.Introspect.class,
                request -> request.environment(environment -> environment.variables(Map.of("TABLE", "one")))
                        .snapStart(snap -> snap.applyOn(SnapStartApplyOn.PUBLISHED_VERSIONS)));
        String version =
                lambda.publishVersion(request -> request.functionName("f")).version();
        assertEquals("1", version);
        String alias = lambda.createAlias(
                        request -> request.functionName("f").name("live").functionVersion(version))
                .aliasArn();
        lambda.updateFunctionConfiguration(request ->
                request.functionName("f").environment(environment -> environment.variables(Map.of("TABLE", "two"))));
        JsonNode live = JSON.readTree(invoke(alias, "{}"));
        assertEquals("one", live.at("/environment/TABLE").asText());
        assertEquals("1", live.at("/environment/AWS_LAMBDA_FUNCTION_VERSION").asText());
        assertEquals(alias, live.get("arn").asText());
        JsonNode latest = JSON.readTree(invoke("f", "{}"));
        assertEquals("two", latest.at("/environment/TABLE").asText());
        assertEquals(
                "2", lambda.publishVersion(request -> request.functionName("f")).version());
        assertEquals(
                "2",
                lambda.publishVersion(request -> request.functionName("f")).version(),
                "nothing changed, so no new version");
        lambda.updateAlias(request -> request.functionName("f").name("live").functionVersion("2"));
        assertEquals(
                "two",
                JSON.readTree(invoke("f:live", "{}")).at("/environment/TABLE").asText());
        assertEquals(
                3,
                lambda.listVersionsByFunction(request -> request.functionName("f"))
                        .versions()
                        .size());
    }

    @Test
    void reservedConcurrencyOfZeroThrottles() {
        create("f", TestHandlers.Echo.class, request -> {});
        lambda.putFunctionConcurrency(request -> request.functionName("f").reservedConcurrentExecutions(0));
        // The client retries a 429 three times before it throws.
        var throttled = assertThrows(TooManyRequestsException.class, () -> invoke("f", "{}"));
        assertEquals(429, throttled.statusCode());
        assertEquals("ReservedFunctionConcurrentInvocationLimitExceeded", throttled.reasonAsString());
        lambda.deleteFunctionConcurrency(request -> request.functionName("f"));
        assertEquals("{}", invoke("f", "{}"));
    }

    @Test
    void errorsAreAwss() {
        var missing = assertThrows(ResourceNotFoundException.class, () -> invoke("nobody", "{}"));
        assertTrue(missing.getMessage()
                .startsWith("Function not found: arn:aws:lambda:eu-central-1:000000000000:function:nobody"));
        create("f", TestHandlers.Echo.class, request -> {});
        var exists = assertThrows(
                ResourceConflictException.class, () -> create("f", TestHandlers.Echo.class, request -> {}));
        assertTrue(exists.getMessage().startsWith("Function already exist: f"));
        assertEquals(
                400,
                assertThrows(LambdaException.class, () -> invoke("f", "{not json"))
                        .statusCode());
        assertEquals(
                413,
                assertThrows(LambdaException.class, () -> invoke("f", "\"" + "x".repeat(6 << 20) + "\""))
                        .statusCode());
        assertThrows(
                InvalidParameterValueException.class,
                () -> create(
                        "g",
                        TestHandlers.Echo.class,
                        request -> request.code(code -> code.zipFile(SdkBytes.fromUtf8String("no zip")))));
        assertThrows(
                InvalidParameterValueException.class,
                () -> create("g", TestHandlers.Echo.class, request -> request.timeout(901)));
        var python = assertThrows(
                LambdaException.class,
                () -> create("g", TestHandlers.Echo.class, request -> request.runtime("python3.14")));
        assertEquals(501, python.statusCode());
        lambda.deleteFunction(request -> request.functionName("f"));
        assertThrows(ResourceNotFoundException.class, () -> lambda.getFunction(request -> request.functionName("f")));
    }

    @Test
    void aFunctionUrlPassesHttpOn() throws Exception {
        create("f", TestHandlers.Http.class, request -> {});
        String address = lambda.createFunctionUrlConfig(
                        request -> request.functionName("f").authType(FunctionUrlAuthType.NONE))
                .functionUrl();
        assertTrue(
                address.matches("http://[0-9a-f]{32}\\.lambda-url\\.eu-central-1\\.localhost:" + gateway.port() + "/"),
                address);
        assertEquals(
                address,
                lambda.getFunctionUrlConfig(request -> request.functionName("f"))
                        .functionUrl());
        assertThrows(
                ResourceConflictException.class,
                () -> lambda.createFunctionUrlConfig(
                        request -> request.functionName("f").authType(FunctionUrlAuthType.NONE)));
        String answer = http(address, "POST /orders/7?a=1&a=2&b=%20 HTTP/1.1", "body text");
        assertTrue(answer.startsWith("HTTP/1.1 201"), answer);
        assertTrue(answer.contains("x-seen: POST /orders/7 a=1&a=2&b=%20"), answer);
        assertTrue(answer.endsWith("body text"), answer);
        lambda.deleteFunctionUrlConfig(request -> request.functionName("f"));
        assertTrue(http(address, "GET / HTTP/1.1", "").startsWith("HTTP/1.1 404"));
    }

    @Test
    void aFunctionUrlWithIamRefusesUnsignedRequests() throws Exception {
        create("f", TestHandlers.Http.class, request -> {});
        String address = lambda.createFunctionUrlConfig(
                        request -> request.functionName("f").authType(FunctionUrlAuthType.AWS_IAM))
                .functionUrl();
        assertTrue(http(address, "GET / HTTP/1.1", "").startsWith("HTTP/1.1 403"));
    }

    /** A plain socket, because names under localhost resolve on some systems only. */
    private String http(String address, String start, String body) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(60_000);
            String request = start + "\r\nHost: " + URI.create(address).getAuthority()
                    + "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .replace("X-seen", "x-seen");
        }
    }

    private CreateEventSourceMappingResponse map(Consumer<CreateEventSourceMappingRequest.Builder> more) {
        return lambda.createEventSourceMapping(request -> request.functionName("f")
                .eventSourceArn(TestStreams.ARN)
                .startingPosition(EventSourcePosition.TRIM_HORIZON)
                .applyMutation(more));
    }

    /** Recorded on AWS: every default, the state and its reason. */
    @Test
    void aMappingIsMadeWithAwssDefaults() {
        create("f", TestHandlers.Stream.class, request -> {});
        var made = map(request -> {});
        assertEquals(202, made.sdkHttpResponse().statusCode());
        assertEquals(100, made.batchSize());
        assertEquals(0, made.maximumBatchingWindowInSeconds());
        assertEquals(-1, made.maximumRecordAgeInSeconds());
        assertEquals(-1, made.maximumRetryAttempts());
        assertEquals(1, made.parallelizationFactor());
        assertEquals(0, made.tumblingWindowInSeconds());
        assertEquals(false, made.bisectBatchOnFunctionError());
        assertTrue(made.hasFunctionResponseTypes());
        assertEquals(List.of(), made.functionResponseTypes());
        assertNull(made.destinationConfig().onFailure().destination());
        assertNull(made.filterCriteria());
        assertEquals("Creating", made.state());
        assertEquals("User action", made.stateTransitionReason());
        assertEquals("No records processed", made.lastProcessingResult());
        assertEquals("arn:aws:lambda:eu-central-1:000000000000:function:f", made.functionArn());
        assertEquals(
                "arn:aws:lambda:eu-central-1:000000000000:event-source-mapping:" + made.uuid(),
                made.eventSourceMappingArn());
        var listed = lambda.listEventSourceMappings(request -> request.eventSourceArn(TestStreams.ARN))
                .eventSourceMappings();
        assertEquals("Enabled", listed.getFirst().state());
        assertEquals(made.uuid(), listed.getFirst().uuid());
    }

    /** Recorded on AWS: codes, statuses and texts. */
    @Test
    void mappingErrorsAreAwss() {
        create("f", TestHandlers.Stream.class, request -> {});
        String uuid = map(request -> {}).uuid();
        var conflict = assertThrows(ResourceConflictException.class, () -> map(request -> {}));
        assertEquals(409, conflict.statusCode());
        assertEquals(
                "The event source arn (\" " + TestStreams.ARN + " \") and function (\" f \") provided mapping already"
                        + " exists. Please update or delete the existing mapping with UUID " + uuid,
                conflict.awsErrorDetails().errorMessage());
        assertEquals("User", conflict.type());
        String unknown = TestStreams.ARN + "9";
        var stream = assertThrows(
                InvalidParameterValueException.class, () -> map(request -> request.eventSourceArn(unknown)));
        assertEquals("Stream not found: " + unknown, stream.awsErrorDetails().errorMessage());
        lambda.deleteEventSourceMapping(request -> request.uuid(uuid));
        for (String pattern : List.of("single-string", "[{\"eventName\": [\"INSERT\"")) {
            var filter = assertThrows(
                    InvalidParameterValueException.class,
                    () -> map(request ->
                            request.filterCriteria(criteria -> criteria.filters(each -> each.pattern(pattern)))));
            assertEquals(
                    "Invalid filter pattern definition.",
                    filter.awsErrorDetails().errorMessage());
        }
        assertThrows(InvalidParameterValueException.class, () -> map(request -> request.batchSize(10_001)));
        assertThrows(ResourceNotFoundException.class, () -> map(request -> request.functionName("nobody")));
        assertThrows(
                ResourceNotFoundException.class,
                () -> lambda.getEventSourceMapping(request -> request.uuid("no-such-uuid")));
        assertTrue(
                lambda.listEventSourceMappings().eventSourceMappings().isEmpty(), "a refused mapping leaves nothing");
    }

    /** Recorded on AWS: the answer to a disabling update. */
    @Test
    void aMappingIsDisabledAndEnabled() {
        create("f", TestHandlers.Stream.class, request -> {});
        String uuid = map(request -> {}).uuid();
        assertEquals(
                "Disabling",
                lambda.updateEventSourceMapping(request -> request.uuid(uuid).enabled(false))
                        .state());
        assertEquals(
                "Disabled",
                lambda.getEventSourceMapping(request -> request.uuid(uuid)).state());
        var changed = lambda.updateEventSourceMapping(request -> request.uuid(uuid)
                .enabled(true)
                .batchSize(7)
                .destinationConfig(config -> config.onFailure(failure -> failure.destination("arn:aws:s3:::failed"))));
        assertEquals(7, changed.batchSize());
        assertEquals(
                "arn:aws:s3:::failed", changed.destinationConfig().onFailure().destination());
        assertEquals(
                "Enabled",
                lambda.getEventSourceMapping(request -> request.uuid(uuid)).state());
        assertFalse(lambda.deleteEventSourceMapping(request -> request.uuid(uuid))
                .state()
                .isEmpty());
    }
}
