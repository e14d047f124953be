package dev.penstock.local.regions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Cause;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * Law: whatever was written where, however late and in whatever order it arrived, once every link is healed and drained
 * all replicas are equal, and each item is what its last writer made of it.
 */
class ConvergencePropertyTest {
    private static final List<String> REGIONS = List.of("eu-west-1", "us-east-1", "us-west-2");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Map<String, MovableClock> CLOCKS = new HashMap<>();
    private static final Map<String, EmbeddedEngine> ENGINES = new HashMap<>();
    private static final Map<String, RegionStore> STORES = new LinkedHashMap<>();
    private static final Map<String, Versions> VERSIONS = new HashMap<>();
    private static final List<ReplicationLink> LINKS = new ArrayList<>();
    private static Path folder;
    private static int tables;

    /** @param where region of a write, link of a delivery or a cut */
    record Step(Kind kind, int where, int key, int value) {}

    enum Kind {
        PUT,
        DELETE,
        EXPIRE,
        DELIVER,
        CUT,
        HEAL,
        TICK
    }

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("penstock-regions");
        for (String region : REGIONS) {
            EmbeddedEngine engine = EmbeddedEngine.start();
            ENGINES.put(region, engine);
            // No two regions agree on the time.
            Instant skewed = START.plusMillis(7L * CLOCKS.size());
            MovableClock clock = new MovableClock(() -> skewed);
            CLOCKS.put(region, clock);
            RegionStore store =
                    RegionStore.open(new RegionStore.Options(region, clock, folder.resolve(region), engine.client()));
            STORES.put(region, store);
            VERSIONS.put(region, new Versions(store));
        }
        for (RegionStore from : STORES.values()) {
            for (RegionStore to : STORES.values()) {
                if (from != to) {
                    LINKS.add(new ReplicationLink(from, to, VERSIONS.get(to.region()), Duration.ZERO));
                }
            }
        }
    }

    @AfterContainer
    static void close() throws IOException {
        STORES.values().forEach(RegionStore::close);
        ENGINES.values().forEach(EmbeddedEngine::close);
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(shrinking = ShrinkingMode.BOUNDED)
    void replicasConvergeOnTheLastWriter(@ForAll("histories") List<Step> history, @ForAll boolean merging) {
        String table = replicatedTable();
        LINKS.forEach(link -> link.merging(merging));
        Map<String, Version> winners = new HashMap<>();
        Map<String, String> values = new TreeMap<>();
        for (Step step : history) {
            take(table, step, winners, values);
        }
        LINKS.forEach(link -> link.cut(false));
        drain();
        for (RegionStore store : STORES.values()) {
            assertEquals(values, items(store, table), store.region() + " after " + history);
        }
        STORES.values().forEach(store -> store.delete(store.tables().described(table)));
    }

    private static void take(String table, Step step, Map<String, Version> winners, Map<String, String> values) {
        RegionStore store = STORES.get(REGIONS.get(step.where() % REGIONS.size()));
        ReplicationLink link = LINKS.get(step.where() % LINKS.size());
        String id = "k" + step.key();
        long before = store.journal().last();
        switch (step.kind()) {
            case PUT ->
                store.put(PutItemRequest.builder()
                        .tableName(table)
                        .item(Map.of("id", AttributeValue.fromS(id), "v", value(step)))
                        .build());
            case DELETE, EXPIRE ->
                store.delete(
                        DeleteItemRequest.builder()
                                .tableName(table)
                                .key(Map.of("id", AttributeValue.fromS(id)))
                                .build(),
                        step.kind() == Kind.EXPIRE ? Cause.EXPIRY : Cause.USER);
            case DELIVER -> link.doWork();
            case CUT -> link.cut(true);
            case HEAL -> link.cut(false);
            case TICK -> CLOCKS.values().forEach(clock -> clock.advance(Duration.ofMillis(step.value())));
        }
        boolean wrote = step.kind().ordinal() <= Kind.EXPIRE.ordinal()
                && store.journal().last() != before;
        Version version = new Version(store.journal().last(), store.region());
        if (wrote && version.compareTo(winners.getOrDefault(id, Version.NONE)) > 0) {
            winners.put(id, version);
            if (step.kind() == Kind.PUT) {
                values.put(id, value(step).n());
            } else {
                values.remove(id);
            }
        }
    }

    private static AttributeValue value(Step step) {
        return AttributeValue.fromN(Integer.toString(step.value()));
    }

    private static void drain() {
        for (int round = 0; round < 1_000; round++) {
            if (LINKS.stream().mapToInt(ReplicationLink::doWork).sum() == 0) {
                return;
            }
        }
        throw new AssertionError("the links are never drained: changes go round in circles");
    }

    private static Map<String, String> items(RegionStore store, String table) {
        Map<String, String> items = new TreeMap<>();
        store.engine().scan(scan -> scan.tableName(table)).items().forEach(item -> {
            assertTrue(item.containsKey("v"));
            items.put(item.get("id").s(), item.get("v").n());
        });
        return items;
    }

    private static String replicatedTable() {
        String name = "Global" + tables++;
        for (RegionStore store : STORES.values()) {
            Table table = store.create(
                    TableDescription.builder()
                            .tableName(name)
                            .tableArn("arn:aws:dynamodb:" + store.region() + ":000000000000:table/" + name)
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
                            .replicas(REGIONS.stream()
                                    .filter(region -> !region.equals(store.region()))
                                    .map(region -> ReplicaDescription.builder()
                                            .regionName(region)
                                            .build())
                                    .toList())
                            .build(),
                    made -> List.of());
            VERSIONS.get(store.region()).track(table);
        }
        return name;
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(6, Kind.PUT),
                Tuple.of(3, Kind.DELETE),
                Tuple.of(1, Kind.EXPIRE),
                Tuple.of(5, Kind.DELIVER),
                Tuple.of(1, Kind.CUT),
                Tuple.of(1, Kind.HEAL),
                Tuple.of(2, Kind.TICK));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }
}
