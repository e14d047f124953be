package dev.penstock.local.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import dev.penstock.local.store.TestTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Law: the table at time T equals a model that took the same writes up to T, whatever was written after, item for item
 * and index for index, whether it is looked at or restored.
 */
class PointInTimePropertyTest {
    private static final MovableClock CLOCK = new MovableClock(() -> Instant.parse("2026-01-01T00:00:00Z"));
    private static final int KEYS = 6;
    private static final int TABLES_PER_ENGINE = 200;
    private static final String INDEX = "byGroup";
    private static EmbeddedEngine engine;
    private static RegionStore store;
    private static Path folder;
    private static final ExecutorService TASKS = Executors.newVirtualThreadPerTaskExecutor();
    private static int tables;

    /** @param value an item's new value; each kind of step makes of it what it needs */
    record Step(Kind kind, int key, int value, int millisBefore) {}

    enum Kind {
        PUT,
        ADD,
        DELETE,
        EXPIRE,
        BATCH,
        TRANSACT,
        CHECKPOINT
    }

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("penstock-pitr");
        engine = EmbeddedEngine.start();
        store = RegionStore.open(new RegionStore.Options("eu-west-1", CLOCK, folder, engine.client()));
    }

    /** The engine takes longer for each table the more it has seen. */
    private static void renew() throws IOException {
        if (tables > 0 && tables % TABLES_PER_ENGINE == 0) {
            closeStore();
            open();
        }
    }

    @AfterContainer
    static void close() throws IOException {
        TASKS.close();
        closeStore();
    }

    private static void closeStore() throws IOException {
        store.close();
        engine.close();
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** @param pick which of the times is restored, and how far into the time before the next change */
    @Property(shrinking = ShrinkingMode.BOUNDED)
    void tableAtAnyTimeEqualsTheModel(@ForAll("histories") List<Step> history, @ForAll @IntRange(max = 999) int pick)
            throws IOException {
        renew();
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
        int chosen = pick % times.size();
        assertRestored(
                table, between(times, chosen, pick), states.get(chosen), "restored after " + chosen + " of " + history);
        store.delete(table);
    }

    /** A time from the change on to just before the next one. */
    private static Instant between(List<Instant> times, int chosen, int pick) {
        Instant from = times.get(chosen);
        if (chosen + 1 == times.size()) {
            return from;
        }
        // A request's changes have one time and are numbered on from it: the next request is at most 2 before its last
        // number.
        long micros = ChronoUnit.MICROS.between(from, times.get(chosen + 1)) - 3;
        return from.plus(Math.max(0, micros) * pick / 1_000, ChronoUnit.MICROS);
    }

    private static void assertRestored(
            Table source, Instant time, Map<String, Map<String, AttributeValue>> expected, String when) {
        String target = source.name() + "-restored";
        CountDownLatch done = new CountDownLatch(1);
        new Restores(store, TASKS)
                .begin(
                        target,
                        RestoredTable.of(
                                source.description(),
                                RestoredTable.Overrides.encryption(SSESpecification.builder()
                                        .enabled(false)
                                        .build()),
                                "eu-west-1"),
                        Restores.summary(source.arn(), null, time),
                        visitor -> store.pointInTime().scan(source, time, visitor),
                        done::countDown);
        try {
            assertTrue(done.await(1, TimeUnit.MINUTES), "the restore never ended");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertEquals(expected, scan(target, null), when);
        Map<String, Map<String, AttributeValue>> indexed = new HashMap<>(expected);
        indexed.values().removeIf(item -> !item.containsKey("g"));
        assertEquals(indexed, scan(target, INDEX), when + ", index");
        store.delete(store.tables().active(target));
    }

    private static Map<String, Map<String, AttributeValue>> scan(String table, String index) {
        Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        engine.client()
                .scan(scan -> scan.tableName(table).indexName(index))
                .items()
                .forEach(item -> items.put(item.get("id").s(), item));
        return items;
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
                Map<String, AttributeValue> changed = new HashMap<>(model.getOrDefault(id, key));
                int before = changed.containsKey("v")
                        ? Integer.parseInt(changed.get("v").n())
                        : 0;
                changed.put("v", AttributeValue.fromN(Integer.toString(before + step.value())));
                model.put(id, changed);
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
                        .mapToObj(i -> "k" + (step.key() + i) % KEYS)
                        .map(each -> WriteRequest.builder()
                                .putRequest(put -> put.item(item(each, step.value())))
                                .build())
                        .toList();
                store.batchWrite(BatchWriteItemRequest.builder()
                        .requestItems(Map.of(table.name(), writes))
                        .build());
                IntStream.range(0, 3)
                        .mapToObj(i -> "k" + (step.key() + i) % KEYS)
                        .forEach(each -> model.put(each, item(each, step.value())));
            }
            case TRANSACT -> {
                String other = "k" + (step.key() + 1) % KEYS;
                Map<String, AttributeValue> item = item(id, step.value());
                store.transactWrite(TransactWriteItemsRequest.builder()
                        .transactItems(
                                TransactWriteItem.builder()
                                        .put(put -> put.tableName(table.name()).item(item))
                                        .build(),
                                TransactWriteItem.builder()
                                        .delete(delete -> delete.tableName(table.name())
                                                .key(Map.of("id", AttributeValue.fromS(other))))
                                        .build())
                        .build());
                model.put(id, item);
                model.remove(other);
            }
            case CHECKPOINT -> store.checkpoint();
        }
    }

    /** Every other value is in the index. */
    private static Map<String, AttributeValue> item(String id, int value) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("id", AttributeValue.fromS(id));
        item.put("v", AttributeValue.fromN(Integer.toString(value)));
        if (value % 2 == 1) {
            item.put("g", AttributeValue.fromS("g" + value % 3));
        }
        return item;
    }

    private static Table table() {
        String name = "History" + tables++;
        return store.create(
                TestTables.described("eu-west-1", name).toBuilder()
                        .attributeDefinitions(TestTables.attribute("id"), TestTables.attribute("g"))
                        .globalSecondaryIndexes(index -> index.indexName(INDEX)
                                .keySchema(TestTables.key("g", KeyType.HASH))
                                .projection(projection -> projection.projectionType(ProjectionType.ALL)))
                        .build(),
                created -> List.of());
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
