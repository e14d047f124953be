package dev.penstock.local.store;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Faults;
import dev.penstock.local.journal.Journal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The process that {@link KillTest} kills: writers that report each acknowledged write on the standard output, in
 * order {@code put run.writer.n}, {@code add run.writer.n} or {@code pair run.writer.n}.
 */
final class KillChild {
    static final String TABLE = "Killed";
    private static final int WRITERS = 3;
    private static final int MOST = 100_000;
    /** The exit code of a deliberate crash, that of SIGKILL. */
    static final int CRASHED = 137;
    /** The exit code when something else went wrong. */
    private static final int BROKEN = 3;

    private KillChild() {}

    /** @param args folder, run, crash point or {@code none}, which time the point is reached */
    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        String run = args[1];
        Journal.Options journal = new Journal.Options(64 << 10, false, crash(args[2], Integer.parseInt(args[3])));
        RegionStore store = RegionStore.open(new RegionStore.Options(
                "eu-central-1",
                new MovableClock(InstantSource.system()),
                folder,
                EmbeddedEngine.start().client(),
                false,
                journal,
                failure -> Runtime.getRuntime().halt(CRASHED),
                count -> {}));
        for (int writer = 0; writer < WRITERS; writer++) {
            String name = run + "." + writer;
            Thread.ofPlatform().start(() -> write(store, name));
        }
    }

    private static void write(RegionStore store, String writer) {
        for (int n = 0; n < MOST; n++) {
            String id = writer + "." + n;
            try {
                switch (n % 3) {
                    case 0 -> acknowledge("put " + id, () -> store.put(put(id)));
                    case 1 -> acknowledge("add " + id, () -> store.update(add(id)));
                    default -> acknowledge("pair " + id, () -> store.transactWrite(pair(id)));
                }
            } catch (AwsError conflict) {
                // Two writers met on one key: not acknowledged, so nothing is promised.
            } catch (RuntimeException broken) {
                broken.printStackTrace();
                Runtime.getRuntime().halt(BROKEN);
            }
        }
    }

    private static void acknowledge(String line, Runnable write) {
        write.run();
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static PutItemRequest put(String id) {
        return PutItemRequest.builder()
                .tableName(TABLE)
                .item(Map.of("id", s("item" + id.hashCode() % 50), "op", s(id), "filler", s("x".repeat(200))))
                .build();
    }

    private static UpdateItemRequest add(String id) {
        return UpdateItemRequest.builder()
                .tableName(TABLE)
                .key(Map.of("id", s("counter")))
                .updateExpression("ADD adds :one SET op = :op")
                .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"), ":op", s(id)))
                .build();
    }

    private static TransactWriteItemsRequest pair(String id) {
        return TransactWriteItemsRequest.builder()
                .clientRequestToken(id)
                .transactItems(List.of(half("left" + id, id), half("right" + id, id)))
                .build();
    }

    private static TransactWriteItem half(String key, String id) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(TABLE).item(Map.of("id", s(key), "op", s(id))))
                .build();
    }

    private static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }

    private static Faults crash(String name, int time) {
        if (name.equals("none")) {
            return Faults.NONE;
        }
        Faults.Point at = Faults.Point.valueOf(name);
        AtomicInteger left = new AtomicInteger(time);
        return point -> {
            boolean now = point == at && left.decrementAndGet() == 0;
            if (now && point != Faults.Point.TORN_FRAME) {
                Runtime.getRuntime().halt(CRASHED);
            }
            return now;
        };
    }
}
