package dev.penstock.local.bench;

import dev.penstock.local.clients.Await;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import dev.penstock.local.store.EmbeddedEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code bench recovery}: how fast a table comes back, and what those feel who work meanwhile. */
@Command(
        name = "recovery",
        description = {
            "Restore items of 1 KB, and start from a data folder that holds as many, each in turn with the embedded"
                    + " engine's own BatchWriteItem in the same JVM.",
            "Then restore with one time and with ten times the history.",
            "Then measure reads and writes of that table at a steady pace, alone in turn with its backup, its export and its"
                    + " restore.",
            "Prints each bar and whether it is met. Takes some minutes; a quiet machine is needed for the clock."
        },
        mixinStandardHelpOptions = true)
public final class RecoveryBench implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    /** Asking costs CPU that is counted. */
    private static final Duration EVERY = Duration.ofMillis(200);

    private static final double BAR = 0.8;
    /** A start may take 6 s and the time of BatchWriteItem; without data it takes 4. */
    private static final double SPARE = 2.0;

    @Option(names = "--items", paramLabel = "N", description = "of the table (default: ${DEFAULT-VALUE})")
    private int items = 100_000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "of engine, restore and start, after a small one to warm up (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--history",
            paramLabel = "N",
            description = "times every item is written, 1 for no such part (default: ${DEFAULT-VALUE})")
    private int history = 10;

    @Option(
            names = "--history-items",
            paramLabel = "N",
            description = "of the table with the history (default: ${DEFAULT-VALUE})")
    private int historyItems = 20_000;

    @Option(
            names = "--pace",
            paramLabel = "N",
            description = "reads and writes a second in the foreground (default: ${DEFAULT-VALUE})")
    private int pace = 200;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "of the latency beside each work, and as many alone; 0 for no such part"
                    + " (default: ${DEFAULT-VALUE})")
    private int samples = 4_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (LocalRuntime runtime = LocalRuntime.start(Options.inMemory());
                EmbeddedEngine engine = EmbeddedEngine.start()) {
            DynamoDbClient client = runtime.clients().of(DynamoDbClient.class);
            if (rounds > 0) {
                rates(client, engine.client(), out);
            }
            if (history > 1) {
                history(client, runtime, out);
            }
            if (samples > 0) {
                foreground(runtime, client, out);
            }
        }
        return 0;
    }

    private static void say(PrintWriter out, String text) {
        out.printf(
                "%s (load average %.1f)%n",
                text, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        out.flush();
    }

    private void rates(DynamoDbClient client, DynamoDbClient engine, PrintWriter out) throws IOException {
        say(out, "writing %,d items of 1 KB into a table and a data folder".formatted(items));
        source(client, "Warm", Math.min(items, 5_000));
        source(client, "Bench", items);
        List<Double> restored = new ArrayList<>();
        List<Double> started = new ArrayList<>();
        try (StartBench folder = new StartBench(items)) {
            round(client, engine, "Warm", Math.min(items, 5_000));
            folder.start();
            for (int round = 1; round <= rounds; round++) {
                say(out, "round " + round + " of " + rounds);
                Rate[] rates = round(client, engine, "Bench", items);
                Rate start = folder.start();
                restored.add(rates[1].of(rates[0]));
                started.add(items / start.perSecond() - items / rates[0].perSecond());
                out.printf("  BatchWriteItem of the engine alone: %s%n", rates[0]);
                out.printf(
                        "  restore: %s, %.2fx, %.2fx by CPU%n", rates[1], restored.getLast(), rates[1].ofCpu(rates[0]));
                out.printf(
                        "  start from the data folder: %s, %.2fx, %.2fx by CPU%n",
                        start, start.of(rates[0]), start.ofCpu(rates[0]));
                out.flush();
            }
        }
        Bar.least("restore, of the engine's BatchWriteItem, median", median(restored), BAR)
                .print(out);
        Bar.most(
                        "loading the data folder, seconds more than BatchWriteItem of the same, median",
                        median(started),
                        SPARE)
                .print(out);
        out.flush();
    }

    private static Rate[] round(DynamoDbClient client, DynamoDbClient engine, String source, int items) {
        Items.table(engine, "Own");
        Rate written = Rate.of(items, () -> Items.fill(engine, "Own", items));
        engine.deleteTable(delete -> delete.tableName("Own"));
        Rate restored = Rate.of(items, () -> restore(client, source));
        client.deleteTable(delete -> delete.tableName("Restored"));
        return new Rate[] {written, restored};
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private void history(DynamoDbClient client, LocalRuntime runtime, PrintWriter out) {
        say(out, "writing %,d items %d times".formatted(historyItems, history));
        source(client, "Often", historyItems);
        Rate once = null;
        Instant mark = Instant.EPOCH;
        for (int pass = 1; pass <= history; pass++) {
            if (pass > 1) {
                Items.fill(client, "Often", historyItems);
            }
            if (pass == 1 || pass == history) {
                runtime.clock().advance(Duration.ofSeconds(1));
                Rate restored = Rate.of(historyItems, () -> restore(client, "Often"));
                client.deleteTable(delete -> delete.tableName("Restored"));
                mark = once == null ? runtime.clock().instant() : mark;
                once = once == null ? restored : once;
                out.printf(
                        "  with %dx the history: restore %s, %.2fx of that with 1x%n",
                        pass, restored, restored.of(once));
                out.flush();
            }
        }
        Instant before = mark;
        Rate earlier = Rate.of(historyItems, () -> restore(client, "Often", "Restored", before));
        client.deleteTable(delete -> delete.tableName("Restored"));
        out.printf(
                "  to the time before %d of them: restore %s, %.2fx of that with 1x%n",
                history - 1, earlier, earlier.of(Objects.requireNonNull(once)));
        out.flush();
    }

    private void foreground(LocalRuntime runtime, DynamoDbClient client, PrintWriter out) {
        if (rounds == 0) {
            source(client, "Bench", items);
        }
        runtime.clients().of(S3Client.class).createBucket(bucket -> bucket.bucket("bench"));
        say(out, "reads and writes, %d a second in all, alone in turn with work on %,d items".formatted(pace, items));
        var foreground = new Foreground(client, "Bench", pace, out);
        foreground.warm(samples);
        foreground.during("backup", samples, () -> backup(client));
        foreground.during("export", samples, () -> export(client));
        var count = new AtomicInteger();
        // Not deleted meanwhile: the engine drops a table while all others wait.
        foreground.during("restore", samples, () -> restore(client, "Bench", "Restored" + count.incrementAndGet()));
    }

    private static void source(DynamoDbClient client, String name, int count) {
        Items.table(client, name);
        client.updateContinuousBackups(update -> update.tableName(name)
                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
        Items.fill(client, name, count);
    }

    private static void backup(DynamoDbClient client) {
        String arn = client.createBackup(create -> create.tableName("Bench").backupName("bench"))
                .backupDetails()
                .backupArn();
        Await.until(
                LIMIT,
                EVERY,
                "the backup",
                () -> client.describeBackup(describe -> describe.backupArn(arn))
                        .backupDescription()
                        .backupDetails()
                        .backupStatusAsString()
                        .equals("AVAILABLE"));
    }

    private static void export(DynamoDbClient client) {
        String table = client.describeTable(describe -> describe.tableName("Bench"))
                .table()
                .tableArn();
        String arn = client.exportTableToPointInTime(
                        export -> export.tableArn(table).s3Bucket("bench"))
                .exportDescription()
                .exportArn();
        Await.until(
                LIMIT,
                EVERY,
                "the export",
                () -> client.describeExport(describe -> describe.exportArn(arn))
                        .exportDescription()
                        .exportStatusAsString()
                        .equals("COMPLETED"));
    }

    private static void restore(DynamoDbClient client, String source) {
        restore(client, source, "Restored");
    }

    private static void restore(DynamoDbClient client, String source, String target) {
        restore(client, source, target, null);
    }

    private static void restore(DynamoDbClient client, String source, String target, @Nullable Instant time) {
        client.restoreTableToPointInTime(restore -> restore.sourceTableName(source)
                .targetTableName(target)
                .useLatestRestorableTime(time == null ? true : null)
                .restoreDateTime(time));
        Await.until(
                LIMIT,
                EVERY,
                "the restore",
                () -> client.describeTable(describe -> describe.tableName(target))
                        .table()
                        .tableStatusAsString()
                        .equals("ACTIVE"));
    }
}
