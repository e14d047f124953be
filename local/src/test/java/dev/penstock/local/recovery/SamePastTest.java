package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.local.clients.Await;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import dev.penstock.local.store.TestTables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** A restore at T, an export at T and a fresh recomputation from what was written until T are the same table. */
class SamePastTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int KEYS = 4_000;
    private static final int BATCH = 25;

    /** Writers go on while the two look into the past, so that the present is never what they see. */
    @Test
    void restoreEqualsExportEqualsRecomputationWhileWritesGoOn() throws Exception {
        try (var runtime = LocalRuntime.start(Options.inMemory())) {
            var client = runtime.clients().of(DynamoDbClient.class);
            TestTables.create(client, "Notes");
            client.updateContinuousBackups(update -> update.tableName("Notes")
                    .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
            runtime.clients().of(S3Client.class).createBucket(bucket -> bucket.bucket("exports"));

            Map<String, Map<String, AttributeValue>> recomputed = new HashMap<>();
            Random random = new Random(42);
            for (int from = 0; from < KEYS; from += BATCH) {
                write(client, from, "first", recomputed);
            }
            for (int round = 0; round < 40; round++) {
                write(client, random.nextInt(KEYS - BATCH), "round " + round, recomputed);
                String gone = "k" + random.nextInt(KEYS);
                client.deleteItem(delete -> delete.tableName("Notes").key(Map.of("id", AttributeValue.fromS(gone))));
                recomputed.remove(gone);
            }
            runtime.clock().advance(Duration.ofSeconds(2));
            Instant mark = runtime.clock().instant().truncatedTo(ChronoUnit.SECONDS);
            runtime.clock().advance(Duration.ofSeconds(2));

            AtomicBoolean enough = new AtomicBoolean();
            Thread writer = Thread.ofPlatform().start(() -> {
                Random spoil = new Random(7);
                while (!enough.get()) {
                    write(client, spoil.nextInt(KEYS - BATCH), "spoiled", new HashMap<>());
                    client.deleteItem(delete -> delete.tableName("Notes")
                            .key(Map.of("id", AttributeValue.fromS("k" + spoil.nextInt(KEYS)))));
                }
            });
            try {
                client.restoreTableToPointInTime(restore -> restore.sourceTableName("Notes")
                        .targetTableName("Restored")
                        .restoreDateTime(mark));
                var restored = restored(client);
                var exported = exported(runtime, client, mark);
                assertTrue(recomputed.size() > KEYS - 50);
                assertEquals(recomputed, restored, "restore");
                assertEquals(recomputed, exported, "export");
            } finally {
                enough.set(true);
                assertTrue(writer.join(LIMIT));
            }
        }
    }

    private static void write(
            DynamoDbClient client, int from, String text, Map<String, Map<String, AttributeValue>> model) {
        List<WriteRequest> batch = new ArrayList<>();
        for (int i = from; i < from + BATCH; i++) {
            Map<String, AttributeValue> item = Map.of(
                    "id", AttributeValue.fromS("k" + i),
                    "text", AttributeValue.fromS(text),
                    "filler", AttributeValue.fromS("x".repeat(300)));
            batch.add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
            model.put("k" + i, item);
        }
        client.batchWriteItem(write -> write.requestItems(Map.of("Notes", batch)));
    }

    private static Map<String, Map<String, AttributeValue>> restored(DynamoDbClient client) {
        Await.until(
                LIMIT,
                "the restore",
                () -> client.describeTable(describe -> describe.tableName("Restored"))
                        .table()
                        .tableStatusAsString()
                        .equals("ACTIVE"));
        Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        client.scanPaginator(scan -> scan.tableName("Restored"))
                .items()
                .forEach(item -> items.put(item.get("id").s(), item));
        return items;
    }

    private static Map<String, Map<String, AttributeValue>> exported(
            LocalRuntime runtime, DynamoDbClient client, Instant mark) throws IOException {
        String table = client.describeTable(describe -> describe.tableName("Notes"))
                .table()
                .tableArn();
        String arn = client.exportTableToPointInTime(export -> export.tableArn(table)
                        .s3Bucket("exports")
                        .exportTime(mark)
                        .exportFormat(ExportFormat.DYNAMODB_JSON))
                .exportDescription()
                .exportArn();
        Await.until(
                LIMIT,
                "the export",
                () -> client.describeExport(describe -> describe.exportArn(arn))
                        .exportDescription()
                        .exportStatusAsString()
                        .equals("COMPLETED"));
        var s3 = runtime.clients().of(S3Client.class);
        var source = new ObjectSource() {
            @Override
            public InputStream open(String key) throws IOException {
                try {
                    return s3.getObject(get -> get.bucket("exports").key(key));
                } catch (NoSuchKeyException none) {
                    throw new NoSuchFileException(key);
                }
            }

            @Override
            public List<String> list(String prefix) {
                throw new UnsupportedOperationException();
            }
        };
        Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        ExportReader.open(
                        source,
                        client.describeExport(describe -> describe.exportArn(arn))
                                .exportDescription()
                                .exportManifest())
                .items(item -> items.put(item.get("id").s(), item));
        return items;
    }
}
