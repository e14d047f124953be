package dev.penstock.lambdas.replication;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Filter;
import dev.penstock.lambdas.catalog.KeyMapping;
import dev.penstock.lambdas.catalog.Mask;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.testing.Engine;
import dev.penstock.lambdas.testing.StreamedTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicationTest {
    private static final Table ORDERS = Storefront.catalog().table("Orders");
    private static final String LABEL = "2026-11-22T09:00:00.000";
    private static final Replication MASKED = Replication.named("Masked", ORDERS)
            .to("OrdersMasked", "eu-west-1")
            .key(
                    new KeyMapping("order", Attribute.Type.S, List.of("orderId", "customerId")),
                    new KeyMapping("customer", Attribute.Type.S, List.of("customerId")))
            .where(Filter.not(Filter.anyOf("status", "CANCELLED")))
            .mask(Mask.drop("country"), Mask.redact("total"), Mask.redact("lines.price"), Mask.drop("address.street"))
            .build();

    private final List<String> conflicts = new ArrayList<>();
    private Engine engine;
    private StreamedTable orders;

    @BeforeEach
    void open() {
        engine = new Engine(new Catalog(List.of(ORDERS, MASKED.targetTable()), List.of(), List.of(), List.of()));
        orders = new StreamedTable(engine.client(), ORDERS, LABEL);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void rowIsMaskedAndUnderItsOwnKey() {
        deliver(orders.put(with(
                        order("c1", "o1", "NEW", 50, "p1"),
                        "address",
                        new Value.M(Map.of("street", Value.string("1 Main St"), "city", Value.string("Ulm")))))
                .orElseThrow());
        Map<String, Value> row = rows().getFirst();
        assertEquals(Value.string("o1#c1"), row.get("order"));
        assertEquals(Value.string("c1"), row.get("customer"));
        assertEquals(Value.number(0), row.get("total"));
        assertEquals(Value.string("NEW"), row.get("status"));
        assertEquals(new Value.M(Map.of("city", Value.string("Ulm"))), row.get("address"));
        assertTrue(!row.containsKey("country"));
        assertEquals(
                new Value.L(List.of(new Value.M(Map.of(
                        "productId", Value.string("p1"), "quantity", Value.number(1), "price", Value.number(0))))),
                row.get("lines"));
    }

    @Test
    void itemThatIsNoLongerAcceptedLeavesATombstone() {
        deliver(orders.put(order("c1", "o1", "NEW", 50)).orElseThrow());
        deliver(orders.put(order("c1", "o1", "CANCELLED", 50)).orElseThrow());
        Map<String, Value> row = rows().getFirst();
        assertEquals(new Value.Bool(true), row.get(Replication.REMOVED));
        assertTrue(!row.containsKey("status"), "a tombstone holds no data");
        assertTrue(row.get(Replication.TTL) instanceof Value.N, "TTL sweeps it");
    }

    @Test
    void lateAndRepeatedChangesChangeNothing() {
        DynamodbStreamRecord first = orders.put(order("c1", "o1", "NEW", 1)).orElseThrow();
        DynamodbStreamRecord second = orders.put(order("c1", "o1", "PAID", 1)).orElseThrow();
        DynamodbStreamRecord third = orders.delete(orderKey("c1", "o1")).orElseThrow();
        deliver(third);
        deliver(second, first);
        deliver(first);
        deliver(second);
        assertEquals(new Value.Bool(true), rows().getFirst().get(Replication.REMOVED));
        assertEquals(List.of(), conflicts, "one place alone has no conflicts");
    }

    @Test
    void laterWriteOfAnotherRegionWinsAndTheOtherIsLogged() {
        Map<String, Value> here = order("c1", "o1", "NEW", 1);
        Map<String, Value> there = order("c1", "o1", "PAID", 2);
        DynamodbStreamRecord early = record("eu-central-1", "1", "2026-11-22T10:00:00Z", here);
        DynamodbStreamRecord late = record("us-east-1", "1", "2026-11-22T10:00:01Z", there);
        deliver(late);
        deliver(early);
        assertEquals(Value.string("PAID"), rows().getFirst().get("status"));
        assertEquals(1, conflicts.size());
        assertTrue(
                conflicts.getFirst().contains("eu-central-1")
                        && conflicts.getFirst().contains("NEW"),
                conflicts::toString);
        // In one second the region that comes later in the alphabet wins, whichever arrives first.
        DynamodbStreamRecord west = record("us-west-2", "1", "2026-11-22T10:00:01Z", here);
        deliver(west);
        deliver(late);
        assertEquals(Value.string("NEW"), rows().getFirst().get("status"));
    }

    @Test
    void ringOfReplicationsEnds() {
        DynamodbStreamRecord made = record("eu-central-1", "1", "2026-11-22T10:00:00Z", order("c1", "o1", "NEW", 1));
        Map<String, Value> carried = with(
                with(order("c1", "o1", "NEW", 1), Replication.VERSION, Value.string("000000000009|x|l|1")),
                Replication.ORIGIN,
                Value.string("eu-west-1/000000000000/OrdersMasked"));
        DynamodbStreamRecord back = record("eu-central-1", "2", "2026-11-22T10:00:05Z", carried);
        deliver(back);
        assertEquals(List.of(), rows(), "a write is not sent back to where it was made");
        Map<String, Value> onward = with(carried, Replication.ORIGIN, Value.string("ap-south-1/000000000000/Orders"));
        deliver(record("eu-central-1", "3", "2026-11-22T10:00:06Z", onward));
        assertEquals(
                Value.string("000000000009|x|l|1"), rows().getFirst().get(Replication.VERSION), "it keeps its version");
        deliver(made);
        assertEquals(
                Value.string("eu-central-1/000000000000/Orders"),
                rows().getFirst().get(Replication.ORIGIN));
        // TTL sweeps a tombstone of the source: nothing that anybody did.
        Map<String, Value> tombstone = with(orderKey("c1", "o1"), Replication.REMOVED, new Value.Bool(true));
        deliver(StreamedTable.record(
                ORDERS, LABEL, "9", Instant.parse("2026-12-30T10:00:00Z"), tombstone, Map.of(), true));
        assertEquals(Value.string("NEW"), rows().getFirst().get("status"));
    }

    @Test
    void backfillShowsWhatWasThereBeforeAndNeverOverwritesTheStream() {
        orders.put(order("c1", "old", "NEW", 1));
        orders.put(order("c1", "changed", "NEW", 1));
        deliver(orders.put(order("c1", "changed", "PAID", 1)).orElseThrow());
        orders.put(order("c1", "gone", "NEW", 1));
        DynamodbStreamRecord deleted = orders.delete(orderKey("c1", "gone")).orElseThrow();
        Catalog catalog = new Catalog(List.of(ORDERS), List.of(), List.of(), List.of(), List.of(MASKED));
        Backfill backfill = new Backfill(catalog, MASKED, new TableNames(""), engine.client(), engine.client());
        assertEquals(new Backfill.Report(2, 1), backfill.run("eu-central-1/000000000000", done -> {}));
        assertEquals(new Backfill.Report(2, 0), backfill.run("eu-central-1/000000000000", done -> {}));
        deliver(deleted);
        deliver(orders.put(order("c1", "old", "SHIPPED", 1)).orElseThrow());
        assertEquals(
                List.of("PAID", "SHIPPED"),
                rows().stream()
                        .filter(row -> !row.containsKey(Replication.REMOVED))
                        .map(row -> ((Value.S) row.get("status")).value())
                        .sorted()
                        .toList());
        assertEquals(List.of(), conflicts);
    }

    @Test
    void declarationsThatCantWorkAreRefused() {
        refused(Replication.named("Masked", ORDERS)
                .to("OrdersMasked", "eu-west-1")
                .key(new KeyMapping("status", Attribute.Type.S, List.of("status", "orderId", "customerId")))
                .build());
        refused(Replication.named("Masked", ORDERS)
                .to("OrdersMasked", "eu-west-1")
                .key(new KeyMapping("orderId", Attribute.Type.S, List.of("orderId")))
                .build());
        refused(Replication.named("Masked", ORDERS)
                .to("OrdersMasked", "eu-west-1")
                .mask(Mask.redact("customerId"))
                .build());
        assertThrows(
                IllegalArgumentException.class,
                () -> Replication.named("Masked", ORDERS)
                        .to("OrdersMasked", "Frankfurt")
                        .build());
        assertThrows(
                IllegalArgumentException.class,
                () -> Replication.named("Masked", ORDERS)
                        .to("OrdersMasked", "eu-west-1")
                        .inAccount("12")
                        .build());
        Table global = Table.named("Notes")
                .key("owner")
                .replicated(Table.Replicas.EVENTUAL)
                .build();
        Replication one =
                Replication.named("One", global).to("Notes1", "eu-west-1").build();
        Replication two =
                Replication.named("Two", global).to("Notes2", "eu-west-1").build();
        assertThrows(
                IllegalArgumentException.class,
                () -> new Catalog(List.of(global), List.of(), List.of(), List.of(), List.of(one, two)),
                "a shard has two readers, and a global table's replication is one");
    }

    private static void refused(Replication replication) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Catalog(List.of(ORDERS), List.of(), List.of(), List.of(), List.of(replication)));
    }

    private static DynamodbStreamRecord record(String region, String sequence, String time, Map<String, Value> item) {
        DynamodbStreamRecord record =
                StreamedTable.record(ORDERS, LABEL, sequence, Instant.parse(time), Map.of(), item, false);
        record.setEventSourceARN(record.getEventSourceARN().replace("eu-central-1", region));
        return record;
    }

    private void deliver(DynamodbStreamRecord... records) {
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(List.of(records));
        var writer = new CopyWriter(
                engine.client(),
                "OrdersMasked",
                MASKED,
                ORDERS,
                (key, winner, loser, row) -> conflicts.add(loser + " " + row));
        var replicator = new Replicator(
                writer, "eu-west-1/000000000000/OrdersMasked", InParallel.oneByOne(), Telemetry.silent());
        var handler = new ReplicationHandler(
                replicator,
                (record, reason) -> {
                    throw new AssertionError(reason);
                },
                Telemetry.silent());
        assertEquals(List.of(), handler.handleRequest(event, null).getBatchItemFailures());
    }

    private List<Map<String, Value>> rows() {
        return engine.client().scan(scan -> scan.tableName("OrdersMasked")).items().stream()
                .map(Items::fromSdk)
                .toList();
    }
}
