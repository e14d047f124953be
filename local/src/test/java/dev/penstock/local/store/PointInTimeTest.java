package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.clock.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** The state at T equals what a plain scan showed at T, for random histories and though writes go on. */
class PointInTimeTest {
    private static final MovableClock CLOCK =
            new MovableClock(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
    private static int tables;
    private static EmbeddedEngine engine;
    private static RegionStore store;
    private static Path folder;

    @BeforeContainer
    static void start() throws IOException {
        folder = Files.createTempDirectory("penstock-pitr");
        engine = EmbeddedEngine.start();
        store = RegionStore.open(new RegionStore.Options("eu-central-1", CLOCK, folder, engine.client()));
    }

    @AfterContainer
    static void stop() throws IOException {
        store.close();
        engine.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property
    void isWhatTheTableWas(@ForAll("histories") List<Write> history) {
        Table table = table();
        List<Instant> times = new ArrayList<>();
        List<Map<String, Map<String, AttributeValue>>> states = new ArrayList<>();
        for (Write write : history) {
            write.run(store, table.name());
            if (times.size() % 5 == 3) {
                store.checkpoint();
            }
            times.add(CLOCK.instant().plusMillis(500));
            states.add(now(table));
            CLOCK.advance(Duration.ofSeconds(1));
        }
        for (int i = 0; i < times.size(); i++) {
            assertEquals(states.get(i), at(table, times.get(i)), "after write " + i);
            assertEquals(states.get(i), at(table, times.get(i).plusMillis(499)));
        }
    }

    @Property
    void isExactThoughWritesGoOn(@ForAll("histories") List<Write> history) throws Exception {
        Table table = table();
        for (int i = 0; i < 300; i++) {
            store.put(PutItemRequest.builder()
                    .tableName(table.name())
                    .item(Map.of("id", AttributeValue.fromS("k" + i), "n", AttributeValue.fromN("" + i)))
                    .build());
        }
        history.forEach(write -> write.run(store, table.name()));
        Instant time = CLOCK.instant().plusMillis(500);
        var state = now(table);
        CLOCK.advance(Duration.ofSeconds(1));
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> writing = writer.submit(() -> {
                for (int i = 0; i < 100_000 && !over.get(); i++) {
                    store.put(PutItemRequest.builder()
                            .tableName(table.name())
                            .item(Map.of(
                                    "id", AttributeValue.fromS("k" + (i * 7 % 400)), "n", AttributeValue.fromN("-1")))
                            .build());
                    history.get(i % history.size()).run(store, table.name());
                }
            });
            for (int i = 0; i < 3; i++) {
                assertEquals(state, at(table, time));
                store.checkpoint();
                assertEquals(state, at(table, time), "the checkpoint is younger than what is asked for");
            }
            over.set(true);
            writing.get(60, TimeUnit.SECONDS);
        }
    }

    @Provide
    Arbitrary<List<Write>> histories() {
        Arbitrary<String> keys = Arbitraries.of("a", "b", "c", "d");
        Arbitrary<Write> writes = Combinators.combine(
                        Arbitraries.of(Write.Path.class), keys, keys, Arbitraries.of("0", "1", "2"))
                .as(Write::new);
        return writes.list().ofMinSize(1).ofMaxSize(25);
    }

    private static Map<String, Map<String, AttributeValue>> now(Table table) {
        Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        store.scan(table, item -> items.put(item.get("id").s(), item));
        return items;
    }

    private static Map<String, Map<String, AttributeValue>> at(Table table, Instant time) {
        Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        store.pointInTime().scan(table, time, item -> {
            var twice = items.put(item.get("id").s(), item);
            assertEquals(null, twice, "given twice");
        });
        return items;
    }

    private static Table table() {
        String name = "Past" + ++tables;
        return store.create(TestTables.described("eu-central-1", name), made -> List.of());
    }
}
