package dev.penstock.local.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Path zip;
    private Functions functions;

    @BeforeEach
    void pack() throws IOException {
        zip = HandlerZip.in(folder);
        functions = functions(options());
    }

    @AfterEach
    void stop() {
        functions.close();
    }

    private Functions.Options options() {
        return Functions.Options.of(folder.resolve("runtime"), "http://127.0.0.1:4566");
    }

    private Functions functions(Functions.Options options) {
        return new Functions(options, (function, stream, line) -> lines.add(line));
    }

    private void put(String name, Class<?> handler) {
        functions.put(config(name, handler));
    }

    private FunctionConfig config(String name, Class<?> handler) {
        return FunctionConfig.of(name, "eu-central-1", HandlerZip.handler(handler), zip)
                .with(Duration.ofSeconds(20), 256, Map.of("TABLE", "Customers"));
    }

    private Invocation invoke(String name, String payload) throws InterruptedException {
        return functions.invoke(name, payload.getBytes(StandardCharsets.UTF_8));
    }

    private String text(Invocation invocation) {
        return assertInstanceOf(Invocation.Success.class, invocation, invocation::toString)
                .text();
    }

    private JsonNode json(Invocation invocation) throws IOException {
        return JSON.readTree(
                assertInstanceOf(Invocation.Success.class, invocation).payload());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void officialEventTypesWorkWithNativeAndPortableClient(boolean portable) throws Exception {
        functions.close();
        functions = functions(options().withPortable(portable));
        put("stream", TestHandlers.Stream.class);
        String event = """
                {"Records":[
                  {"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1.7E9,"SequenceNumber":"111",
                    "Keys":{"id":{"S":"good"}}}},
                  {"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1.7E9,"SequenceNumber":"222",
                    "Keys":{"id":{"S":"bad"}}}}]}
                """;
        JsonNode response = json(invoke("stream", event));
        assertEquals("222", response.at("/batchItemFailures/0/itemIdentifier").asText());
        assertEquals(1, response.get("batchItemFailures").size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anExceptionIsAFunctionErrorAndTheJvmGoesOn(boolean portable) throws Exception {
        functions.close();
        functions = functions(options().withPortable(portable));
        put("f", TestHandlers.Misbehaving.class);
        var error = assertInstanceOf(Invocation.FunctionError.class, invoke("f", "\"throw\""));
        assertEquals("java.lang.IllegalStateException", error.type());
        assertEquals("thrown on request", error.message());
        assertTrue(JSON.readTree(error.payload()).has("stackTrace"));
        assertEquals("\"fine\"", text(invoke("f", "\"fine\"")));
    }

    @Test
    void aLargeBatchSurvivesTheTransport() throws Exception {
        put("echo", TestHandlers.Echo.class);
        String payload = "\"" + "é".repeat(2_900_000) + "\"";
        assertEquals(payload, text(invoke("echo", payload)));
    }

    @Test
    void anEnvironmentIsReusedAndKnowsItsFunction() throws Exception {
        put("f", TestHandlers.Introspect.class);
        JsonNode first = json(invoke("f", "{}"));
        JsonNode second = json(invoke("f", "{}"));
        assertEquals(first.get("pid"), second.get("pid"));
        assertEquals(2, second.get("calls").asInt());
        assertNotEquals(first.get("requestId"), second.get("requestId"));
        assertEquals(
                "arn:aws:lambda:eu-central-1:000000000000:function:f",
                second.get("arn").asText());
        JsonNode environment = second.get("environment");
        assertEquals(
                "http://127.0.0.1:4566", environment.get("AWS_ENDPOINT_URL").asText());
        assertEquals("eu-central-1", environment.get("AWS_REGION").asText());
        assertEquals("f", environment.get("AWS_LAMBDA_FUNCTION_NAME").asText());
        assertEquals("256", environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").asText());
        assertEquals("Customers", environment.get("TABLE").asText());
        assertNull(environment.get("HOME"), "the developer's own environment must not leak in");
        assertTrue(second.get("maxMemoryMb").asInt() <= 256);
        int remaining = second.get("remaining").asInt();
        assertTrue(remaining > 0 && remaining <= 20_000, "remaining " + remaining);
        assertEquals(1, functions.jvms());
    }

    @Test
    void whatItPrintsReachesTheLog() throws Exception {
        put("f", TestHandlers.Introspect.class);
        invoke("f", "{}");
        functions.close();
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("START RequestId: ")), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("REPORT ") && line.contains("Init Duration")));
    }

    @Test
    void standardOutputIsForwardedLineByLine() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        functions.close();
        functions = new Functions(options(), (function, stream, line) -> {
            if (line.startsWith("hello from ")) {
                both.countDown();
            }
        });
        put("f", TestHandlers.Introspect.class);
        invoke("f", "{}");
        assertTrue(both.await(20, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLoggerWritesJsonWhenTheFunctionSaysSo(boolean portable) throws Exception {
        CountDownLatch json = new CountDownLatch(1);
        functions.close();
        functions = new Functions(options().withPortable(portable), (function, stream, line) -> {
            if (line.startsWith("{") && line.contains("\"message\":\"hello from the logger")) {
                json.countDown();
            }
        });
        functions.put(config("f", TestHandlers.Introspect.class).withJsonLogs());
        invoke("f", "{}");
        assertTrue(json.await(20, TimeUnit.SECONDS));
    }

    @Test
    void functionsReachTheGatewayByNumber() {
        assertEquals(
                "http://127.0.0.1:4567",
                Functions.Options.of(folder, "http://localhost:4567")
                        .variables()
                        .get("AWS_ENDPOINT_URL"));
    }

    @Test
    void aTimeoutKillsTheJvmAndTheNextInvocationGetsANewOne() throws Exception {
        functions.put(config("f", TestHandlers.Misbehaving.class).with(Duration.ofSeconds(1), 256, Map.of()));
        var error = assertInstanceOf(Invocation.FunctionError.class, invoke("f", "\"hang\""));
        assertTrue(error.timedOut());
        assertTrue(error.message().endsWith("Error: Task timed out after 1.00 seconds"), error.message());
        assertEquals(0, functions.jvms());
        assertEquals("\"fine\"", text(invoke("f", "\"fine\"")));
    }

    @Test
    void anExitIsAFunctionError() throws Exception {
        put("f", TestHandlers.Misbehaving.class);
        var error = assertInstanceOf(Invocation.FunctionError.class, invoke("f", "\"exit\""));
        assertEquals("Runtime.ExitError", error.type());
        assertTrue(error.message().contains("exit"), error.message());
        assertEquals("\"fine\"", text(invoke("f", "\"fine\"")));
    }

    @Test
    void aResponseOverSixMegabytesIsAFunctionError() throws Exception {
        put("f", TestHandlers.Misbehaving.class);
        var error = assertInstanceOf(Invocation.FunctionError.class, invoke("f", "\"flood\""));
        assertEquals("Function.ResponseSizeTooLarge", error.type());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConstructorThatThrowsIsAnInitError(boolean portable) throws Exception {
        functions.close();
        functions = functions(options().withPortable(portable));
        put("f", TestHandlers.Unconstructable.class);
        var error = assertInstanceOf(Invocation.FunctionError.class, invoke("f", "\"x\""));
        assertTrue(error.message().contains("no variable TABLE"), error.message());
    }

    @Test
    void aMissingClassIsAFunctionError() throws Exception {
        functions.put(FunctionConfig.of("f", "us-east-1", "no.such.Handler::handleRequest", zip));
        var error = assertInstanceOf(Invocation.FunctionError.class, invoke("f", "{}"));
        assertTrue(error.message().contains("no.such.Handler"), error.message());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void snapStartRunsCheckpointAndRestoreHooksBeforeTheFirstEvent() throws Exception {
        functions.put(config("f", TestHandlers.Primed.class).withSnapStart());
        assertEquals("\"checkpoint restore event\"", text(invoke("f", "{}")));
    }

    @Test
    void thePortableClientRunsSnapStartFunctionsWithoutTheirHooks() throws Exception {
        functions.close();
        functions = functions(options().withPortable(true));
        functions.put(config("f", TestHandlers.Primed.class).withSnapStart());
        assertEquals("\"event\"", text(invoke("f", "{}")));
    }

    @Test
    void theCapStopsTheLeastRecentlyUsedIdleJvm() throws Exception {
        functions.close();
        functions = functions(options().withMaximumJvms(2));
        put("a", TestHandlers.Introspect.class);
        put("b", TestHandlers.Introspect.class);
        put("c", TestHandlers.Introspect.class);
        long a = json(invoke("a", "{}")).get("pid").asLong();
        long b = json(invoke("b", "{}")).get("pid").asLong();
        assertEquals(a, json(invoke("a", "{}")).get("pid").asLong());
        invoke("c", "{}");
        assertEquals(2, functions.jvms());
        assertEquals(a, json(invoke("a", "{}")).get("pid").asLong(), "a was used after b, so b had to go");
        assertNotEquals(b, json(invoke("b", "{}")).get("pid").asLong());
    }

    @Test
    void aJvmWithoutWorkIsEndedAfterAWhileAndTheNextInvocationStartsAnother() throws Exception {
        var nanos = new AtomicLong();
        functions.close();
        functions = functions(options().withIdle(Duration.ofMinutes(2), nanos::get));
        put("a", TestHandlers.Introspect.class);
        put("b", TestHandlers.Introspect.class);
        long a = json(invoke("a", "{}")).get("pid").asLong();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        long b = json(invoke("b", "{}")).get("pid").asLong();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        functions.doWork();
        assertEquals(2, functions.jvms(), "two minutes are not more than two minutes");
        nanos.addAndGet(1);
        functions.doWork();
        assertEquals(1, functions.jvms(), "a had nothing to do for longer, b not");
        assertEquals(b, json(invoke("b", "{}")).get("pid").asLong());
        assertNotEquals(a, json(invoke("a", "{}")).get("pid").asLong());
        assertEquals(2, functions.jvms());
    }

    @Test
    void whenAllAreBusyAnInvocationIsThrottledAfterItsPatience() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        functions.close();
        functions = new Functions(
                options().withMaximumJvms(1).withPatience(Duration.ofMillis(50)), (function, stream, line) -> {
                    if (line.startsWith("START")) {
                        started.countDown();
                    }
                });
        put("busy", TestHandlers.Misbehaving.class);
        put("other", TestHandlers.Echo.class);
        CompletableFuture<Invocation> hanging = async("busy", "\"hang\"");
        assertTrue(started.await(20, TimeUnit.SECONDS));
        var throttled = assertInstanceOf(Invocation.Throttled.class, invoke("other", "{}"));
        assertEquals("ConcurrentInvocationLimitExceeded", throttled.reason());
        functions.kill("busy");
        assertInstanceOf(Invocation.FunctionError.class, hanging.get(20, TimeUnit.SECONDS));
    }

    @Test
    void reservedConcurrencyThrottlesAtOnce() throws Exception {
        functions.put(config("f", TestHandlers.Echo.class).withReservedConcurrency(0));
        var throttled = assertInstanceOf(Invocation.Throttled.class, invoke("f", "{}"));
        assertEquals("ReservedFunctionConcurrentInvocationLimitExceeded", throttled.reason());
    }

    @Test
    void newCodeOrSettingsReplaceTheIdleJvm() throws Exception {
        put("f", TestHandlers.Introspect.class);
        long before = json(invoke("f", "{}")).get("pid").asLong();
        functions.put(config("f", TestHandlers.Introspect.class)
                .with(Duration.ofSeconds(20), 256, Map.of("TABLE", "Orders")));
        JsonNode after = json(invoke("f", "{}"));
        assertNotEquals(before, after.get("pid").asLong());
        assertEquals("Orders", after.at("/environment/TABLE").asText());
    }

    @Test
    void anAliasRunsItsVersionAndTheFunctionSeesTheArnThatWasInvoked() throws Exception {
        FunctionConfig latest = config("f", TestHandlers.Introspect.class);
        functions.put(latest);
        functions.put(latest.version("1"));
        functions.put(latest.version("2"));
        functions.alias(latest.arn(), "live", "1");
        JsonNode answer = json(invoke(latest.arn() + ":live", "{}"));
        assertEquals(latest.arn() + ":live", answer.get("arn").asText());
        assertEquals("1", answer.at("/environment/AWS_LAMBDA_FUNCTION_VERSION").asText());
        functions.alias(latest.arn(), "live", "2");
        assertEquals("2", functions.find(latest.arn() + ":live").orElseThrow().version());
        assertEquals(
                "$LATEST",
                functions.find(latest.arn() + ":$LATEST").orElseThrow().version());
        assertTrue(functions.find(latest.arn() + ":gone").isEmpty());
        functions.remove(latest.arn());
        assertTrue(functions.find(latest.arn() + ":live").isEmpty());
        assertEquals(0, functions.jvms());
    }

    @Test
    void invocationsErrorsThrottlesAndDurationsAreMeasured() throws Exception {
        Map<String, Double> metrics = new ConcurrentHashMap<>();
        functions.close();
        functions = new Functions(options(), LogSink.none(), region -> (name, value, unit, dimensions) -> {
            assertEquals(Map.of("FunctionName", "f"), dimensions);
            assertEquals("eu-central-1", region);
            metrics.merge(name, value, Double::sum);
        });
        put("f", TestHandlers.Misbehaving.class);
        invoke("f", "\"fine\"");
        invoke("f", "\"throw\"");
        functions.put(config("f", TestHandlers.Misbehaving.class).withReservedConcurrency(0));
        invoke("f", "\"fine\"");
        assertEquals(2.0, metrics.get("Invocations"));
        assertEquals(1.0, metrics.get("Errors"));
        assertEquals(1.0, metrics.get("Throttles"));
        assertTrue(metrics.get("Duration") > 0);
    }

    @Test
    void anUnknownFunctionIsRefusedWithTheKnownOnes() {
        put("f", TestHandlers.Echo.class);
        var refused = assertThrows(IllegalArgumentException.class, () -> invoke("g", "{}"));
        assertTrue(refused.getMessage().contains(":function:f]"), refused.getMessage());
    }

    @Test
    void theJvmEndsWhenItsParentEnds() throws Exception {
        put("f", TestHandlers.Introspect.class);
        long pid = json(invoke("f", "{}")).get("pid").asLong();
        ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
        assertTrue(child.isAlive());
        functions.close();
        child.onExit().get(20, TimeUnit.SECONDS);
        assertFalse(child.isAlive());
    }

    private CompletableFuture<Invocation> async(String name, String payload) {
        CompletableFuture<Invocation> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(invoke(name, payload));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
