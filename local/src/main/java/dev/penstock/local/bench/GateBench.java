package dev.penstock.local.bench;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** {@code bench gate}: what the write gate and the journal add to a write. */
@Command(
        name = "gate",
        description = {
            "Write items of 1 KB, one at a time, against the embedded engine alone and through the write gate and the"
                    + " journal, in turn in one JVM.",
            "Prints the medians of the second half, their ratio beside its bar, and the bytes of journal per change;"
                    + " ends with 1 if a bar is missed.",
            "The engine hands each write to a thread of its own, and waking an idle core may take longer than the"
                    + " write: run it under 'taskset -c 0' to see the work alone."
        },
        mixinStandardHelpOptions = true)
public final class GateBench implements Callable<Integer> {
    private static final String GATED = "Gated";
    private static final String PLAIN = "Plain";
    private static final int ROUNDS = 20;
    private static final double BAR = 1.5;
    /** An update asks for the image before it as well, unless the gate knows it. */
    private static final double UPDATE_BAR = 3;

    @Option(names = "--writes", paramLabel = "N", description = "of each kind (default: ${DEFAULT-VALUE})")
    private int writes = 40_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("penstock-bench");
        try (EmbeddedEngine engine = EmbeddedEngine.start();
                RegionStore store = RegionStore.open(new RegionStore.Options(
                        "eu-central-1", new MovableClock(InstantSource.system()), folder, engine.client()))) {
            DynamoDbClient plain = engine.client();
            Items.table(plain, PLAIN);
            store.create(
                    plain.describeTable(describe -> describe.tableName(PLAIN)).table().toBuilder()
                            .tableName(GATED)
                            .tableArn("arn:aws:dynamodb:eu-central-1:000000000000:table/" + GATED)
                            .tableStatus(TableStatus.ACTIVE)
                            .build(),
                    table -> List.of());
            IntConsumer ours = i -> store.put(put(GATED, i));
            IntConsumer theirs = i -> plain.putItem(put(PLAIN, i));
            List<Bar> bars = List.of(
                    compare("PutItem, new item", BAR, folder, theirs, ours),
                    compare("PutItem over another", BAR, folder, theirs, ours),
                    compare(
                            "UpdateItem",
                            UPDATE_BAR,
                            folder,
                            i -> plain.updateItem(update(PLAIN, i)),
                            i -> store.update(update(GATED, i))),
                    compare(
                            "DeleteItem",
                            BAR,
                            folder,
                            i -> plain.deleteItem(delete(PLAIN, i)),
                            i -> store.delete(delete(GATED, i))));
            bars.forEach(bar -> bar.print(out));
            return bars.stream().allMatch(Bar::isMet) ? 0 : 1;
        } finally {
            delete(folder);
        }
    }

    private Bar compare(String what, double bar, Path folder, IntConsumer plain, IntConsumer gated) throws IOException {
        int perRound = Math.max(1, writes / ROUNDS);
        long[] plainNanos = new long[ROUNDS * perRound];
        long[] gatedNanos = new long[ROUNDS * perRound];
        long before = bytes(folder);
        for (int from = 0; from < plainNanos.length; from += perRound) {
            time(plain, plainNanos, from, perRound);
            time(gated, gatedNanos, from, perRound);
        }
        double alone = median(plainNanos);
        double through = median(gatedNanos);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%-22s engine alone p50 %.0f us, with gate and journal p50 %.0f us, %d bytes per change%n",
                what, alone / 1e3, through / 1e3, (bytes(folder) - before) / gatedNanos.length);
        out.flush();
        return Bar.most(what + ", times the engine alone", through / alone, bar);
    }

    private static void time(IntConsumer write, long[] nanos, int from, int count) {
        for (int i = from; i < from + count; i++) {
            long start = System.nanoTime();
            write.accept(i);
            nanos[i] = System.nanoTime() - start;
        }
    }

    /** Of the second half, when the code is compiled. */
    private static double median(long[] nanos) {
        long[] warm = Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }

    /** Of the changes alone: checkpoints come and go meanwhile. */
    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static PutItemRequest put(String table, int i) {
        return PutItemRequest.builder().tableName(table).item(Items.item(i)).build();
    }

    private static Map<String, AttributeValue> key(int i) {
        return Map.of("id", Items.item(i).get("id"));
    }

    private static UpdateItemRequest update(String table, int i) {
        return UpdateItemRequest.builder()
                .tableName(table)
                .key(key(i))
                .updateExpression("ADD n :one")
                .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1")))
                .build();
    }

    private static DeleteItemRequest delete(String table, int i) {
        return DeleteItemRequest.builder().tableName(table).key(key(i)).build();
    }
}
