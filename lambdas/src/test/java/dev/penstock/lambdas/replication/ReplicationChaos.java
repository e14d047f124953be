package dev.penstock.lambdas.replication;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.without;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Filter;
import dev.penstock.lambdas.catalog.KeyMapping;
import dev.penstock.lambdas.catalog.Mask;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.CopiedRow;
import dev.penstock.lambdas.stream.MalformedRecordException;
import dev.penstock.lambdas.stream.StreamRecords;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.testing.ChaosFaults;
import dev.penstock.lambdas.testing.ChaosStream;
import dev.penstock.lambdas.testing.Engine;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.testing.StreamedTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;

/**
 * One random history, the same for the same seed: two tables in two regions are written, also under the same keys, and
 * replicated, masked, into one table of a third region, under the faults that projectors are tested with. At the end the
 * target must hold what the last writer of each key left, by (time, region).
 */
final class ReplicationChaos implements AutoCloseable {
    private static final String LABEL = "2026-11-22T09:00:00.000";
    private static final String[] STATUSES = {"NEW", "PAID", "SHIPPED", "CANCELLED"};
    private static final Table HERE = table("OrdersHere");
    private static final Table THERE = table("OrdersThere");
    private static final List<Replication> BOTH =
            List.of(replication("FromHere", HERE), replication("FromThere", THERE));

    final Engine engine;
    final Set<String> lost = new TreeSet<>();
    private final Random random;
    private final ChaosFaults faults;
    private final List<Side> sides;
    private final Map<Map<String, Value>, Last> winners = new HashMap<>();

    /** What the rule says that a key must be. */
    private record Last(Version version, Optional<Map<String, Value>> row) {}

    private ReplicationChaos(long seed, UnaryOperator<DynamoDbRequest> breakage) {
        random = new Random(seed);
        engine = new Engine(
                new Catalog(List.of(HERE, THERE, BOTH.getFirst().targetTable()), List.of(), List.of(), List.of()));
        faults = new ChaosFaults(random, this::deliver, this::restart);
        sides = List.of(new Side(BOTH.getFirst(), HERE, "eu-central-1"), new Side(BOTH.getLast(), THERE, "us-east-1"));
        sides.forEach(side -> side.client = FaultyClient.wrap(
                FaultyClient.wrap(engine.client(), new FaultyClient.Around() {}, breakage),
                faults,
                request -> request));
        restart();
    }

    /** Rows that differ from the rule after a history of so many steps. */
    static Map<Map<String, Value>, String> differences(long seed, int steps, UnaryOperator<DynamoDbRequest> breakage) {
        try (ReplicationChaos chaos = new ReplicationChaos(seed, breakage)) {
            chaos.run(steps);
            return chaos.differences();
        }
    }

    private void run(int steps) {
        for (int i = 0; i < steps; i++) {
            int choice = random.nextInt(100);
            Side side = sides.get(random.nextInt(2));
            if (choice < 45) {
                side.change();
            } else if (choice < 48) {
                side.stream.reshard(1 + random.nextInt(4));
            } else {
                deliver();
            }
        }
        faults.calm();
        for (Side side : sides) {
            for (int i = 0; i < 1_000 && side.stream.hasDiscarded(); i++) {
                side.stream.redrive(side::invoke);
            }
            for (int i = 0; i < 1_000 && side.stream.hasMore(); i++) {
                side.stream.deliver(40, true, false, side::invoke);
            }
        }
    }

    private void deliver() {
        int choice = random.nextInt(100);
        Side side = sides.get(random.nextInt(2));
        if (choice < 8 && side.stream.hasDiscarded()) {
            side.stream.redrive(side::invoke);
        } else if (choice < 20) {
            side.stream.again(side::invoke);
        } else if (side.stream.hasMore() && choice < 25) {
            side.stream.discard();
        } else if (side.stream.hasMore()) {
            side.stream.deliver(20, false, false, side::invoke);
        }
    }

    private void restart() {
        sides.forEach(Side::restart);
    }

    private Map<Map<String, Value>, String> differences() {
        Map<Map<String, Value>, Map<String, Value>> held = new HashMap<>();
        engine.client().scanPaginator(scan -> scan.tableName("Copies")).items().forEach(item -> {
            Map<String, Value> row = Items.fromSdk(item);
            if (!row.containsKey(Replication.REMOVED)) {
                held.put(Map.of("order", row.get("order")), CopiedRow.plain(row));
            }
        });
        Map<Map<String, Value>, Map<String, Value>> expected = new HashMap<>();
        winners.forEach((key, last) ->
                last.row().ifPresent(row -> expected.put(Map.of("order", row.get("order")), row)));
        Map<Map<String, Value>, String> differences = new HashMap<>();
        Set<Map<String, Value>> keys = new HashSet<>(held.keySet());
        keys.addAll(expected.keySet());
        keys.forEach(key -> {
            Map<String, Value> must = expected.getOrDefault(key, Map.of());
            Map<String, Value> is = held.getOrDefault(key, Map.of());
            if (!must.equals(is)) {
                differences.put(key, "must be " + new TreeMap<>(must) + ", is " + new TreeMap<>(is));
            }
        });
        return differences;
    }

    @Override
    public void close() {
        engine.close();
    }

    private static Table table(String name) {
        return Table.named(name).key("customerId").sort("orderId").build();
    }

    private static Replication replication(String name, Table source) {
        return Replication.named(name, source)
                .to("Copies", "us-west-2")
                .key(new KeyMapping("order", Attribute.Type.S, List.of("customerId", "orderId")))
                .where(Filter.not(Filter.anyOf("status", "CANCELLED")))
                .mask(Mask.drop("country"), Mask.redact("total"), Mask.redact("lines.price"))
                .build();
    }

    /** One source with its stream and its function. */
    private final class Side {
        private final Replication replication;
        private final Table source;
        private final StreamedTable table;
        private final ChaosStream stream;
        private DynamoDbClient client;
        private ReplicationHandler handler;

        private Side(Replication replication, Table source, String region) {
            this.replication = replication;
            this.source = source;
            this.table = new StreamedTable(engine.client(), source, LABEL, region);
            this.stream = new ChaosStream(random, 1 + random.nextInt(4));
        }

        private void restart() {
            handler = new ReplicationHandler(
                    new Replicator(
                            new CopyWriter(
                                    client,
                                    "Copies",
                                    replication,
                                    source,
                                    (key, winner, loser, row) -> lost.add(key + loser)),
                            "us-west-2/000000000000/Copies",
                            InParallel.oneByOne(),
                            Telemetry.silent()),
                    (record, reason) -> {
                        throw new AssertionError(reason);
                    },
                    Telemetry.silent());
        }

        private void change() {
            String customer = "c" + random.nextInt(2);
            String id = "o" + random.nextInt(3);
            Optional<DynamodbStreamRecord> record = random.nextInt(4) == 0
                    ? table.delete(orderKey(customer, id))
                    : table.put(without(
                            order(customer, id, STATUSES[random.nextInt(4)], random.nextInt(50), "p1", "p2"),
                            random.nextInt(4) == 0 ? "currency" : "none"));
            record.ifPresent(made -> {
                stream.append(made);
                expect(made);
            });
        }

        private void expect(DynamodbStreamRecord record) {
            try {
                var change = StreamRecords.read(record);
                Version version = Version.of(change);
                winners.merge(
                        change.key(),
                        new Last(version, CopiedRow.of(replication, source, change.newImage())),
                        (before, now) -> before.version().compareTo(now.version()) > 0 ? before : now);
            } catch (MalformedRecordException e) {
                throw new AssertionError(e);
            }
        }

        private Optional<String> invoke(String shard, List<DynamodbStreamRecord> records) {
            return faults.invoke(records, batch -> {
                DynamodbEvent event = new DynamodbEvent();
                event.setRecords(batch);
                return handler.handleRequest(event, null).getBatchItemFailures().stream()
                        .findFirst()
                        .map(failure -> failure.getItemIdentifier());
            });
        }
    }
}
