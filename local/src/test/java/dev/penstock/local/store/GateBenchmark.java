package dev.penstock.local.store;

import dev.penstock.local.clock.MovableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * What the gate and the journal cost: the same writes of 1 KB items against the embedded engine alone and through the
 * gate, interleaved in one JVM. Prints the medians, their ratio and the bytes of journal per change.
 */
public final class GateBenchmark {
    private static final int ROUNDS = 20;
    private static final int PER_ROUND = 2_000;

    private GateBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("penstock-bench");
        try (EmbeddedEngine engine = EmbeddedEngine.start();
                RegionStore store = RegionStore.open(new RegionStore.Options(
                        "eu-central-1", new MovableClock(InstantSource.system()), folder, engine.client()))) {
            Table gated = store.create(TestTables.described("eu-central-1", "Gated"), table -> List.of());
            new EngineTables(engine.client()).create(TestTables.described("eu-central-1", "Plain"));
            DynamoDbClient plain = engine.client();
            compare("PutItem", folder, i -> plain.putItem(put("Plain", i)), i -> store.put(put(gated.name(), i)));
            compare(
                    "PutItem over another",
                    folder,
                    i -> plain.putItem(put("Plain", i)),
                    i -> store.put(put(gated.name(), i)));
            compare(
                    "UpdateItem",
                    folder,
                    i -> plain.updateItem(update("Plain", i)),
                    i -> store.update(update(gated.name(), i)));
            compare(
                    "DeleteItem",
                    folder,
                    i -> plain.deleteItem(delete("Plain", i)),
                    i -> store.delete(delete(gated.name(), i)));
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void compare(String what, Path folder, IntConsumer plain, IntConsumer gated) throws Exception {
        long[] plainNanos = new long[ROUNDS * PER_ROUND];
        long[] gatedNanos = new long[ROUNDS * PER_ROUND];
        long before = bytes(folder);
        for (int round = 0; round < ROUNDS; round++) {
            for (int n = 0; n < PER_ROUND; n++) {
                int i = round * PER_ROUND + n;
                plainNanos[i] = time(plain, i);
            }
            for (int n = 0; n < PER_ROUND; n++) {
                int i = round * PER_ROUND + n;
                gatedNanos[i] = time(gated, i);
            }
        }
        double p = median(plainNanos);
        double g = median(gatedNanos);
        System.out.printf(
                Locale.ROOT,
                "%-22s engine alone p50 %.0f us, with gate and journal p50 %.0f us, ratio %.2f, %d bytes per change%n",
                what,
                p / 1e3,
                g / 1e3,
                g / p,
                (bytes(folder) - before) / gatedNanos.length);
    }

    private static long time(IntConsumer write, int i) {
        long start = System.nanoTime();
        write.accept(i);
        return System.nanoTime() - start;
    }

    /** Of the second half, when the code is compiled. */
    private static double median(long[] nanos) {
        long[] warm = Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }

    /** Of the changes alone: checkpoints come and go meanwhile. */
    private static long bytes(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static PutItemRequest put(String table, int i) {
        return PutItemRequest.builder()
                .tableName(table)
                .item(Map.of(
                        "id", AttributeValue.fromS("item-" + i),
                        "n", AttributeValue.fromN("" + System.nanoTime() % 1000),
                        "name", AttributeValue.fromS("a name"),
                        "filler", AttributeValue.fromS("x".repeat(950))))
                .build();
    }

    private static UpdateItemRequest update(String table, int i) {
        return UpdateItemRequest.builder()
                .tableName(table)
                .key(Map.of("id", AttributeValue.fromS("item-" + i)))
                .updateExpression("ADD n :one")
                .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1")))
                .build();
    }

    private static DeleteItemRequest delete(String table, int i) {
        return DeleteItemRequest.builder()
                .tableName(table)
                .key(Map.of("id", AttributeValue.fromS("item-" + i)))
                .build();
    }
}
