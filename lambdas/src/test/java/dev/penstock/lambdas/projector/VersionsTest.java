package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.usageKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Explode;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.LiveVersions;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.verify.Difference;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Changing a declared view or aggregate on live data: refused without a version; built beside, switched, rolled back. */
class VersionsTest {
    private static final View BY_STATUS = View.named("ByStatus", "Orders")
            .key("status")
            .sort("placed", "createdAt", "customerId", "orderId")
            .show("total")
            .build();
    private static final View BY_STATUS_2 = View.named("ByStatus", "Orders")
            .key("status")
            .sort("order", "customerId", "orderId")
            .show("total", "createdAt")
            .version(2)
            .build();
    private static final Aggregate TOTALS = Aggregate.named("Totals", "Orders")
            .groupBy("customerId")
            .measure(Measure.count("orders"))
            .build();
    private static final Aggregate TOTALS_2 = Aggregate.named("Totals", "Orders")
            .groupBy("status")
            .measure(Measure.count("orders"), Measure.sum("total", "total"))
            .version(2)
            .build();

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final Shop shop = new Shop(catalog(List.of(BY_STATUS, BY_STATUS_2), List.of(TOTALS, TOTALS_2)));

    private static Catalog catalog(List<View> views, List<Aggregate> aggregates) {
        return new Catalog(
                List.of(ChaosCatalog.ORDERS, ChaosCatalog.USAGE),
                views,
                aggregates,
                ChaosCatalog.catalog().consumers());
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void keyChangeWithoutNewVersionIsRefusedWithThePlan() {
        shop.declare(catalog(List.of(BY_STATUS), List.of(TOTALS)));
        put(0, 3);
        shop.deliver(shop.orders.records());
        View changed = View.named("ByStatus", "Orders")
                .key("status")
                .sort("placed", "customerId", "orderId", "createdAt")
                .show("total")
                .build();
        shop.declare(catalog(List.of(changed), List.of(TOTALS)));
        put(3, 4);
        var refused = assertThrows(IllegalStateException.class, () -> shop.deliver(shop.orders.last()));
        String plan = String.valueOf(refused.getMessage());
        assertTrue(plan.contains(".version(2)"), plan);
        assertTrue(plan.contains("penstock rebuild ByStatusV2"), plan);
        assertTrue(plan.contains("versions switch ByStatus 1"), plan);
        assertTrue(plan.contains("placed S = createdAt, customerId, orderId"), plan);
        assertEquals(3, shop.rows("ByStatus").size(), "nothing was written");

        shop.declare(catalog(List.of(BY_STATUS), List.of(TOTALS)));
        shop.deliver(shop.orders.last());
        assertEquals(4, shop.rows("ByStatus").size());
    }

    /** It would write rows of the new shape among those of the old one. */
    @Test
    void rebuildByAnotherDeclarationIsRefusedWithThePlan() {
        shop.declare(catalog(List.of(BY_STATUS), List.of(TOTALS)));
        put(0, 3);
        shop.deliver(shop.orders.records());
        View changed = View.named("ByStatus", "Orders")
                .key("status")
                .sort("placed", "customerId", "orderId", "createdAt")
                .show("total")
                .build();
        List<Map<String, Value>> before = shop.rows("ByStatus");
        shop.declare(catalog(List.of(changed), List.of(TOTALS)));
        var refused = assertThrows(IllegalStateException.class, () -> shop.rebuild("Orders"));
        assertTrue(String.valueOf(refused.getMessage()).contains(".version(2)"), refused.getMessage());
        assertEquals(before, shop.rows("ByStatus"));
    }

    /** A rebuild may write the first row of a version, so it holds the declaration to it; not where there is no table. */
    @Test
    void aRebuildHoldsWhatItBuildsOnceItIsDeployed() {
        put(0, 3);
        View later = View.named("Later", "Orders")
                .key("status")
                .sort("order", "customerId", "orderId")
                .build();
        shop.declare(catalog(List.of(BY_STATUS, later), List.of()));
        assertThrows(ResourceNotFoundException.class, () -> shop.rebuild("Orders"));
        assertEquals(List.of(), shop.rows(Catalog.EPOCHS));
        assertEquals(List.of(), shop.rows("ByStatus"));
        shop.declare(catalog(List.of(BY_STATUS), List.of(TOTALS)));
        shop.rebuild("Orders");
        Aggregate changed = Aggregate.named("Totals", "Orders")
                .groupBy("status")
                .measure(Measure.count("orders"))
                .build();
        shop.declare(catalog(List.of(BY_STATUS), List.of(changed)));
        assertThrows(IllegalStateException.class, () -> shop.deliver(shop.orders.records()));
    }

    /** A deployment is rolled back, or a declaration was removed too soon: what it had counted is still counted once. */
    @Test
    void whatOlderCodeDoesNotKnowIsNotForgotten() {
        Catalog older = catalog(List.of(BY_STATUS), List.of(TOTALS));
        put(0, 6);
        shop.deliver(shop.orders.records());
        shop.assertExact();
        shop.declare(older);
        put(0, 4, "PAID");
        shop.deliver(shop.orders.records().subList(6, 10));
        shop.orders.delete(orderKey("c1", "o1"));
        shop.deliver(shop.orders.last());
        shop.rebuild("Orders");
        shop.orders.advance(Transaction.TOMBSTONE.plusDays(1));
        shop.forget(shop.orders);

        shop.declare(shop.catalog);
        put(0, 1, "SHIPPED");
        shop.deliver(shop.orders.last());
        put(2, 6, "CANCELLED");
        shop.deliver(shop.orders.records());
        assertEquals(
                Set.of("ByStatusV2", "TotalsV2"),
                shop.differences().stream().map(Difference::effect).collect(Collectors.toSet()),
                "the item that was deleted meanwhile");
        shop.rebuild("Orders");
        shop.assertExact();
    }

    /** Older code writes an item that newer code has shown without asking what that has remembered. */
    @Test
    void whatOlderCodeDoesNotKnowCostsItNothing() {
        put(0, 6);
        shop.deliver(shop.orders.records());
        AtomicInteger calls = new AtomicInteger();
        shop.declare(catalog(List.of(BY_STATUS), List.of(TOTALS)));
        put(0, 6, "PAID");
        shop.faults(new FaultyClient.Around() {
            @Override
            public void before(String operation) {
                calls.addAndGet(operation.equals("transactWriteItems") ? 1 : 0);
            }
        });
        shop.deliver(shop.orders.records().subList(6, 12));
        assertEquals(1, calls.get());
        shop.declare(shop.catalog);
        shop.rebuild("Orders");
        shop.assertExact();
    }

    @Test
    void anythingThatDecidesRowsIsHeldButLanesAreNot() {
        put(0, 2);
        shop.declare(catalog(List.of(BY_STATUS), List.of(TOTALS)));
        shop.deliver(shop.orders.records());
        Aggregate lanes = Aggregate.named("Totals", "Orders")
                .groupBy("customerId")
                .measure(Measure.count("orders"))
                .lanes(4)
                .build();
        shop.declare(catalog(List.of(BY_STATUS), List.of(lanes)));
        put(2, 3);
        shop.deliver(shop.orders.last());
        Aggregate measures = Aggregate.named("Totals", "Orders")
                .groupBy("customerId")
                .measure(Measure.count("orders"), Measure.sum("total", "total"))
                .build();
        shop.declare(catalog(List.of(BY_STATUS), List.of(measures)));
        put(3, 4);
        assertThrows(IllegalStateException.class, () -> shop.deliver(shop.orders.last()));
    }

    @Test
    void theNextVersionIsBuiltBesideSwitchedToAndRolledBack() {
        Catalog first = catalog(List.of(BY_STATUS), List.of(TOTALS));
        shop.declare(first);
        put(0, 6);
        shop.deliver(shop.orders.records());

        Catalog both = catalog(List.of(BY_STATUS, BY_STATUS_2), List.of(TOTALS, TOTALS_2));
        shop.declare(both);
        put(6, 8);
        put(0, 1, "PAID");
        int delivered = shop.orders.records().size() - 3;
        shop.deliver(shop.orders.records().subList(delivered, delivered + 3));
        assertEquals(3, shop.rows("ByStatusV2").size(), "what changes is shown in both");
        Set<String> different = shop.differences().stream()
                .map(difference -> difference.effect())
                .collect(Collectors.toSet());
        assertEquals(Set.of("ByStatusV2", "TotalsV2"), different);

        // While it is built, the stream goes on.
        put(8, 9);
        new Rebuild(
                        both,
                        shop.table("Orders"),
                        shop.client(),
                        new TableNames(""),
                        shop::expiredItems,
                        InstantSource.fixed(now))
                .run(items -> {
                    if (items == 4) {
                        shop.deliver(shop.orders.last());
                        put(9, 10);
                    }
                });
        shop.deliver(shop.orders.last());
        shop.assertExact();

        LiveVersions readers = new LiveVersions(shop.client(), new TableNames(""), both, () -> now);
        LiveVersions operator = new LiveVersions(shop.client(), new TableNames(""), both, () -> now);
        assertEquals("ByStatus", readers.table("ByStatus"));
        operator.switchTo("ByStatus", 2);
        assertEquals("ByStatusV2", operator.table("ByStatus"));
        assertEquals("ByStatus", readers.table("ByStatus"), "a reader looks again after a minute");
        now = now.plus(LiveVersions.AGE);
        assertEquals("ByStatusV2", readers.table("ByStatus"));

        // Rolled back, nothing is missing: both versions went on all the time.
        put(10, 12);
        shop.deliver(shop.orders.records());
        operator.switchTo("ByStatus", 1);
        now = now.plus(LiveVersions.AGE);
        assertEquals("ByStatus", readers.table("ByStatus"));
        shop.assertExact();
        assertThrows(IllegalArgumentException.class, () -> operator.switchTo("ByStatus", 3));
    }

    @Test
    void twoVersionsOfAWideViewAreWrittenInSteps() {
        List<View> views = new ArrayList<>();
        for (int version = 1; version <= 2; version++) {
            views.add(View.named("Lines", "Orders")
                    .explode("lines", 40)
                    .key("productId", "lines.productId")
                    .sort("line" + version, "customerId", "orderId", Explode.LINE)
                    .version(version)
                    .build());
        }
        Catalog wide = catalog(views, List.of());
        try (Shop lines = new Shop(wide)) {
            String[] products = new String[40];
            for (int i = 0; i < products.length; i++) {
                products[i] = "p" + i;
            }
            lines.orders.put(order("c1", "o1", "NEW", 1, products));
            lines.deliver(lines.orders.last());
            assertEquals(80, lines.rows("Lines").size() + lines.rows("LinesV2").size());
            lines.orders.put(order("c1", "o1", "NEW", 1, "p1"));
            lines.deliver(lines.orders.last());
            lines.assertExact();
        }
    }

    @Test
    void windowedAggregateHasNoSecondVersion() {
        var refused = assertThrows(
                IllegalArgumentException.class,
                () -> Aggregate.named("Usage", "UsageEvents")
                        .groupBy("feature")
                        .measure(Measure.count("events"))
                        .windowed()
                        .version(2)
                        .build());
        assertTrue(String.valueOf(refused.getMessage()).contains("contribution mode"), refused.getMessage());
        assertFalse(shop.catalog.effects().isEmpty());
    }

    /** It can't be rebuilt, so its next version is in contribution mode: built beside, compared, switched, rolled back. */
    @Test
    void windowedAggregateIsFollowedByOneInContributionMode() {
        Aggregate windowed = Aggregate.named("Usage", "UsageEvents")
                .groupBy("feature")
                .measure(Measure.count("events"))
                .windowed()
                .build();
        Aggregate next = Aggregate.named("Usage", "UsageEvents")
                .groupBy("feature")
                .measure(Measure.count("events"), Measure.sum("durationMs", "durationMs"))
                .onExpiry(OnExpiry.KEEP)
                .version(2)
                .build();
        try (Shop counted = new Shop(catalog(List.of(), List.of(windowed, next)))) {
            counted.declare(catalog(List.of(), List.of(windowed)));
            for (int i = 0; i < 6; i++) {
                counted.usage.put(usage("e" + i, i % 2 == 0 ? "search" : "login", 10, i));
            }
            // One record was never delivered: the count is wrong, and nothing makes it right.
            counted.deliver("shard", counted.usage.records().subList(1, 6));
            counted.expireUsage(usageKey("e2"));
            counted.declare(counted.catalog);
            counted.deliver("shard", List.of(counted.usage.last()));
            new Rebuild(
                            counted.catalog,
                            counted.table("UsageEvents"),
                            counted.client(),
                            new TableNames(""),
                            counted::expiredItems,
                            InstantSource.fixed(now))
                    .run(items -> counted.usage.put(usage("later", "search", 11, 9)));
            counted.deliver("shard", List.of(counted.usage.last()));
            assertEquals(
                    Set.of("Usage"),
                    counted.differences().stream()
                            .map(difference -> difference.effect())
                            .collect(Collectors.toSet()));
            LiveVersions operator = new LiveVersions(counted.client(), new TableNames(""), counted.catalog, () -> now);
            operator.switchTo("Usage", 2);
            assertEquals("UsageV2", operator.table("Usage"));
            operator.switchTo("Usage", 1);
            assertEquals("Usage", operator.table("Usage"));
        }
    }

    private void put(int from, int to) {
        put(from, to, "NEW");
    }

    private void put(int from, int to, String status) {
        for (int i = from; i < to; i++) {
            shop.orders.put(order("c" + i % 2, "o" + i, status, 10 * i + 1, "p1"));
        }
    }
}
