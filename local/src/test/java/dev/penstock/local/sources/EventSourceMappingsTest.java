package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.functions.Invocation;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;

/** Mappings that run on their threads. */
@Timeout(60)
class EventSourceMappingsTest {
    private final MovableClock clock = new MovableClock(InstantSource.system());
    private final MemoryStream stream = new MemoryStream(clock);
    private final BlockingQueue<List<String>> batches = new LinkedBlockingQueue<>();
    private final Checkpoints checkpoints = Checkpoints.inMemory();
    private final List<String> functions = new CopyOnWriteArrayList<>();
    private final Semaphore failures = new Semaphore(0);
    private EventSourceMappings mappings = open();

    @AfterEach
    void close() {
        mappings.close();
    }

    private EventSourceMappings open() {
        Invoker invoker = (arn, event) -> {
            functions.add(arn);
            try {
                batches.add(Harness.ids(Harness.JSON.readTree(event)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return failures.tryAcquire() ? Harness.error() : Harness.success("null");
        };
        return open(invoker);
    }

    private EventSourceMappings open(Invoker invoker) {
        return new EventSourceMappings(new Ports(
                stream,
                stream,
                invoker,
                Destinations.none(),
                checkpoints,
                clock,
                Metrics.none(),
                Duration.ofMillis(1),
                Duration.ofMillis(5)));
    }

    private EventSourceMappingConfiguration create(Consumer<CreateEventSourceMappingRequest.Builder> settings) {
        return mappings.create(
                CreateEventSourceMappingRequest.builder()
                        .eventSourceArn(MemoryStream.ARN)
                        .startingPosition(EventSourcePosition.TRIM_HORIZON)
                        .applyMutation(settings)
                        .build(),
                Harness.FUNCTION);
    }

    private EventSourceMappingConfiguration update(
            String uuid, Consumer<UpdateEventSourceMappingRequest.Builder> settings) throws InterruptedException {
        return mappings.update(
                UpdateEventSourceMappingRequest.builder()
                        .uuid(uuid)
                        .applyMutation(settings)
                        .build(),
                null);
    }

    private List<String> next() throws InterruptedException {
        return batches.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void whatIsWrittenReachesTheFunction() throws Exception {
        String uuid = create(settings -> settings.batchSize(1)).uuid();
        stream.insert("a");
        assertEquals(List.of("a"), next());
        stream.insert("b");
        assertEquals(List.of("b"), next());
        assertEquals("Enabled", mappings.get(uuid).state());
    }

    @Test
    void aFailedBatchIsRetriedAfterAPause() throws Exception {
        create(settings -> {});
        failures.release(3);
        stream.insert("a");
        for (int i = 0; i < 4; i++) {
            assertEquals(List.of("a"), next());
        }
    }

    @Test
    void movingTheClockEndsTheBatchingWindow() throws Exception {
        create(settings -> settings.maximumBatchingWindowInSeconds(300));
        stream.insert("a");
        assertNull(batches.poll(50, TimeUnit.MILLISECONDS));
        clock.advance(Duration.ofMinutes(5));
        assertEquals(List.of("a"), next());
    }

    @Test
    void aSplitShardIsFollowedToItsChild() throws Exception {
        create(settings -> settings.batchSize(1).parallelizationFactor(3));
        stream.insert("a");
        stream.split();
        stream.insert("b");
        assertEquals(List.of("a"), next());
        assertEquals(List.of("b"), next());
    }

    @Test
    void aDisabledMappingGoesOnWhereItStopped() throws Exception {
        String uuid = create(settings -> settings.batchSize(1)).uuid();
        stream.insert("a");
        assertEquals(List.of("a"), next());
        assertEquals(
                "Disabling", update(uuid, settings -> settings.enabled(false)).state());
        assertEquals("Disabled", mappings.get(uuid).state());
        stream.insert("b");
        assertNull(batches.poll(50, TimeUnit.MILLISECONDS));
        assertEquals(
                "Enabling", update(uuid, settings -> settings.enabled(true)).state());
        assertEquals(List.of("b"), next());
        assertEquals("Enabled", mappings.get(uuid).state());
        assertEquals("OK", mappings.get(uuid).lastProcessingResult());
    }

    @Test
    void changedSettingsTakeEffectWithoutLosingTheirPlace() throws Exception {
        String uuid = create(settings -> settings.batchSize(1)).uuid();
        stream.insert("a");
        assertEquals(List.of("a"), next());
        update(uuid, settings -> settings.enabled(false));
        stream.insert("b");
        stream.insert("c");
        update(uuid, settings -> settings.batchSize(2).enabled(true));
        assertEquals(List.of("b", "c"), next());
        assertEquals(2, mappings.get(uuid).batchSize());
    }

    @Test
    void severalMappingsReadOneStreamIndependently() throws Exception {
        create(settings -> settings.batchSize(1));
        mappings.create(
                CreateEventSourceMappingRequest.builder()
                        .eventSourceArn(MemoryStream.ARN)
                        .startingPosition(EventSourcePosition.TRIM_HORIZON)
                        .build(),
                Harness.FUNCTION + "-two");
        stream.insert("a");
        assertEquals(List.of("a"), next());
        assertEquals(List.of("a"), next());
        assertTrue(functions.containsAll(List.of(Harness.FUNCTION, Harness.FUNCTION + "-two")));
        assertEquals(2, mappings.list(MemoryStream.ARN, null).size());
        assertEquals(1, mappings.list(null, Harness.FUNCTION).size());
    }

    @Test
    void aMappingMadeAgainAfterARestartFindsItsCheckpoints() throws Exception {
        String uuid = create(settings -> settings.batchSize(1)).uuid();
        stream.insert("a");
        assertEquals(List.of("a"), next());
        update(uuid, settings -> settings.enabled(false));
        mappings.close();
        mappings = open();
        stream.insert("b");
        assertEquals(uuid, create(settings -> settings.batchSize(1)).uuid());
        assertEquals(List.of("b"), next());
    }

    @Test
    void mappingsAreSettledWhenAllThatIsWrittenIsDone() throws Exception {
        create(settings -> settings.startingPosition(EventSourcePosition.LATEST));
        Semaphore blocked = new Semaphore(0);
        String slow = mappings.create(
                        CreateEventSourceMappingRequest.builder()
                                .eventSourceArn(MemoryStream.ARN)
                                .startingPosition(EventSourcePosition.TRIM_HORIZON)
                                .filterCriteria(criteria ->
                                        criteria.filters(filter -> filter.pattern("{\"eventName\":[\"REMOVE\"]}")))
                                .build(),
                        Harness.FUNCTION + "-two")
                .uuid();
        stream.insert("a");
        assertEquals(List.of("a"), next());
        for (int i = 0; i < 3_000 && !mappings.areSettled(); i++) {
            blocked.tryAcquire(10, TimeUnit.MILLISECONDS);
        }
        assertTrue(mappings.areSettled());
        update(slow, settings -> settings.enabled(false));
        assertTrue(mappings.areSettled(), "a disabled mapping waits for nothing");
        failures.release(1_000_000);
        stream.insert("b");
        assertFalse(mappings.areSettled(), "b fails for ever");
    }

    @Test
    void aDeletedMappingForgetsItsPlace() throws Exception {
        String uuid = create(settings -> {}).uuid();
        stream.insert("a");
        assertEquals(List.of("a"), next());
        assertEquals("Deleting", mappings.delete(uuid).state());
        var gone = assertThrows(AwsError.class, () -> mappings.get(uuid));
        assertEquals(404, gone.status());
        create(settings -> {});
        assertEquals(List.of("a"), next());
    }

    @Test
    void anInvocationUnderWayIsInterruptedAtTheEndAndRepeatedLater() throws Exception {
        mappings.close();
        Semaphore entered = new Semaphore(0);
        mappings = open((arn, event) -> {
            entered.release();
            new Semaphore(0).acquire();
            return new Invocation.Throttled("never");
        });
        create(settings -> {});
        stream.insert("a");
        assertTrue(entered.tryAcquire(30, TimeUnit.SECONDS));
        mappings.close();
        mappings = open();
        create(settings -> {});
        assertEquals(List.of("a"), next());
    }
}
