package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.usageKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Access;
import dev.penstock.lambdas.catalog.BatchSettings;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.testing.StreamedTable;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to streams: shards split, streams are enabled again, regions take over, items expire. */
class StreamFailuresTest extends ShopTest {
    @Tag("mode-12")
    @Test
    void childShardStartsItsOwnWatermark() {
        shop.usage.put(usage("e1", "search", 10, 1));
        shop.usage.put(usage("e2", "search", 10, 2));
        shop.usage.put(usage("e3", "search", 10, 4));
        List<DynamodbStreamRecord> all = shop.usage.records();
        // By sequence number the child's first record lies below what the parent has counted.
        shop.deliver("shardId-parent", List.of(all.get(0), all.get(2)));
        shop.deliver("shardId-child", List.of(all.get(1)));
        shop.deliver("shardId-child", List.of(all.get(1)));
        assertEquals(2, shop.rows("UsageByHour").size());
        shop.assertExact();
    }

    @Tag("mode-15")
    @Test
    void ttlDeleteIsToldFromUserDelete() {
        shop.usage.put(usage("e1", "search", 10, 1));
        shop.usage.put(usage("e2", "search", 10, 2));
        shop.expireUsage(usageKey("e1"));
        shop.deliver("shard", shop.usage.records());
        assertEquals(List.of(), shop.poison);
        shop.assertExact();
        // A delete without identity, as a user's or a replicated one, is no expiry: the windowed aggregates say so.
        shop.usage.delete(usageKey("e2"));
        shop.deliver("shard", List.of(shop.usage.last()));
        assertEquals(2, shop.poison.size(), shop.poison::toString);
        assertTrue(shop.poison.getFirst().contains("append-only"), shop.poison::toString);
        assertEquals(Value.number(1), shop.rows("AllUsage").getFirst().get("events"));
    }

    @Tag("mode-16")
    @Test
    void streamEnabledAgainIsLaterWhateverItsSequenceNumbers() {
        Map<String, Value> paid = order("c1", "o1", "PAID", 5, "p1");
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        DynamodbStreamRecord old = shop.orders.last();
        shop.deliver(old);
        shop.orders.put(paid);
        DynamodbStreamRecord renewed = StreamedTable.record(
                shop.table("Orders"),
                "2026-11-23T09:00:00.000",
                "7",
                shop.orders.now(),
                order("c1", "o1", "NEW", 1, "p1"),
                paid,
                false);
        shop.deliver(renewed);
        shop.deliver(old);
        assertEquals(
                Value.string("PAID"), shop.rows("OrdersByStatus").getFirst().get("status"));
        shop.assertExact();
    }

    @Test
    void raisedEpochIsLaterWhateverTheLabel() {
        Map<String, Value> paid = order("c1", "o1", "PAID", 5, "p1");
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        shop.deliver(shop.orders.last());
        shop.orders.put(paid);
        DynamodbStreamRecord otherRegion = StreamedTable.record(
                shop.table("Orders"), "2025-01-01T00:00:00.000", "7", shop.orders.now(), Map.of(), paid, false);
        otherRegion.setEventSourceARN(otherRegion.getEventSourceARN().replace("eu-central-1", "us-west-2"));
        Epochs epochs = new Epochs(shop.client(), new TableNames(""));
        assertEquals(2, epochs.raise("Orders", otherRegion.getEventSourceARN()));
        assertEquals(2, epochs.raise("Orders", otherRegion.getEventSourceARN()), "the same epoch again");
        shop.restart();
        shop.deliver(otherRegion);
        assertEquals(
                Value.string("PAID"), shop.rows("OrdersByStatus").getFirst().get("status"));
        shop.assertExact();
    }

    /** Once with a view that holds its guard in its rows, once with control rows alone. */
    @Test
    void functionThatKnowsAnOldEpochLooksAgain() {
        for (Catalog catalog : List.of(ChaosCatalog.catalog(), Storefront.catalog())) {
            shop.close();
            shop = new Shop(catalog);
            shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
            shop.deliver(shop.orders.last());
            Shop.Functions stale = shop.functions();
            new Epochs(shop.client(), new TableNames("")).raise("Orders", shop.orders.streamArn());
            shop.restart();
            shop.orders.put(order("c1", "o1", "PAID", 2, "p1"));
            shop.deliver(shop.orders.last());
            shop.orders.put(order("c1", "o1", "SHIPPED", 3, "p1"));
            stale.deliver(List.of(shop.orders.last()));
            shop.assertExact();
        }
    }

    /** What was lost before a cut-over comes from the failure bucket after it: it is of another table. */
    @Test
    void whatAnEndedStreamToldIsPassedOverHoweverLateItComes() {
        for (Catalog catalog : List.of(ChaosCatalog.catalog(), Storefront.catalog())) {
            for (boolean restarted : List.of(true, false)) {
                lateAcrossACutOver(catalog, restarted);
            }
        }
    }

    private void lateAcrossACutOver(Catalog catalog, boolean restarted) {
        shop.close();
        shop = new Shop(catalog);
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        shop.deliver(shop.orders.last());
        List<Map<String, Value>> then = shop.rows("Orders");
        shop.orders.put(order("c1", "o1", "PAID", 2, "p1"));
        shop.orders.put(order("c1", "o2", "NEW", 3, "p1"));
        shop.orders.delete(orderKey("c1", "o1"));
        List<DynamodbStreamRecord> lost = List.copyOf(shop.orders.records().subList(1, 4));
        shop.cutOver("2026-11-23T09:00:00.000", then);
        if (restarted) {
            shop.restart();
        }
        for (int round = 0; round < 2; round++) {
            for (DynamodbStreamRecord record : lost) {
                assertEquals(List.of(), shop.redriveOrders(List.of(record)).getBatchItemFailures());
            }
            shop.assertExact();
            shop.orders.put(order("c1", "o1", "SHIPPED", 4 + round, "p1"));
            shop.deliver(shop.orders.last());
            shop.assertExact();
        }
        assertEquals(List.of(), shop.poison);
    }

    /** What is lost in a stream that was switched off and on is still a change of the same table. */
    @Test
    void whatTheStreamBeforeAnotherToldIsAppliedWhereNothingNewerIs() {
        shop.cutOver("2026-11-23T09:00:00.000", List.of());
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        DynamodbStreamRecord lost = shop.orders.last();
        shop.orders.put(order("c1", "o2", "NEW", 1, "p1"));
        DynamodbStreamRecord overtaken = shop.orders.last();
        shop.orders.restored("2026-11-24T09:00:00.000", shop.rows("Orders"));
        shop.orders.put(order("c1", "o2", "PAID", 1, "p1"));
        shop.deliver(shop.orders.last());
        shop.redriveOrders(List.of(lost, overtaken));
        shop.assertExact();
    }

    /** A function that is still running knows nothing of the new epoch until its stream's first record comes. */
    @Test
    void functionsOfBothEpochsAgreeOnTheOrderOfTheNewStream() {
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        shop.deliver(shop.orders.last());
        Shop.Functions running = shop.functions();
        shop.cutOver("2026-11-23T09:00:00.000", shop.rows("Orders"));
        shop.restart();
        shop.orders.put(order("c1", "o1", "PAID", 2, "p1"));
        DynamodbStreamRecord first = shop.orders.last();
        shop.orders.put(order("c1", "o1", "SHIPPED", 3, "p1"));
        running.deliver(List.of(shop.orders.last()));
        shop.deliver(first);
        shop.assertExact();
    }

    /** As text, 10 comes before 9. */
    @Test
    void sequenceNumberWithMoreDigitsIsLater() {
        Map<String, Value> paid = order("c1", "o1", "PAID", 5, "p1");
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        shop.orders.put(paid);
        String shorter = "9".repeat(26);
        for (String number : List.of("1" + "0".repeat(26), shorter)) {
            shop.deliver(StreamedTable.record(
                    shop.table("Orders"),
                    Shop.LABEL,
                    number,
                    shop.orders.now(),
                    Map.of(),
                    number.equals(shorter) ? order("c1", "o1", "NEW", 1, "p1") : paid,
                    false));
        }
        shop.assertExact();
    }

    @Tag("mode-17")
    @Test
    void recordsMissedWhileTheMappingWasCreatedAreRebuilt() {
        orders(12);
        shop.deliver(shop.orders.records().subList(8, 12));
        assertTrue(shop.differences().size() > 0);
        new Rebuild(
                        shop.catalog,
                        shop.table("Orders"),
                        shop.client(),
                        new TableNames(""),
                        shop::expiredItems,
                        InstantSource.fixed(shop.orders.now()))
                .run(ignored -> {});
        shop.assertExact();
        shop.deliver(shop.orders.records());
        shop.assertExact();
    }

    @Tag("mode-20")
    @Test
    void functionThatWritesItsOwnSourceIsRefused() {
        Consumer loop = new Consumer(
                "Loop",
                "Orders",
                ProjectorHandler.class,
                List.of(),
                BatchSettings.PROJECTOR,
                List.of(new Access.Writes("Orders")),
                Consumer.Activity.EVERY_REGION);
        String reason = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Catalog(List.of(shop.table("Orders")), List.of(), List.of(), List.of(loop)))
                .getMessage();
        assertTrue(reason.contains("own source"), reason);
    }
}
