package dev.penstock.local.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Control;
import dev.penstock.local.gateway.PortInUseException;
import dev.penstock.local.store.TestTables;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class LocalRuntimeTest {
    private static final Map<String, AttributeValue> ITEM = Map.of("id", AttributeValue.fromS("1"));

    @Test
    void aRestartKeepsTablesItemsAndTime(@TempDir Path data) {
        var options = Options.inMemory().withDataDirectory(data);
        Instant before;
        try (var runtime = LocalRuntime.start(options)) {
            makeTable(runtime);
            runtime.clock().advance(Duration.ofDays(1));
            client(runtime).putItem(put -> put.tableName("Notes").item(ITEM));
            before = runtime.clock().instant();
        }
        try (var runtime = LocalRuntime.start(options)) {
            assertEquals(
                    ITEM,
                    client(runtime)
                            .getItem(get -> get.tableName("Notes").key(ITEM))
                            .item());
            assertTrue(
                    !runtime.clock().instant().isBefore(before.minusSeconds(1)),
                    "what is recorded can't be in the future");
        }
    }

    @Test
    void twoRunSideBySideAndShareNothing() {
        try (var first = LocalRuntime.start(Options.inMemory());
                var second = LocalRuntime.start(Options.inMemory())) {
            assertNotEquals(first.endpoint(), second.endpoint());
            makeTable(first);
            assertTrue(client(second).listTables().tableNames().isEmpty());
            int taken = first.endpoint().getPort();
            var error = assertThrows(
                    PortInUseException.class,
                    () -> LocalRuntime.start(Options.inMemory().withPorts(taken, 0)));
            assertTrue(error.getMessage().contains("--port"), error.getMessage());
        }
    }

    @Test
    void answersTheControlEndpoints() {
        try (var runtime = LocalRuntime.start(Options.inMemory());
                var control = new Control(runtime.endpoint())) {
            makeTable(runtime);
            client(runtime).putItem(put -> put.tableName("Notes").item(ITEM));
            var health = control.get("health");
            assertEquals("ready", health.path("status").asText());
            assertEquals(1, health.path("items").path("us-east-1").asInt(), health.toString());
            assertTrue(health.path("heap").path("usedMb").asInt() > 0, health.toString());
            var before = control.now();
            assertTrue(!control.advance(Duration.ofHours(24)).isBefore(before.plus(Duration.ofHours(24))));
            assertTrue(control.mails().isEmpty());
            assertTrue(control.get("settled").path("settled").asBoolean());
            var error = assertThrows(
                    IllegalStateException.class, () -> control.post("clock", Map.of("advance", "yesterday")));
            assertTrue(error.getMessage().contains("ISO-8601"), error.getMessage());
        }
    }

    @Test
    void takesOrdersForFaultsAndRefusesUnknownOnes() {
        try (var runtime = LocalRuntime.start(Options.inMemory());
                var control = new Control(runtime.endpoint())) {
            var order = Map.of("fault", "crash-after", "function", "projector", "times", 3);
            assertEquals(3, control.post("faults", order).path("waiting").asInt());
            assertEquals(3, control.get("faults").path("waiting").asInt());
            var unknown =
                    assertThrows(IllegalStateException.class, () -> control.post("faults", Map.of("fault", "flood")));
            assertTrue(unknown.getMessage().contains("timeout-after"), unknown.getMessage());
            var never = assertThrows(
                    IllegalStateException.class, () -> control.post("faults", Map.of("fault", "throttle", "times", 0)));
            assertTrue(never.getMessage().contains("at least one"), never.getMessage());
        }
    }

    @Test
    void shardsAreSplitAndMergedByControlCalls() {
        try (var runtime = LocalRuntime.start(Options.inMemory());
                var control = new Control(runtime.endpoint())) {
            makeTable(runtime);
            client(runtime)
                    .updateTable(update -> update.tableName("Notes")
                            .streamSpecification(
                                    stream -> stream.streamEnabled(true).streamViewType("NEW_AND_OLD_IMAGES")));
            String only = control.get("shards/Notes").path(0).path("shardId").asText();
            var split = control.post("shards/Notes", Map.of("split", only));
            assertEquals(3, split.size());
            assertEquals(only, split.path(2).path("parentShardId").asText());
            var merged = control.post(
                    "shards/Notes",
                    Map.of(
                            "merge",
                            List.of(
                                    split.path(1).path("shardId").asText(),
                                    split.path(2).path("shardId").asText())));
            assertTrue(merged.path(3).path("open").asBoolean());
            assertEquals(
                    split.path(2).path("shardId").asText(),
                    merged.path(3).path("adjacentParentShardId").asText());
            assertThrows(IllegalStateException.class, () -> control.post("shards/Notes", Map.of("split", only)));
        }
    }

    private static DynamoDbClient client(LocalRuntime runtime) {
        return runtime.clients().of(DynamoDbClient.class);
    }

    private static void makeTable(LocalRuntime runtime) {
        TestTables.create(client(runtime), "Notes");
    }
}
