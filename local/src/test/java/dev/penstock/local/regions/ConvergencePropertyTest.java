package dev.penstock.local.regions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import dev.penstock.local.store.TestTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

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
    /** By the names of both regions; a link keeps its settings over a restart of either. */
    private static final Map<List<String>, ReplicationLink> LINKS = new LinkedHashMap<>();

    private static final Set<List<String>> CUT = new HashSet<>();
    private static Path folder;
    private static int tables;
    private static boolean merging;

    /** @param where region of a write, link of a delivery or a cut */
    record Step(Kind kind, int where, int key, int value) {}

    enum Kind {
        PUT,
        DELETE,
        EXPIRE,
        TRANSACT,
        DELIVER,
        CUT,
        HEAL,
        TICK,
        RESTART;

        static final Set<Kind> WRITES = EnumSet.of(PUT, DELETE, EXPIRE, TRANSACT);
    }

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("penstock-regions");
        for (String region : REGIONS) {
            // No two regions agree on the time.
            Instant skewed = START.plusMillis(7L * CLOCKS.size());
            CLOCKS.put(region, new MovableClock(() -> skewed));
            start(region);
        }
        REGIONS.forEach(ConvergencePropertyTest::link);
    }

    /** The region as its journal has it, over an engine that is empty at first. */
    private static void start(String region) {
        EmbeddedEngine engine = EmbeddedEngine.start();
        ENGINES.put(region, engine);
        RegionStore store = RegionStore.open(
                new RegionStore.Options(region, CLOCKS.get(region), folder.resolve(region), engine.client()));
        STORES.put(region, store);
        Versions versions = new Versions(store);
        store.tables().all().forEach(versions::track);
        VERSIONS.put(region, versions);
    }

    private static void stop(String region) {
        STORES.get(region).close();
        ENGINES.get(region).close();
    }

    /** New links from and to a region, which go on where the ones before stopped. */
    private static void link(String region) {
        for (String other : REGIONS) {
            if (!other.equals(region)) {
                for (List<String> pair : List.of(List.of(region, other), List.of(other, region))) {
                    RegionStore from = STORES.get(pair.getFirst());
                    RegionStore to = STORES.get(pair.getLast());
                    ReplicationLink link = new ReplicationLink(from, to, VERSIONS.get(to.region()), Duration.ZERO);
                    link.cut(CUT.contains(pair));
                    link.merging(merging);
                    LINKS.put(pair, link);
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
    void replicasConvergeOnTheLastWriter(
            @ForAll("histories") List<Step> history,
            @ForAll boolean isMerging,
            @ForAll @IntRange(min = 2, max = 3) int count) {
        List<String> regions = REGIONS.subList(0, count);
        String table = replicatedTable(regions);
        merging = isMerging;
        LINKS.values().forEach(link -> link.merging(merging));
        Expected expected = new Expected(new HashMap<>(), new TreeMap<>(), new HashMap<>());
        for (Step step : history) {
            take(table, regions, step, expected);
        }
        LINKS.values().forEach(link -> link.cut(false));
        CUT.clear();
        drain();
        for (String region : regions) {
            RegionStore store = STORES.get(region);
            assertEquals(expected.values(), items(store, table), region + " after " + history);
            assertEquals(
                    expected.expired().getOrDefault(region, 0),
                    expiries(store, table),
                    "only where TTL deleted an item does the stream say so; " + region + " after " + history);
        }
        regions.forEach(region -> {
            RegionStore store = STORES.get(region);
            store.delete(store.tables().described(table));
        });
    }

    /**
     * What the rule makes of a history.
     *
     * @param expired TTL deletes by the region that made them
     */
    private record Expected(Map<String, Version> winners, Map<String, String> values, Map<String, Integer> expired) {
        void write(String id, Version version, @Nullable String value) {
            if (version.compareTo(winners.getOrDefault(id, Version.NONE)) > 0) {
                winners.put(id, version);
                if (value == null) {
                    values.remove(id);
                } else {
                    values.put(id, value);
                }
            }
        }
    }

    private static void take(String table, List<String> regions, Step step, Expected expected) {
        String region = regions.get(step.where() % regions.size());
        RegionStore store = STORES.get(region);
        List<List<String>> pairs = List.copyOf(LINKS.keySet());
        List<String> pair = pairs.get(step.where() % pairs.size());
        List<String> ids = List.of("k" + step.key(), "k" + (step.key() + 1) % 4);
        long before = store.journal().last();
        switch (step.kind()) {
            case PUT ->
                store.put(PutItemRequest.builder()
                        .tableName(table)
                        .item(item(ids.getFirst(), step))
                        .build());
            case DELETE, EXPIRE ->
                store.delete(
                        DeleteItemRequest.builder()
                                .tableName(table)
                                .key(key(ids.getFirst()))
                                .build(),
                        step.kind() == Kind.EXPIRE ? Cause.EXPIRY : Cause.USER);
            case TRANSACT ->
                store.transactWrite(TransactWriteItemsRequest.builder()
                        .transactItems(
                                TransactWriteItem.builder()
                                        .put(put -> put.tableName(table).item(item(ids.getFirst(), step)))
                                        .build(),
                                TransactWriteItem.builder()
                                        .delete(delete ->
                                                delete.tableName(table).key(key(ids.getLast())))
                                        .build())
                        .build());
            case DELIVER -> LINKS.get(pair).doWork();
            case CUT -> {
                CUT.add(pair);
                LINKS.get(pair).cut(true);
            }
            case HEAL -> {
                CUT.remove(pair);
                LINKS.get(pair).cut(false);
            }
            case TICK -> CLOCKS.values().forEach(clock -> clock.advance(Duration.ofMillis(step.value())));
            case RESTART -> {
                stop(region);
                start(region);
                link(region);
            }
        }
        if (Kind.WRITES.contains(step.kind())) {
            expect(store, table, before, expected);
        }
    }

    /** What was acknowledged, as the journal of the region that took it numbers it. */
    private static void expect(RegionStore store, String table, long before, Expected expected) {
        int number = store.tables().described(table).number();
        store.journal().changes(each -> each == number, before, store.journal().last(), entry -> {
            Version version = new Version(entry.committed(), store.region());
            var after = entry.change().after();
            String id = entry.change().anyImage().get("id").s();
            expected.write(id, version, after == null ? null : after.get("v").n());
            if (entry.change().cause() instanceof Cause.Expiry) {
                expected.expired().merge(store.region(), 1, Integer::sum);
            }
            return true;
        });
    }

    private static int expiries(RegionStore store, String table) {
        int number = store.tables().described(table).number();
        AtomicInteger expiries = new AtomicInteger();
        store.journal().changes(each -> each == number, 0, store.journal().last(), entry -> {
            expiries.addAndGet(entry.change().cause() instanceof Cause.Expiry ? 1 : 0);
            return true;
        });
        return expiries.get();
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    private static Map<String, AttributeValue> item(String id, Step step) {
        return Map.of("id", AttributeValue.fromS(id), "v", value(step));
    }

    private static AttributeValue value(Step step) {
        return AttributeValue.fromN(Integer.toString(step.value()));
    }

    private static void drain() {
        for (int round = 0; round < 1_000; round++) {
            if (LINKS.values().stream().mapToInt(ReplicationLink::doWork).sum() == 0) {
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

    private static String replicatedTable(List<String> regions) {
        String name = "Global" + tables++;
        for (String region : regions) {
            RegionStore store = STORES.get(region);
            Table table = store.create(
                    TestTables.described(store.region(), name).toBuilder()
                            .replicas(regions.stream()
                                    .filter(other -> !other.equals(region))
                                    .map(other -> ReplicaDescription.builder()
                                            .regionName(other)
                                            .build())
                                    .toList())
                            .build(),
                    made -> List.of());
            VERSIONS.get(region).track(table);
        }
        return name;
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(18, Kind.PUT),
                Tuple.of(9, Kind.DELETE),
                Tuple.of(4, Kind.EXPIRE),
                Tuple.of(5, Kind.TRANSACT),
                Tuple.of(15, Kind.DELIVER),
                Tuple.of(3, Kind.CUT),
                Tuple.of(3, Kind.HEAL),
                Tuple.of(6, Kind.TICK),
                Tuple.of(1, Kind.RESTART));
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
