package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.functions.FunctionConfig;
import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.HandlerZip;
import dev.penstock.local.functions.LogSink;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.functions.TestHandlers;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;

/** From a write by the official client through journal and mapping to a function in its own JVM, also after a restart. */
@Timeout(120)
class StreamToFunctionTest {
    @TempDir
    Path folder;

    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> givenUp = new LinkedBlockingQueue<>();

    @Test
    void aWriteReachesItsFunctionAndARestartGoesOnWhereItStopped() throws Exception {
        String streamArn;
        try (Running running = new Running()) {
            streamArn = running.client
                    .createTable(table -> table.tableName("Customers")
                            .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                            .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                            .billingMode(BillingMode.PAY_PER_REQUEST)
                            .streamSpecification(stream ->
                                    stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                    .tableDescription()
                    .latestStreamArn();
            running.map(streamArn);
            running.put("good");
            JsonNode record = next().at("/Records/0");
            assertEquals("INSERT", record.get("eventName").asText());
            assertEquals("good", record.at("/dynamodb/NewImage/id/S").asText());
            assertEquals(streamArn, record.get("eventSourceARN").asText());
            assertEquals("eu-central-1", record.get("awsRegion").asText());
            assertTrue(record.at("/dynamodb/ApproximateCreationDateTime").isNumber());

            running.put("bad");
            assertEquals("bad", next().at("/Records/0/dynamodb/Keys/id/S").asText());
            JsonNode body = Harness.JSON.readTree(givenUp.poll(60, TimeUnit.SECONDS));
            assertEquals(
                    "RetryAttemptsExhausted",
                    body.at("/requestContext/condition").asText());
            assertTrue(body.at("/responseContext/functionError").isNull());
        }
        try (Running running = new Running()) {
            running.map(streamArn);
            running.put("after the restart");
            assertEquals(
                    "after the restart",
                    next().at("/Records/0/dynamodb/Keys/id/S").asText());
            assertTrue(events.isEmpty(), "nothing is delivered again");
            assertFalse(running.functions.find("projector").isEmpty());
        }
    }

    private JsonNode next() throws InterruptedException {
        return events.poll(60, TimeUnit.SECONDS);
    }

    /** All parts of a runtime that a stream needs, on the same folder each time. */
    private final class Running implements AutoCloseable {
        final MovableClock clock = new MovableClock(InstantSource.system());
        final EmbeddedEngine engine = EmbeddedEngine.start();
        final RegionStore store = RegionStore.open(
                new RegionStore.Options("eu-central-1", clock, folder.resolve("journal"), engine.client()));
        final Gateway gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "eu-central-1")
                .add(new DynamoDb(region -> store, clock));
        final Clients clients = new Clients(gateway.endpoint(), "eu-central-1");
        final DynamoDbClient client = clients.of(DynamoDbClient.class);
        final Functions functions = new Functions(
                Functions.Options.of(
                        folder.resolve("functions"), gateway.endpoint().toString()),
                LogSink.none());
        final EventSourceMappings mappings;

        Running() throws Exception {
            functions.put(FunctionConfig.of(
                            "projector",
                            "eu-central-1",
                            HandlerZip.handler(TestHandlers.Stream.class),
                            HandlerZip.in(folder))
                    .with(Duration.ofSeconds(30), 256, Map.of()));
            mappings = new EventSourceMappings(new Ports(
                    store.streams(),
                    store.streams(),
                    (arn, event) -> {
                        var outcome = functions.invoke(arn, event);
                        try {
                            events.add(Harness.JSON.readTree(event));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return outcome;
                    },
                    new Destinations() {
                        @Override
                        public void sendToQueue(String queueArn, String body) {
                            givenUp.add(body);
                        }

                        @Override
                        public void publishToTopic(String topicArn, String message) {
                            throw new UnsupportedOperationException();
                        }

                        @Override
                        public void putObject(String bucket, String key, String body) {
                            throw new UnsupportedOperationException();
                        }
                    },
                    new FileCheckpoints(folder.resolve("checkpoints")),
                    clock,
                    Metrics.none(),
                    Duration.ofMillis(5),
                    Duration.ofMillis(50)));
        }

        void map(String streamArn) {
            mappings.create(
                    CreateEventSourceMappingRequest.builder()
                            .eventSourceArn(streamArn)
                            .startingPosition(EventSourcePosition.TRIM_HORIZON)
                            .functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                            .maximumRetryAttempts(0)
                            .destinationConfig(config -> config.onFailure(
                                    failure -> failure.destination("arn:aws:sqs:eu-central-1:000000000000:failed")))
                            .build(),
                    "arn:aws:lambda:eu-central-1:000000000000:function:projector");
        }

        void put(String id) {
            client.putItem(put -> put.tableName("Customers").item(Map.of("id", AttributeValue.fromS(id))));
        }

        /** Lets each mapping end what it has begun. */
        private void disable() throws InterruptedException {
            for (var mapping : mappings.list(null, null)) {
                mappings.update(
                        UpdateEventSourceMappingRequest.builder()
                                .uuid(mapping.uuid())
                                .enabled(false)
                                .build(),
                        null);
            }
        }

        @Override
        public void close() {
            try {
                disable();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            mappings.close();
            functions.close();
            clients.close();
            gateway.close();
            store.close();
            engine.close();
        }
    }
}
