package dev.penstock.local.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.Invocation;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Invoke: RequestResponse, Event and DryRun. */
final class InvokeOperation implements AutoCloseable {
    private static final int MAXIMUM_PAYLOAD_BYTES = 6 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] NO_PAYLOAD = "{}".getBytes(StandardCharsets.UTF_8);

    private final FunctionOperations operations;
    private final Functions functions;
    private final ExecutorService events = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);

    InvokeOperation(FunctionOperations operations, Functions functions) {
        this.operations = operations;
        this.functions = functions;
    }

    InvokeResponse invoke(InvokeRequest request, Request http) {
        FunctionReference reference =
                FunctionReference.parse(request.functionName(), http.region(), request.qualifier());
        String version = operations.version(reference).configuration().version();
        byte[] payload = request.payload() == null || request.payload().asByteArrayUnsafe().length == 0
                ? NO_PAYLOAD
                : request.payload().asByteArrayUnsafe();
        check(payload);
        InvocationType type =
                request.invocationType() == null ? InvocationType.REQUEST_RESPONSE : request.invocationType();
        return switch (type) {
            case DRY_RUN -> InvokeResponse.builder().statusCode(204).build();
            case EVENT -> {
                events.execute(() -> deliver(reference.qualifiedArn(), payload));
                yield InvokeResponse.builder().statusCode(202).build();
            }
            case REQUEST_RESPONSE -> answer(run(reference.qualifiedArn(), payload), version);
            case UNKNOWN_TO_SDK_VERSION ->
                throw new AwsError(
                        400,
                        "InvalidParameterValueException",
                        "InvocationType must be RequestResponse, Event or DryRun; given: "
                                + request.invocationTypeAsString(),
                        Map.of("Type", "User"));
        };
    }

    private static InvokeResponse answer(Invocation invocation, String version) {
        InvokeResponse.Builder answer = InvokeResponse.builder().statusCode(200).executedVersion(version);
        return switch (invocation) {
            case Invocation.Success success ->
                answer.payload(SdkBytes.fromByteArrayUnsafe(success.payload())).build();
            case Invocation.FunctionError error ->
                answer.functionError("Unhandled")
                        .payload(SdkBytes.fromByteArrayUnsafe(error.payload()))
                        .build();
            case Invocation.Throttled throttled ->
                throw new AwsError(
                        429,
                        "TooManyRequestsException",
                        "Rate Exceeded.",
                        Map.of("Type", "User", "Reason", throttled.reason()));
        };
    }

    private Invocation run(String function, byte[] payload) {
        try {
            return functions.invoke(function, payload);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwsError(500, "ServiceException", "The runtime is shutting down.", Map.of("Type", "Service"));
        }
    }

    /** Asynchronous invocation: two more attempts after an error, 1 and 2 seconds later where AWS waits minutes. */
    private void deliver(String function, byte[] payload) {
        try {
            String reason = "";
            for (int attempt = 1; attempt <= 3; attempt++) {
                Invocation invocation = functions.invoke(function, payload);
                if (invocation instanceof Invocation.Success || closed.await(attempt, TimeUnit.SECONDS)) {
                    return;
                }
                reason = reason(invocation);
            }
            System.getLogger(InvokeOperation.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "an event for " + function + " failed 3 times and is dropped: " + reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String reason(Invocation invocation) {
        return switch (invocation) {
            case Invocation.FunctionError error -> error.type() + " " + error.message();
            case Invocation.Throttled throttled -> throttled.reason();
            case Invocation.Success ignored -> "";
        };
    }

    private static void check(byte[] payload) {
        if (payload.length > MAXIMUM_PAYLOAD_BYTES) {
            throw new AwsError(
                    413,
                    "RequestTooLargeException",
                    "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
                    Map.of("Type", "User"));
        }
        try {
            JSON.readTree(payload);
        } catch (IOException e) {
            throw new AwsError(
                    400,
                    "InvalidRequestContentException",
                    "Could not parse request body into json: " + e.getMessage(),
                    Map.of("Type", "User"));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        events.shutdownNow();
    }
}
