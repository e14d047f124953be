package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.usageKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.item.Value;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the projector makes of plain, ordered deliveries. */
class ProjectorTest {
    private final Shop shop = new Shop();

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void orderIsShownInEveryViewAndAggregate() {
        shop.orders.put(order("c1", "o1", "NEW", 10, "p1", "p2"));
        shop.deliver(shop.orders.records());
        assertEquals(1, shop.rows("OrdersByStatus").size());
        assertEquals(2, shop.rows("OrderLinesByProduct").size());
        var totals = shop.rows("CustomerTotals").getFirst();
        assertEquals(Value.number(1), totals.get("orders"));
        assertEquals(Value.number(10), totals.get("total"));
        assertEquals(Value.string("EUR"), totals.get("currency"));
        shop.assertExact();
    }

    @Test
    void rowMovesWithTheStatus() {
        shop.orders.put(order("c1", "o1", "NEW", 10));
        shop.deliver(shop.orders.last());
        shop.orders.put(order("c1", "o1", "PAID", 10));
        shop.deliver(shop.orders.last());
        assertEquals(
                Value.string("PAID"), shop.rows("OrdersByStatus").getFirst().get("status"));
        assertEquals(1, shop.rows("OrdersByStatus").size());
        shop.assertExact();
    }

    @Test
    void explodedRowsGrowAndShrinkWithTheList() {
        shop.orders.put(order("c1", "o1", "NEW", 10, "p1"));
        shop.deliver(shop.orders.last());
        shop.orders.put(order("c1", "o1", "NEW", 10, "p1", "p2", "p1", "p3"));
        shop.deliver(shop.orders.last());
        assertEquals(4, shop.rows("OrderLinesByProduct").size());
        shop.orders.put(order("c1", "o1", "NEW", 10, "p2"));
        shop.deliver(shop.orders.last());
        assertEquals(1, shop.rows("OrderLinesByProduct").size());
        shop.assertExact();
    }

    @Test
    void deleteTakesEverythingBack() {
        shop.orders.put(order("c1", "o1", "NEW", 10, "p1"));
        shop.orders.delete(orderKey("c1", "o1"));
        shop.deliver(shop.orders.records().getFirst());
        shop.deliver(shop.orders.last());
        assertEquals(0, shop.rows("OrdersByStatus").size());
        shop.assertExact();
    }

    /** Its lanes are as many as declared, whichever transactions chose them, and readers sum them. */
    @Test
    void aHotGroupHasLanesThatReadersSum() {
        for (int i = 0; i < 40; i++) {
            shop.orders.put(order("c1", "o" + i, "NEW", 10, "p1"));
            shop.deliver(shop.orders.last());
        }
        var lanes = shop.rows("StatusCounts");
        assertEquals(3, lanes.size(), lanes::toString);
        shop.assertExact();
    }

    @Test
    void aTombstoneStaysThreeWeeks() {
        shop.orders.put(order("c1", "o1", "NEW", 10, "p1"));
        shop.orders.delete(orderKey("c1", "o1"));
        shop.deliver(shop.orders.records());
        var tombstone = shop.rows("OrdersControl").getFirst();
        assertEquals(
                Value.number(shop.orders
                        .now()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .plus(Duration.ofDays(21))
                        .getEpochSecond()),
                tombstone.get("expiresAt"));
    }

    @Test
    void whatIsLeftOfADeletedItemHoldsNoneOfItsData() {
        shop.orders.put(order("c1", "o1", "NEW", 10, "p1"));
        shop.orders.delete(orderKey("c1", "o1"));
        shop.deliver(shop.orders.records());
        var left = shop.client().scan(scan -> scan.tableName("OrdersControl")).items();
        assertEquals(1, left.size(), "the tombstone");
        assertTrue(
                Set.of("customerId", "orderId", "guard", "effects", "expiresAt")
                        .containsAll(left.getFirst().keySet()),
                "key, guard and when it goes: " + left);
        String text = left.toString();
        for (String data : List.of("NEW", "DE", "p1", "2026-11-22T10:00:00Z")) {
            assertTrue(!text.contains("S=" + data), data + " in " + text);
        }
    }

    @Test
    void listLongerThanOneTransactionIsAppliedInSteps() {
        String[] many = new String[180];
        String[] others = new String[150];
        for (int i = 0; i < many.length; i++) {
            many[i] = "p" + i;
        }
        for (int i = 0; i < others.length; i++) {
            others[i] = "q" + i;
        }
        shop.orders.put(order("c1", "o1", "NEW", 10, many));
        assertEquals(0, shop.deliver(shop.orders.last()).getBatchItemFailures().size());
        assertEquals(180, shop.rows("OrderLinesByProduct").size());
        shop.assertExact();
        shop.orders.put(order("c1", "o1", "PAID", 10, others));
        shop.deliver(shop.orders.last());
        assertEquals(150, shop.rows("OrderLinesByProduct").size());
        shop.assertExact();
        shop.orders.delete(orderKey("c1", "o1"));
        shop.deliver(shop.orders.last());
        shop.assertExact();
    }

    @Test
    void expiryKeepsOrRetractsAsDeclared() {
        shop.usage.put(usage("e1", "search", 10, 40));
        shop.usage.put(usage("e2", "search", 10, 60));
        shop.expireUsage(usageKey("e1"));
        shop.deliver("shard-1", shop.usage.records());
        assertEquals(Value.number(100), shop.rows("UsageByHour").getFirst().get("durationMs"));
        assertEquals(Value.number(2), shop.rows("AllUsage").getFirst().get("events"));
        assertEquals(Value.number(1), shop.rows("LiveUsage").getFirst().get("events"));
        assertEquals(Value.number(60), shop.rows("LongestUsage").getFirst().get("longest"));
        assertEquals(2, shop.rows("UsageByUser").size());
        shop.assertExact();
    }
}
