package dev.penstock.local.bench;

import dev.penstock.local.clients.Await;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import dev.penstock.local.store.EmbeddedEngine;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code bench recovery}: how fast a table comes back, and what those feel who work meanwhile. */
@Command(
        name = "recovery",
        description = {
            "Restore items of 1 KB, interleaved with the embedded engine's own BatchWriteItem in the same JVM, then with ten"
                    + " times the history.",
            "Then measure reads and writes at a steady pace alone, and while a backup, an export and a restore run."
        },
        mixinStandardHelpOptions = true)
public final class RecoveryBench implements Callable<Integer> {
    private static final int BATCH = 25;
    private static final double NANOS = 1e9;
    private static final Duration LIMIT = Duration.ofMinutes(30);

    @Option(names = "--items", paramLabel = "N", description = "of the table (default: ${DEFAULT-VALUE})")
    private int items = 100_000;

    @Option(names = "--rounds", paramLabel = "N", description = "of engine and restore (default: ${DEFAULT-VALUE})")
    private int rounds = 2;

    @Option(
            names = "--history",
            paramLabel = "N",
            description = "times every item is written (default: ${DEFAULT-VALUE})")
    private int history = 10;

    @Option(
            names = "--pace",
            paramLabel = "N",
            description = "reads and writes a second in the foreground (default: ${DEFAULT-VALUE})")
    private int pace = 200;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description =
                    "of the latency alone, 0 for none; with work in the background, as many as it lasts (default: ${DEFAULT-VALUE})")
    private int samples = 4_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (LocalRuntime runtime = LocalRuntime.start(Options.inMemory());
                EmbeddedEngine engine = EmbeddedEngine.start()) {
            DynamoDbClient client = runtime.clients().of(DynamoDbClient.class);
            table(client, "Bench");
            client.updateContinuousBackups(update -> update.tableName("Bench")
                    .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
            fill(client, "Bench", items);
            for (int round = 1; round <= rounds; round++) {
                String own = "Own" + round;
                table(engine.client(), own);
                Rate written = rate(() -> fill(engine.client(), own, items));
                engine.client().deleteTable(delete -> delete.tableName(own));
                Rate restored = rate(() -> restore(client, "Restored"));
                client.deleteTable(delete -> delete.tableName("Restored"));
                out.printf(
                        "  round %d: BatchWriteItem %s, restore %s: %.2fx, %.2fx by CPU%n",
                        round,
                        written,
                        restored,
                        restored.perSecond() / written.perSecond(),
                        written.cpuMicros() / restored.cpuMicros());
                out.flush();
            }
            if (history > 1) {
                for (int pass = 1; pass < history; pass++) {
                    fill(client, "Bench", items);
                }
                runtime.clock().advance(Duration.ofSeconds(1));
                Rate restored = rate(() -> restore(client, "Restored"));
                client.deleteTable(delete -> delete.tableName("Restored"));
                out.printf("  with %dx the history: restore %s%n", history, restored);
                out.flush();
            }
            if (samples > 0) {
                foreground(runtime, client, out);
            }
        }
        return 0;
    }

    private void foreground(LocalRuntime runtime, DynamoDbClient client, PrintWriter out) {
        table(client, "Live");
        fill(client, "Live", 1_000);
        runtime.clients().of(S3Client.class).createBucket(bucket -> bucket.bucket("bench"));
        latencies(client, samples, new AtomicBoolean()); // warm
        long[][] alone = latencies(client, samples, new AtomicBoolean());
        out.printf("  alone: read p99 %.2f ms, write p99 %.2f ms%n", p99(alone[0]), p99(alone[1]));
        during("backup", alone, client, out, () -> {
            String arn = client.createBackup(create -> create.tableName("Bench").backupName("bench"))
                    .backupDetails()
                    .backupArn();
            Await.until(
                    LIMIT,
                    "the backup",
                    () -> client.describeBackup(describe -> describe.backupArn(arn))
                            .backupDescription()
                            .backupDetails()
                            .backupStatusAsString()
                            .equals("AVAILABLE"));
        });
        during("export", alone, client, out, () -> {
            String table = client.describeTable(describe -> describe.tableName("Bench"))
                    .table()
                    .tableArn();
            String arn = client.exportTableToPointInTime(
                            export -> export.tableArn(table).s3Bucket("bench"))
                    .exportDescription()
                    .exportArn();
            Await.until(
                    LIMIT,
                    "the export",
                    () -> client.describeExport(describe -> describe.exportArn(arn))
                            .exportDescription()
                            .exportStatusAsString()
                            .equals("COMPLETED"));
        });
        during("restore", alone, client, out, () -> restore(client, "Restored"));
    }

    private void during(String what, long[][] alone, DynamoDbClient client, PrintWriter out, Runnable work) {
        var over = new AtomicBoolean();
        Thread background = Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } finally {
                over.set(true);
            }
        });
        long[][] found = latencies(client, Integer.MAX_VALUE, over);
        try {
            background.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        out.printf(
                "  during %-8s %,6d samples: read p99 %.2f ms (%.2fx), write p99 %.2f ms (%.2fx)%n",
                what + ",",
                found[0].length + found[1].length,
                p99(found[0]),
                p99(found[0]) / p99(alone[0]),
                p99(found[1]),
                p99(found[1]) / p99(alone[1]));
        out.flush();
    }

    /** Reads and writes in turn, each at its time; one that is late counts from when it was due. */
    private long[][] latencies(DynamoDbClient client, int most, AtomicBoolean over) {
        List<Long> reads = new ArrayList<>();
        List<Long> writes = new ArrayList<>();
        long gap = (long) (NANOS / pace);
        long due = System.nanoTime();
        for (int i = 0; i < most && !over.get(); i++) {
            due += gap;
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            Map<String, AttributeValue> item = item(i % 1_000);
            if (i % 2 == 0) {
                client.getItem(get -> get.tableName("Live").key(Map.of("id", item.get("id"))));
                reads.add(System.nanoTime() - due);
            } else {
                client.putItem(put -> put.tableName("Live").item(item));
                writes.add(System.nanoTime() - due);
            }
        }
        return new long[][] {sorted(reads), sorted(writes)};
    }

    private static long[] sorted(List<Long> values) {
        long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double p99(long[] sorted) {
        return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * 0.99)] / 1e6;
    }

    /** @param cpuMicros of the whole process for each item: says more than the clock on a busy machine */
    private record Rate(double perSecond, double cpuMicros) {
        @Override
        public String toString() {
            return "%,.0f items/s (%.0f us of CPU each)".formatted(perSecond, cpuMicros);
        }
    }

    private Rate rate(Runnable work) {
        long begin = System.nanoTime();
        Duration cpu = cpu();
        work.run();
        return new Rate(
                items * NANOS / (System.nanoTime() - begin), cpu().minus(cpu).toNanos() / 1e3 / items);
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static void restore(DynamoDbClient client, String target) {
        client.restoreTableToPointInTime(restore ->
                restore.sourceTableName("Bench").targetTableName(target).useLatestRestorableTime(true));
        Await.until(
                LIMIT,
                "the restore",
                () -> client.describeTable(describe -> describe.tableName(target))
                        .table()
                        .tableStatusAsString()
                        .equals("ACTIVE"));
    }

    private static void table(DynamoDbClient client, String name) {
        client.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH)));
    }

    private static void fill(DynamoDbClient client, String table, int count) {
        for (int from = 0; from < count; from += BATCH) {
            List<WriteRequest> batch = new ArrayList<>(BATCH);
            for (int i = from; i < Math.min(from + BATCH, count); i++) {
                Map<String, AttributeValue> item = item(i);
                batch.add(
                        WriteRequest.builder().putRequest(put -> put.item(item)).build());
            }
            client.batchWriteItem(write -> write.requestItems(Map.of(table, batch)));
        }
    }

    /** About 1 KB, and never twice the same, so that writing it again is a change. */
    private static Map<String, AttributeValue> item(int number) {
        return Map.of(
                "id", AttributeValue.fromS("item" + number),
                "at", AttributeValue.fromN(Long.toString(System.nanoTime())),
                "filler", AttributeValue.fromS("x".repeat(960)));
    }
}
