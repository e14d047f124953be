package dev.penstock.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.functions.TestHandlers;
import dev.penstock.local.sources.TestStreams;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** The part of the Lambda API that is about event source mappings, through the official client. */
@Timeout(120)
class MappingOperationsTest {
    @TempDir
    Path folder;

    private LocalLambda local;

    @BeforeEach
    void start() throws Exception {
        local = new LocalLambda(folder, (function, stream, line) -> {});
    }

    @AfterEach
    void stop() {
        local.close();
    }

    private CreateEventSourceMappingResponse map(Consumer<CreateEventSourceMappingRequest.Builder> more) {
        return local.lambda.createEventSourceMapping(request -> request.functionName("f")
                .eventSourceArn(TestStreams.ARN)
                .startingPosition(EventSourcePosition.TRIM_HORIZON)
                .applyMutation(more));
    }

    /** Recorded on AWS: every default, the state and its reason. */
    @Test
    void aMappingIsMadeWithAwssDefaults() {
        local.create("f", TestHandlers.Stream.class, request -> {});
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
        var listed = local.lambda
                .listEventSourceMappings(request -> request.eventSourceArn(TestStreams.ARN))
                .eventSourceMappings();
        assertEquals("Enabled", listed.getFirst().state());
        assertEquals(made.uuid(), listed.getFirst().uuid());
    }

    /** Recorded on AWS: codes, statuses and texts. */
    @Test
    void mappingErrorsAreAwss() {
        local.create("f", TestHandlers.Stream.class, request -> {});
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
        local.lambda.deleteEventSourceMapping(request -> request.uuid(uuid));
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
                () -> local.lambda.getEventSourceMapping(request -> request.uuid("no-such-uuid")));
        assertTrue(
                local.lambda.listEventSourceMappings().eventSourceMappings().isEmpty(),
                "a refused mapping leaves nothing");
    }

    /** Recorded on AWS: the answer to a disabling update. */
    @Test
    void aMappingIsDisabledAndEnabled() {
        local.create("f", TestHandlers.Stream.class, request -> {});
        String uuid = map(request -> {}).uuid();
        assertEquals(
                "Disabling",
                local.lambda
                        .updateEventSourceMapping(request -> request.uuid(uuid).enabled(false))
                        .state());
        assertEquals(
                "Disabled",
                local.lambda
                        .getEventSourceMapping(request -> request.uuid(uuid))
                        .state());
        var changed = local.lambda.updateEventSourceMapping(request -> request.uuid(uuid)
                .enabled(true)
                .batchSize(7)
                .destinationConfig(config -> config.onFailure(failure -> failure.destination("arn:aws:s3:::failed"))));
        assertEquals(7, changed.batchSize());
        assertEquals(
                "arn:aws:s3:::failed", changed.destinationConfig().onFailure().destination());
        assertEquals(
                "Enabled",
                local.lambda
                        .getEventSourceMapping(request -> request.uuid(uuid))
                        .state());
        assertFalse(local.lambda
                .deleteEventSourceMapping(request -> request.uuid(uuid))
                .state()
                .isEmpty());
    }
}
