package dev.penstock.local.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.lambdas.etl.Etl;
import dev.penstock.lambdas.etl.Fold;
import dev.penstock.lambdas.etl.Output;
import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.Lines;
import dev.penstock.local.dax.Normal;
import dev.penstock.local.dax.RandomItems;
import dev.penstock.local.export.BucketObjects;
import dev.penstock.local.export.LocalTables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;

/**
 * Laws on random histories, with the exports that the export API made: a full export at T0 and the windows after it are
 * the full export at Tn; that one, the windows undone, is the first; and a table loaded from them is the table.
 */
class FoldedExportsTest {
    private static final Output PLAIN =
            new Output(Output.Format.DYNAMODB_JSON, Codec.NONE, 1, 1, false, ',', List.of());
    private static final int KEYS = 12;

    private static LocalTables tables;
    private static BucketObjects bucket;
    private static Path folder;
    private static int made;

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("penstock-folded");
        tables = new LocalTables(folder);
        bucket = new BucketObjects(tables.buckets, "bucket");
    }

    @AfterContainer
    static void close() throws IOException {
        tables.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Collections.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void foldingAndUndoing(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        ExportFormat format = random.nextBoolean() ? ExportFormat.DYNAMODB_JSON : ExportFormat.ION;
        String table = "Fold" + made++;
        String arn = tables.table(table);
        write(table, random);
        Instant start = tables.clock.advance(Duration.ofSeconds(1));
        List<ExportReader> windows = new ArrayList<>();
        Instant from = start;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            write(table, random);
            // A window may end in the middle of a second, and what is written at its end belongs to the next.
            Instant to = tables.clock.advance(Duration.ofMinutes(15).plusMillis(random.nextInt(5_000)));
            write(table, random);
            Instant begin = from;
            tables.clock.advance(Duration.ofSeconds(1));
            windows.add(export(
                    arn,
                    e -> e.exportFormat(format)
                            .exportType(ExportType.INCREMENTAL_EXPORT)
                            .incrementalExportSpecification(w -> w.exportFromTime(begin)
                                    .exportToTime(to)
                                    .exportViewType(ExportViewType.NEW_AND_OLD_IMAGES))));
            from = to;
        }
        Instant end = from;
        ExportReader first = export(arn, e -> e.exportFormat(format).exportTime(start));
        ExportReader last = export(arn, e -> e.exportFormat(format).exportTime(end));
        Collections.shuffle(windows, new Random(seed));

        assertEquals(items(last), result(table + "/folded/", etl -> Fold.forward(etl, PLAIN, first, windows)));
        assertEquals(items(first), result(table + "/undone/", etl -> Fold.undo(etl, PLAIN, last, windows)));

        String copy = table + "Copy";
        tables.table(copy);
        ExportLoader loader = new ExportLoader(tables.client, copy);
        loader.full(first);
        loader.incrementals(first, windows);
        Set<Object> loaded = new HashSet<>();
        tables.client.scanPaginator(s -> s.tableName(copy)).items().forEach(item -> loaded.add(Normal.of(item)));
        assertEquals(items(last), loaded);
        tables.client.deleteTable(delete -> delete.tableName(copy));
        tables.client.deleteTable(delete -> delete.tableName(table));
    }

    /** Some puts, updates and deletes of a few keys, some of which leave an item as it was. */
    private static void write(String table, SplittableRandom random) {
        for (int i = random.nextInt(10); i > 0; i--) {
            Map<String, AttributeValue> key = LocalTables.key("k", random.nextInt(KEYS));
            switch (random.nextInt(4)) {
                case 0 ->
                    tables.client.deleteItem(delete -> delete.tableName(table).key(key));
                case 1 ->
                    tables.client.updateItem(update -> update.tableName(table)
                            .key(key)
                            .updateExpression("ADD n :one")
                            .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))));
                default -> {
                    Map<String, AttributeValue> item = new HashMap<>(key);
                    item.put("v", RandomItems.value(random, 2));
                    tables.client.putItem(put -> put.tableName(table).item(item));
                }
            }
            tables.clock.advance(Duration.ofMillis(random.nextInt(3)));
        }
    }

    private static ExportReader export(String arn, Consumer<ExportTableToPointInTimeRequest.Builder> more)
            throws IOException {
        String export = tables.client
                .exportTableToPointInTime(request -> {
                    request.tableArn(arn).s3Bucket("bucket").s3Prefix(arn.substring(arn.lastIndexOf('/') + 1));
                    more.accept(request);
                })
                .exportDescription()
                .exportArn();
        return ExportReader.open(
                bucket,
                tables.client
                        .describeExport(describe -> describe.exportArn(export))
                        .exportDescription()
                        .exportManifest());
    }

    private static Set<Object> items(ExportReader export) throws IOException {
        Set<Object> items = new HashSet<>();
        export.items(item -> items.add(Normal.of(item)));
        return items;
    }

    private interface Folding {
        Etl.Result run(Etl etl) throws IOException;
    }

    private static Set<Object> result(String prefix, Folding folding) throws IOException {
        Etl.Result result = folding.run(
                new Etl(bucket, bucket, new Etl.Options(1, prefix, List.of("pk", "sk"), false), read -> {}));
        assertEquals(0, result.counts().rejected());
        Set<Object> items = new HashSet<>();
        for (String key : bucket.list(prefix + "part")) {
            try (InputStream in = bucket.open(key)) {
                Lines.read(in, (text, from, to, number) -> items.add(Normal.of(DynamoDbJson.readItem(text, from, to))));
            }
        }
        return items;
    }
}
