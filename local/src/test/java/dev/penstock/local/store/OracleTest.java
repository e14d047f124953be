package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * The journal against an oracle: with the engine's own streams switched on, in this test only, both must tell the same
 * changes with the same images, in the same order for each key, whatever the write path.
 */
class OracleTest {
    private static final int WRITERS = 4;
    private static int tables;
    private static EmbeddedEngine engine;
    private static RegionStore store;
    private static Path folder;

    @BeforeContainer
    static void start() throws IOException {
        folder = Files.createTempDirectory("penstock-oracle");
        engine = EmbeddedEngine.start();
        store = RegionStore.open(new RegionStore.Options(
                "eu-central-1", new MovableClock(InstantSource.system()), folder, engine.client()));
    }

    @AfterContainer
    static void stop() throws IOException {
        store.close();
        engine.close();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Property
    void journalTellsWhatTheEngineTells(@ForAll("histories") List<Write> history) {
        Table table = table();
        history.forEach(write -> write.run(store, table.name()));
        assertEquals(fromEngine(table), fromJournal(table));
    }

    @Property
    void alsoWithConcurrentWriters(@ForAll("histories") List<Write> history) throws Exception {
        Table table = table();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                running.add(writers.submit(() -> history.forEach(write -> write.run(store, table.name()))));
            }
            for (Future<?> writer : running) {
                writer.get(60, TimeUnit.SECONDS);
            }
        }
        assertEquals(byKey(fromEngine(table)), byKey(fromJournal(table)));
    }

    @Provide
    Arbitrary<List<Write>> histories() {
        Arbitrary<String> keys = Arbitraries.of("a", "b", "c", "d");
        Arbitrary<String> numbers = Arbitraries.of("0", "1", "1.0", "2", "-0.50", "1e2");
        Arbitrary<Write> writes = Combinators.combine(Arbitraries.of(Write.Path.class), keys, keys, numbers)
                .as(Write::new);
        return writes.list().ofMinSize(1).ofMaxSize(40);
    }

    private static Table table() {
        String name = "Oracle" + ++tables;
        TableDescription described = TestTables.described("eu-central-1", name);
        return store.create(
                described,
                made -> List.of(),
                () -> engine.client()
                        .createTable(create -> create.tableName(name)
                                .keySchema(described.keySchema())
                                .attributeDefinitions(described.attributeDefinitions())
                                .billingMode(BillingMode.PAY_PER_REQUEST)
                                .streamSpecification(
                                        s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))));
    }

    private record Seen(String key, Map<String, AttributeValue> before, Map<String, AttributeValue> after) {}

    private static List<Seen> fromJournal(Table table) {
        List<Entry> entries = new ArrayList<>();
        store.journal().changes(number -> number == table.number(), 0, Long.MAX_VALUE, entries::add);
        return entries.stream()
                .map(entry -> new Seen(
                        entry.change().anyImage().get("id").s(),
                        canonical(entry.change().before()),
                        canonical(entry.change().after())))
                .toList();
    }

    private static List<Seen> fromEngine(Table table) {
        DynamoDbStreamsClient streams = engine.streams();
        String arn = engine.client()
                .describeTable(t -> t.tableName(table.name()))
                .table()
                .latestStreamArn();
        String shard = streams.describeStream(d -> d.streamArn(arn))
                .streamDescription()
                .shards()
                .getFirst()
                .shardId();
        String iterator = streams.getShardIterator(
                        get -> get.streamArn(arn).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        List<Seen> seen = new ArrayList<>();
        for (boolean more = true; more; ) {
            String from = iterator;
            var page = streams.getRecords(get -> get.shardIterator(from));
            for (Record record : page.records()) {
                var change = record.dynamodb();
                seen.add(new Seen(
                        change.keys().get("id").s(),
                        canonical(change.hasOldImage() ? change.oldImage() : null),
                        canonical(change.hasNewImage() ? change.newImage() : null)));
            }
            iterator = page.nextShardIterator();
            more = iterator != null && !page.records().isEmpty();
        }
        return seen;
    }

    private static Map<String, AttributeValue> canonical(Map<String, AttributeValue> image) {
        return image == null || image.isEmpty() ? Map.of() : Images.canonical(image);
    }

    private static Map<String, List<Seen>> byKey(List<Seen> all) {
        Map<String, List<Seen>> byKey = new HashMap<>();
        all.forEach(
                one -> byKey.computeIfAbsent(one.key, key -> new ArrayList<>()).add(one));
        return byKey;
    }
}
