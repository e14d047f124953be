package dev.penstock.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.functions.TestHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
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

    private final CountDownLatch introspected = new CountDownLatch(2);
    private LocalLambda local;

    @BeforeEach
    void start() throws Exception {
        local = new LocalLambda(folder, (function, stream, line) -> {
            if (line.equals("hello from stdout")) {
                introspected.countDown();
            }
        });
    }

    @AfterEach
    void stop() {
        local.close();
    }

    @Test
    void aFunctionIsPendingThenActive() {
        var created = local.lambda.createFunction(request -> request.functionName("f")
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
        local.lambda.waiter().waitUntilFunctionActive(request -> request.functionName("f"));
        var got = local.lambda.getFunction(request -> request.functionName(created.functionArn()));
        assertEquals(created.codeSha256(), got.configuration().codeSha256());
        assertEquals(State.ACTIVE, got.configuration().state());
        assertEquals(1, local.lambda.listFunctions().functions().size());
    }

    @Test
    void invokeAnswersPayloadVersionAndFunctionErrors() {
        local.create("f", TestHandlers.Misbehaving.class, request -> {});
        var fine =
                local.lambda.invoke(request -> request.functionName("f").payload(SdkBytes.fromUtf8String("\"fine\"")));
        assertEquals(200, fine.statusCode());
        assertEquals("\"fine\"", fine.payload().asUtf8String());
        assertEquals("$LATEST", fine.executedVersion());
        assertNull(fine.functionError());
        var thrown =
                local.lambda.invoke(request -> request.functionName("f").payload(SdkBytes.fromUtf8String("\"throw\"")));
        assertEquals(200, thrown.statusCode());
        assertEquals("Unhandled", thrown.functionError());
        assertTrue(thrown.payload().asUtf8String().contains("\"errorMessage\":\"thrown on request\""));
    }

    @Test
    void eventInvocationsReturnAtOnceAndDryRunsRunNothing() throws Exception {
        local.create("f", TestHandlers.Introspect.class, request -> {});
        assertEquals(
                202,
                local.lambda
                        .invoke(request -> request.functionName("f").invocationType(InvocationType.EVENT))
                        .statusCode());
        assertEquals(
                204,
                local.lambda
                        .invoke(request -> request.functionName("f").invocationType(InvocationType.DRY_RUN))
                        .statusCode());
        local.lambda.invoke(request -> request.functionName("f").invocationType(InvocationType.EVENT));
        assertTrue(introspected.await(60, TimeUnit.SECONDS));
    }

    @Test
    void anAliasRunsItsPublishedVersion() throws Exception {
        local.create(
                "f",
                TestHandlers.Introspect.class,
                request -> request.environment(environment -> environment.variables(Map.of("TABLE", "one")))
                        .snapStart(snap -> snap.applyOn(SnapStartApplyOn.PUBLISHED_VERSIONS)));
        String version = local.lambda
                .publishVersion(request -> request.functionName("f"))
                .version();
        assertEquals("1", version);
        String alias = local.lambda
                .createAlias(request -> request.functionName("f").name("live").functionVersion(version))
                .aliasArn();
        local.lambda.updateFunctionConfiguration(request ->
                request.functionName("f").environment(environment -> environment.variables(Map.of("TABLE", "two"))));
        JsonNode live = JSON.readTree(local.invoke(alias, "{}"));
        assertEquals("one", live.at("/environment/TABLE").asText());
        assertEquals("1", live.at("/environment/AWS_LAMBDA_FUNCTION_VERSION").asText());
        assertEquals(alias, live.get("arn").asText());
        JsonNode latest = JSON.readTree(local.invoke("f", "{}"));
        assertEquals("two", latest.at("/environment/TABLE").asText());
        assertEquals(
                "2",
                local.lambda
                        .publishVersion(request -> request.functionName("f"))
                        .version());
        assertEquals(
                "2",
                local.lambda
                        .publishVersion(request -> request.functionName("f"))
                        .version(),
                "nothing changed, so no new version");
        local.lambda.updateAlias(
                request -> request.functionName("f").name("live").functionVersion("2"));
        assertEquals(
                "two",
                JSON.readTree(local.invoke("f:live", "{}"))
                        .at("/environment/TABLE")
                        .asText());
        assertEquals(
                3,
                local.lambda
                        .listVersionsByFunction(request -> request.functionName("f"))
                        .versions()
                        .size());
    }

    @Test
    void reservedConcurrencyOfZeroThrottles() {
        local.create("f", TestHandlers.Echo.class, request -> {});
        local.lambda.putFunctionConcurrency(request -> request.functionName("f").reservedConcurrentExecutions(0));
        // The client retries a 429 three times before it throws.
        var throttled = assertThrows(TooManyRequestsException.class, () -> local.invoke("f", "{}"));
        assertEquals(429, throttled.statusCode());
        assertEquals("ReservedFunctionConcurrentInvocationLimitExceeded", throttled.reasonAsString());
        local.lambda.deleteFunctionConcurrency(request -> request.functionName("f"));
        assertEquals("{}", local.invoke("f", "{}"));
    }

    @Test
    void errorsAreAwss() {
        var missing = assertThrows(ResourceNotFoundException.class, () -> local.invoke("nobody", "{}"));
        assertTrue(missing.getMessage()
                .startsWith("Function not found: arn:aws:lambda:eu-central-1:000000000000:function:nobody"));
        local.create("f", TestHandlers.Echo.class, request -> {});
        var exists = assertThrows(
                ResourceConflictException.class, () -> local.create("f", TestHandlers.Echo.class, request -> {}));
        assertTrue(exists.getMessage().startsWith("Function already exist: f"));
        assertEquals(
                400,
                assertThrows(LambdaException.class, () -> local.invoke("f", "{not json"))
                        .statusCode());
        assertEquals(
                413,
                assertThrows(LambdaException.class, () -> local.invoke("f", "\"" + "x".repeat(6 << 20) + "\""))
                        .statusCode());
        assertThrows(
                InvalidParameterValueException.class,
                () -> local.create(
                        "g",
                        TestHandlers.Echo.class,
                        request -> request.code(code -> code.zipFile(SdkBytes.fromUtf8String("no zip")))));
        assertThrows(
                InvalidParameterValueException.class,
                () -> local.create("g", TestHandlers.Echo.class, request -> request.timeout(901)));
        var python = assertThrows(
                LambdaException.class,
                () -> local.create("g", TestHandlers.Echo.class, request -> request.runtime("python3.14")));
        assertEquals(501, python.statusCode());
        local.lambda.deleteFunction(request -> request.functionName("f"));
        assertThrows(
                ResourceNotFoundException.class, () -> local.lambda.getFunction(request -> request.functionName("f")));
    }
}
