package dev.penstock.local.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Law: the table at time T equals a model that took the same writes up to T, whatever was written after. */
class PointInTimePropertyTest {
    private static final MovableClock CLOCK = new MovableClock(() -> Instant.parse("2026-01-01T00:00:00Z"));
    private static EmbeddedEngine engine;
    private static RegionStore store;
    private static Path folder;
    private static int tables;

    /** @param value an item's new value; each kind of step makes of it what it needs */
    record Step(Kind kind, int key, int value, int millisBefore) {}

    enum Kind {
        PUT,
        ADD,
        DELETE,
        EXPIRE,
        BATCH
    }

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("penstock-pitr");
        engine = EmbeddedEngine.start();
        store = RegionStore.open(new RegionStore.Options("eu-west-1", CLOCK, folder, engine.client()));
    }

    @AfterContainer
    static void close() throws IOException {
        store.close();
        engine.close();
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(shrinking = ShrinkingMode.BOUNDED)
    void tableAtAnyTimeEqualsTheModel(@ForAll("histories") List<Step> history) {
        Table table = table();
        Map<String, Map<String, AttributeValue>> model = new HashMap<>();
        List<Instant> times = new ArrayList<>();
        List<Map<String, Map<String, AttributeValue>>> states = new ArrayList<>();
        for (Step step : history) {
            CLOCK.advance(Duration.ofMillis(step.millisBefore()));
            take(table, step, model);
            times.add(Micros.toInstant(store.journal().last()));
            states.add(new HashMap<>(model));
        }
        for (int i = 0; i < times.size(); i++) {
            Map<String, Map<String, AttributeValue>> found = new HashMap<>();
            store.pointInTime().scan(table, times.get(i), item -> {
                Object twice = found.put(item.get("id").s(), item);
                assertEquals(null, twice, "an item is given once");
            });
            assertEquals(states.get(i), found, "state after step " + i + " of " + history);
        }
        store.delete(table);
    }

    private static void take(Table table, Step step, Map<String, Map<String, AttributeValue>> model) {
        String id = "k" + step.key();
        Map<String, AttributeValue> key = Map.of("id", AttributeValue.fromS(id));
        switch (step.kind()) {
            case PUT -> {
                Map<String, AttributeValue> item = item(id, step.value());
                store.put(PutItemRequest.builder()
                        .tableName(table.name())
                        .item(item)
                        .build());
                model.put(id, item);
            }
            case ADD -> {
                store.update(UpdateItemRequest.builder()
                        .tableName(table.name())
                        .key(key)
                        .updateExpression("ADD v :v")
                        .expressionAttributeValues(Map.of(":v", AttributeValue.fromN(Integer.toString(step.value()))))
                        .build());
                int before = model.containsKey(id)
                        ? Integer.parseInt(model.get(id).get("v").n())
                        : 0;
                model.put(id, item(id, before + step.value()));
            }
            case DELETE, EXPIRE -> {
                store.delete(
                        DeleteItemRequest.builder()
                                .tableName(table.name())
                                .key(key)
                                .build(),
                        step.kind() == Kind.EXPIRE ? Cause.EXPIRY : Cause.USER);
                model.remove(id);
            }
            case BATCH -> {
                List<WriteRequest> writes = IntStream.range(0, 3)
                        .mapToObj(i -> "k" + (step.key() + i) % 6)
                        .map(each -> WriteRequest.builder()
                                .putRequest(put -> put.item(item(each, step.value())))
                                .build())
                        .toList();
                store.batchWrite(BatchWriteItemRequest.builder()
                        .requestItems(Map.of(table.name(), writes))
                        .build());
                IntStream.range(0, 3)
                        .mapToObj(i -> "k" + (step.key() + i) % 6)
                        .forEach(each -> model.put(each, item(each, step.value())));
            }
        }
    }

    private static Map<String, AttributeValue> item(String id, int value) {
        return Map.of("id", AttributeValue.fromS(id), "v", AttributeValue.fromN(Integer.toString(value)));
    }

    private static Table table() {
        String name = "History" + tables++;
        Table table = store.create(
                TableDescription.builder()
                        .tableName(name)
                        .tableArn("arn:aws:dynamodb:eu-west-1:000000000000:table/" + name)
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("id")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("id")
                                .keyType(KeyType.HASH)
                                .build())
                        .billingModeSummary(summary -> summary.billingMode(BillingMode.PAY_PER_REQUEST))
                        .tableStatus(TableStatus.ACTIVE)
                        .build(),
                created -> List.of());
        return table;
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Combinators.combine(
                        Arbitraries.of(Kind.class),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(1, 9),
                        Arbitraries.integers().between(0, 2_000))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(25);
    }
}
