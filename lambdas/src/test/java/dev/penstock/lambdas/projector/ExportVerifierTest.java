package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.item.Value.number;
import static dev.penstock.lambdas.item.Value.string;
import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.usageKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.verify.Difference;
import dev.penstock.lambdas.verify.ExportVerifier;
import dev.penstock.lambdas.verify.Findings;
import dev.penstock.lambdas.verify.TablesAt;
import dev.penstock.lambdas.verify.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What was wrong at T is told, what was only under way at T is not. */
@Tag("rule-16")
class ExportVerifierTest {
    private static final int HISTORIES = Integer.getInteger("penstock.tries", 12);

    @TempDir
    private Path folder;

    private final Shop shop = new Shop();

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void equalTablesHaveNoDifferences() throws IOException {
        someOrders();
        someUsage();
        shop.expireUsage(usageKey("e1"));
        deliver();
        assertEquals(new Findings(List.of(), List.of(), 0), verify(at(), () -> true));
    }

    /** Sums are compared with what is remembered of each item, so that stays for as long as they count it. */
    @Test
    void whatSurvivesExpiryIsRememberedWhenTombstonesAreForgotten() throws IOException {
        someUsage();
        shop.expireUsage(usageKey("e1"));
        deliver();
        shop.usage.advance(Transaction.TOMBSTONE.plusDays(1));
        shop.forget(shop.usage);
        assertEquals(new Findings(List.of(), List.of(), 0), verify(at(), () -> true));
    }

    @Test
    void whatWasUnderWayAtThatTimeIsNotTold() throws IOException {
        someOrders();
        someUsage();
        deliver();
        shop.orders.put(order("c1", "o1", "PAID", 7, "p2"));
        shop.orders.put(order("c9", "o9", "NEW", 9, "p9"));
        shop.orders.delete(orderKey("c2", "o2"));
        shop.usage.put(usage("late", "search", 10, 5));
        TablesAt exports = at();
        // Nothing passed yet: all of it is still missing.
        assertFalse(verify(exports, () -> true).differences().isEmpty());
        assertEquals(new Findings(List.of(), List.of(), 0), verify(exports, () -> {
            deliver();
            return true;
        }));
    }

    /** Also where nothing tells that the stream has passed, as on AWS. */
    @Test
    void whatWasUnderWayIsNotToldWhereNothingTellsThatItPassed() throws IOException {
        someOrders();
        deliver();
        shop.orders.put(order("c1", "o1", "PAID", 7, "p2"));
        int[] looks = new int[1];
        assertTrue(verify(at(), () -> {
                    if (++looks[0] == 2) {
                        deliver();
                    }
                    return false;
                })
                .isEmpty());
    }

    @Test
    void rowsChangedAddedAndLostAreTold() throws IOException {
        someOrders();
        deliver();
        Map<String, Value> row = shop.rows("OrdersByStatus").getFirst();
        write("OrdersByStatus", row, "total", number(1_000));
        write("OrdersByStatus", row, "status", string("GHOST"));
        delete("OpenOrders", orderKey("c1", "o1"));
        List<Difference> told = verify(at(), () -> true).differences();
        assertEquals(3, told.size(), told::toString);
        assertEquals(
                1,
                told.stream()
                        .filter(each -> each.expected().equals(Difference.NONE))
                        .count());
        assertEquals(
                1,
                told.stream()
                        .filter(each -> each.actual().equals(Difference.NONE))
                        .count());
    }

    @Test
    void aSumAndAShareChangedByHandAreTold() throws IOException {
        someOrders();
        someUsage();
        deliver();
        addTo("CustomerTotals", "orders");
        addTo("UsageByHour", "events");
        Map<String, Value> control = shop.rows(Catalog.controlName("Orders")).getFirst();
        Map<String, Value> effects = new HashMap<>(((Value.M) control.get("effects")).values());
        effects.remove("ProductSales");
        write(Catalog.controlName("Orders"), control, "effects", new Value.M(effects));
        List<String> told = verify(at(), () -> true).differences().stream()
                .map(Difference::effect)
                .distinct()
                .toList();
        assertEquals(List.of("CustomerTotals", "ProductSales", "UsageByHour"), told);
    }

    /** Without the export of the control table the sums are compared with the items. */
    @Test
    void sumsAreComparedWithoutTheControlTableToo() throws IOException {
        someOrders();
        deliver();
        assertTrue(
                verify(without(at(), Catalog.controlName("Orders")), () -> true).isEmpty());
        addTo("CustomerTotals", "total");
        assertEquals(
                1,
                verify(without(at(), Catalog.controlName("Orders")), () -> true)
                        .differences()
                        .size());
    }

    /** The export has the item and the archive, which is read later, has it too. */
    @Test
    void whatExpiredSinceCountsOnce() throws IOException {
        someUsage();
        deliver();
        TablesAt exports = at();
        shop.expireUsage(usageKey("e2"));
        deliver();
        assertEquals(new Findings(List.of(), List.of(), 0), verify(exports, () -> true));
    }

    /** A row of an item that expired, and is archived, ought to stay; of one that somebody deleted it ought not to. */
    @Test
    void keptRowsFollowTheArchive() throws IOException {
        someUsage();
        deliver();
        shop.expireUsage(usageKey("e2"));
        deliver();
        assertTrue(verify(at(), () -> true).isEmpty());
        shop.expired.clear();
        List<String> told = verify(at(), () -> true).differences().stream()
                .map(Difference::effect)
                .distinct()
                .toList();
        assertTrue(told.contains("UsageByUser"), told::toString);
        assertTrue(told.contains("AllUsage"), told::toString);
    }

    @Test
    void aKeptRowThatIsLostIsTold() throws IOException {
        someUsage();
        deliver();
        shop.expireUsage(usageKey("e2"));
        deliver();
        Map<String, Value> row = shop.rows("UsageByUser").stream()
                .filter(each -> string("e2").equals(each.get("eventId")))
                .findFirst()
                .orElseThrow();
        delete("UsageByUser", Map.of("userId", row.get("userId"), "event", row.get("event")));
        List<Difference> told = verify(at(), () -> true).differences();
        assertEquals(1, told.size(), told::toString);
        assertEquals(Difference.NONE, told.getFirst().actual());
    }

    /** A group that is written all the time is not told from a later export's point of view, but said to be open. */
    @Test
    void aGroupWrittenSinceIsUndecided() throws IOException {
        someUsage();
        deliver();
        shop.usage.put(usage("under-way", "search", 10, 5));
        TablesAt exports = at();
        Findings findings = verify(exports, () -> {
            shop.usage.put(usage("since", "search", 10, 5));
            deliver();
            return true;
        });
        assertEquals(List.of(), findings.differences());
        assertTrue(
                findings.undecided().stream().anyMatch(each -> each.effect().equals("UsageByHour")),
                findings::toString);
        assertTrue(verify(at(), () -> true).isEmpty(), "at a later time it is decided");
    }

    /** A hot group in contribution mode needs no second time: each item is told by its control row. */
    @Test
    void aContributionGroupWrittenAllTheTimeIsDecided() throws IOException {
        someOrders();
        deliver();
        shop.orders.put(order("c1", "under-way", "NEW", 7, "p2"));
        int[] more = new int[1];
        assertEquals(new Findings(List.of(), List.of(), 0), verify(at(), () -> {
            shop.orders.put(order("c1", "since" + more[0]++, "NEW", 7, "p2"));
            deliver();
            return true;
        }));
    }

    /**
     * Random histories, of which a part is under way at T, with a row changed by hand now and then: told is what the
     * verifier that reads whole tables finds once everything is applied.
     */
    @Test
    void tellsWhatAReadingOfAllTablesTells() throws IOException {
        int wrong = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            try (var history = new Shop()) {
                wrong += history(history, new Random(seed)) ? 1 : 0;
            }
        }
        assertTrue(wrong > 0 && wrong < HISTORIES, "histories with a difference: " + wrong);
    }

    private boolean history(Shop one, Random random) throws IOException {
        for (int i = 0; i < 40; i++) {
            change(one, random, i);
        }
        List<DynamodbStreamRecord> orders = new ArrayList<>(one.orders.records());
        List<DynamodbStreamRecord> events = new ArrayList<>(one.usage.records());
        int ordersDone = Math.max(0, orders.size() - random.nextInt(8));
        int eventsDone = Math.max(0, events.size() - random.nextInt(8));
        one.deliver(orders.subList(0, ordersDone));
        one.deliver("shard", events.subList(0, eventsDone));
        if (random.nextBoolean()) {
            corrupt(one, random);
        }
        Runnable rest = () -> {
            one.deliver(orders.subList(ordersDone, orders.size()));
            one.deliver("shard", events.subList(eventsDone, events.size()));
        };
        Map<String, Findings> found = verify(one, at(one), () -> {
            rest.run();
            return true;
        });
        boolean undecided =
                found.values().stream().anyMatch(each -> !each.undecided().isEmpty());
        if (undecided) {
            found = verify(one, at(one), () -> true);
        }
        List<String> told = found.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        rest.run();
        List<String> expected =
                one.differences().stream().map(Difference::effect).distinct().toList();
        assertEquals(expected, told, () -> "of " + one.differences());
        return !told.isEmpty();
    }

    private static void change(Shop one, Random random, int i) {
        String customer = "c" + random.nextInt(4);
        String id = "o" + random.nextInt(6);
        switch (random.nextInt(5)) {
            case 0 -> one.orders.delete(orderKey(customer, id));
            case 1 -> one.usage.put(usage("e" + i, random.nextBoolean() ? "search" : "login", 9 + i % 3, i));
            case 2 -> one.expireUsage(usageKey("e" + random.nextInt(i + 1)));
            default ->
                one.orders.put(
                        order(customer, id, random.nextBoolean() ? "NEW" : "PAID", random.nextInt(50), "p" + i % 4));
        }
    }

    private static void corrupt(Shop one, Random random) {
        List<Effect> effects = one.catalog.effects();
        Effect effect = effects.get(random.nextInt(effects.size()));
        List<Map<String, Value>> rows = one.rows(effect.tableName());
        if (rows.isEmpty()) {
            return;
        }
        Map<String, Value> row = rows.get(random.nextInt(rows.size()));
        String attribute = effect instanceof Aggregate aggregate
                ? aggregate.measures().getFirst().name()
                : "changedByHand";
        write(one, effect.tableName(), row, attribute, number(1_000 + random.nextInt(9)));
    }

    private Findings verify(TablesAt exports, Verifier.Settled settled) throws IOException {
        return Findings.of(verify(shop, exports, settled).values());
    }

    private Map<String, Findings> verify(Shop one, TablesAt exports, Verifier.Settled settled) throws IOException {
        ExportVerifier verifier =
                new ExportVerifier(one.catalog, one.client(), new TableNames(""), one::expiredItems, folder);
        Map<String, Findings> found = new java.util.LinkedHashMap<>();
        for (Effect effect : one.catalog.effects()) {
            found.put(effect.tableName(), verifier.verify(effect, exports, settled));
        }
        return found;
    }

    private TablesAt at() {
        return at(shop);
    }

    /** All tables as they are now. */
    private static TablesAt at(Shop one) {
        Map<String, List<Map<String, Value>>> tables = new HashMap<>();
        one.catalog.allTables().forEach(table -> tables.put(table.name(), one.rows(table.name())));
        return new Copies(tables);
    }

    private static TablesAt without(TablesAt exports, String table) {
        Map<String, List<Map<String, Value>>> others = new HashMap<>(((Copies) exports).tables());
        others.remove(table);
        return new Copies(others);
    }

    private record Copies(Map<String, List<Map<String, Value>>> tables) implements TablesAt {
        @Override
        public boolean has(String table) {
            return tables.containsKey(table);
        }

        @Override
        public void items(String table, Consumer<Map<String, Value>> item) throws IOException {
            if (!has(table)) {
                throw new IOException("not exported: " + table);
            }
            tables.getOrDefault(table, List.of()).forEach(item);
        }
    }

    private void someOrders() {
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        shop.orders.put(order("c2", "o2", "NEW", 2, "p1", "p2"));
        shop.orders.put(order("c3", "o3", "PAID", 3, "p3"));
    }

    private void someUsage() {
        for (int i = 0; i < 4; i++) {
            shop.usage.put(usage("e" + i, i % 2 == 0 ? "search" : "login", 10, i));
        }
    }

    /** All that was written so far, again and again: redelivery does no harm. */
    private void deliver() {
        shop.deliver(shop.orders.records());
        shop.deliver("shard", shop.usage.records());
    }

    private void addTo(String table, String measure) {
        Map<String, Value> row = shop.rows(table).getFirst();
        write(table, row, measure, number(((Value.N) row.get(measure)).value().longValue() + 1));
    }

    private void write(String table, Map<String, Value> row, String attribute, Value value) {
        write(shop, table, row, attribute, value);
    }

    private static void write(Shop one, String table, Map<String, Value> row, String attribute, Value value) {
        Map<String, AttributeValue> changed = Items.toSdk(row);
        changed.put(attribute, Items.toSdk(value));
        one.client().putItem(put -> put.tableName(table).item(changed));
    }

    private void delete(String table, Map<String, Value> key) {
        shop.client().deleteItem(delete -> delete.tableName(table).key(Items.toSdk(key)));
    }
}
