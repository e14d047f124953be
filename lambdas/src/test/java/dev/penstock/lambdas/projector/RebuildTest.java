package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.usageKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.verify.Difference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Whatever derived tables hold, a rebuild makes them what their source gives. */
class RebuildTest extends ShopTest {
    @Test
    void emptiedViewsAndAggregatesComeBack() {
        orders();
        shop.deliver(shop.orders.records());
        for (String table : List.of("OrdersByStatus", "OpenOrders", "CustomerTotals", Catalog.controlName("Orders"))) {
            empty(table);
        }
        // Sums of which nothing is remembered must go too: a rebuild adds what is not remembered.
        empty("StatusCounts");
        empty("ProductSales");
        assertFalse(shop.differences().isEmpty());
        shop.rebuild("Orders");
        shop.assertExact();
        assertEquals(0, shop.rebuild("Orders").swept());
        shop.assertExact();
    }

    @Test
    void straysOfViewsAreSwept() {
        orders();
        shop.deliver(shop.orders.records());
        for (var row : shop.rows("OrdersByStatus")) {
            var stray = new HashMap<>(Items.toSdk(row));
            stray.put("status", AttributeValue.fromS("GHOST"));
            shop.client().putItem(put -> put.tableName("OrdersByStatus").item(stray));
        }
        assertEquals(6, shop.differences().size());
        assertEquals(6, shop.rebuild("Orders").swept());
        shop.assertExact();
    }

    @Test
    void whatSurvivesExpiryIsRebuiltFromTheArchive() {
        for (int i = 0; i < 6; i++) {
            shop.usage.put(usage("e" + i, i % 2 == 0 ? "search" : "login", 10 + i, i));
        }
        shop.expireUsage(usageKey("e1"));
        shop.expireUsage(usageKey("e2"));
        shop.deliver("shard", shop.usage.records());
        shop.assertExact();
        for (String table : List.of("UsageByUser", "AllUsage", "LiveUsage", Catalog.controlName("UsageEvents"))) {
            empty(table);
        }
        shop.rebuild("UsageEvents");
        assertEquals(List.of(), shop.differences());
        assertEquals(6, shop.rows("UsageByUser").size());
    }

    /** What is remembered of an expired item stays for as long as its share does, or each rebuild would add it again. */
    @Test
    void whatSurvivesExpiryCountsOnceHoweverLateItIsRebuilt() {
        for (int i = 0; i < 6; i++) {
            shop.usage.put(usage("e" + i, i % 2 == 0 ? "search" : "login", 10 + i, i));
        }
        shop.expireUsage(usageKey("e1"));
        shop.expireUsage(usageKey("e2"));
        shop.deliver("shard", shop.usage.records());
        for (int rebuilds = 0; rebuilds < 3; rebuilds++) {
            shop.usage.advance(Transaction.TOMBSTONE.plusDays(1));
            shop.forget(shop.usage);
            shop.assertExact();
            shop.rebuild("UsageEvents");
            shop.assertExact();
        }
    }

    /** They are more with every day: one that is right costs a rebuild no write but those of its views' rows. */
    @Test
    void expiredItemsThatAreRightAreNotWrittenTwice() {
        shop.usage.put(usage("e1", "search", 10, 1));
        shop.usage.put(usage("e2", "login", 10, 1));
        shop.expireUsage(usageKey("e1"));
        shop.deliver("shard", shop.usage.records());
        List<Map<String, Value>> before = shop.rows(Catalog.controlName("UsageEvents"));
        assertEquals(2, shop.rebuild("UsageEvents").written(), "the row of each in UsageByUser");
        assertEquals(before, shop.rows(Catalog.controlName("UsageEvents")));
    }

    @Test
    void recordsThatWereMissedAreMadeUpForAndLateOnesAreNoneTheWorse() {
        orders();
        List<Difference> before = shop.differences();
        assertFalse(before.isEmpty());
        shop.rebuild("Orders");
        shop.assertExact();
        shop.deliver(shop.orders.records());
        shop.assertExact();
    }

    /** The stream is there between the reading of the control row and the write: what it wrote stands. */
    @Test
    void theStreamOvertakesARebuild() {
        orders();
        shop.deliver(shop.orders.records());
        AtomicBoolean once = new AtomicBoolean();
        DynamoDbClient overtaken = FaultyClient.wrap(
                shop.breakable(),
                new FaultyClient.Around() {
                    @Override
                    public void before(String operation) {
                        if (operation.equals("transactWriteItems") && once.compareAndSet(false, true)) {
                            for (int i = 0; i < 6; i++) {
                                shop.orders.put(order("c" + i % 2, "o" + i, "SHIPPED", 7, "p3"));
                                shop.deliver(shop.orders.last());
                            }
                        }
                    }
                },
                request -> request);
        Rebuild.Report report = shop.rebuild("Orders", overtaken);
        assertTrue(once.get());
        assertEquals(1, report.overtaken(), report::toString);
        shop.assertExact();
    }

    private void orders() {
        for (int i = 0; i < 6; i++) {
            shop.orders.put(order("c" + i % 2, "o" + i, i % 3 == 0 ? "NEW" : "PAID", 10L * i, "p1", "p2"));
        }
    }

    private void empty(String table) {
        shop.engine.recreate(shop.catalog.allTables().stream()
                .filter(each -> each.name().equals(table))
                .findFirst()
                .orElseThrow());
    }
}
