package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.usageKey;
import static dev.penstock.lambdas.testing.ShopItems.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.penstock.lambdas.catalog.Access;
import dev.penstock.lambdas.catalog.BatchSettings;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.testing.StreamedTable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Ways in which stream consumers are known to go wrong, each of them tried on the projector. */
class FailureModesTest {
    private final Shop shop = new Shop();

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void wholeBatchAgainAfterTimeoutPastTheCommit() {
        orders(5);
        shop.deliver(shop.orders.records());
        shop.deliver(shop.orders.records());
        shop.assertExact();
    }

    @Test
    void crashBetweenTwoWrites() {
        orders(90);
        AtomicInteger transactions = new AtomicInteger();
        shop.use(FaultyClient.wrap(
                shop.client(),
                new FaultyClient.Around() {
                    @Override
                    public void after(String operation) {
                        if (operation.equals("transactWriteItems") && transactions.incrementAndGet() == 2) {
                            throw new FaultyClient.Crash();
                        }
                    }
                },
                request -> request));
        assertThrows(FaultyClient.Crash.class, () -> shop.deliver(shop.orders.records()));
        shop.restart();
        shop.deliver(shop.orders.records());
        shop.assertExact();
    }

    @Test
    void suffixReplayedAfterLaterSuccesses() {
        orders(8);
        shop.deliver(shop.orders.records());
        shop.deliver(shop.orders.records().subList(3, 8));
        shop.assertExact();
    }

    @Test
    void halvesOfBisectAndPartOfOneHalf() {
        orders(8);
        shop.deliver(shop.orders.records().subList(0, 4));
        shop.deliver(shop.orders.records().subList(4, 8));
        shop.deliver(shop.orders.records().subList(6, 8));
        shop.assertExact();
    }

    @Test
    void responseNamesOneSequenceNumberOfTheBatch() {
        orders(3);
        throttleAll();
        StreamsEventResponse response = shop.deliver(shop.orders.records());
        List<String> delivered = shop.orders.records().stream()
                .map(record -> record.getDynamodb().getSequenceNumber())
                .toList();
        assertEquals(1, response.getBatchItemFailures().size());
        assertEquals(
                delivered.getFirst(), response.getBatchItemFailures().getFirst().getItemIdentifier());
    }

    @Test
    void successIsAnEmptyListUnderTheKeyThatLambdaReads() throws NoSuchMethodException {
        orders(1);
        assertEquals(List.of(), shop.deliver(shop.orders.records()).getBatchItemFailures());
        // Lambda reads the bean property of this name; a misspelt key would checkpoint failures as successes.
        assertEquals(
                List.class,
                StreamsEventResponse.class.getMethod("getBatchItemFailures").getReturnType());
    }

    @Test
    void poisonDoesNotBlockTheNextRecords() {
        shop.orders.put(with(order("c1", "o1", "NEW", 1, "p1"), "lines", Value.string("none")));
        shop.orders.put(order("c1", "o2", "NEW", 2, "p1"));
        DynamodbStreamRecord malformed = StreamedTable.record(
                shop.table("Orders"), Shop.LABEL, "1", shop.orders.now(), Map.of(), order("c1", "o3", "NEW", 1), false);
        malformed.setEventName("UPSERT");
        List<DynamodbStreamRecord> batch = new ArrayList<>(List.of(malformed));
        batch.addAll(shop.orders.records());
        assertEquals(List.of(), shop.deliver(batch).getBatchItemFailures());
        assertEquals(3, shop.poison.size(), shop.poison::toString);
        shop.assertExact();
    }

    @Test
    void mendedPoisonComesBack() {
        shop.orders.put(with(order("c1", "o1", "NEW", 1, "p1"), "total", Value.string("much")));
        shop.deliver(shop.orders.last());
        shop.orders.put(order("c1", "o1", "NEW", 7, "p1"));
        shop.deliver(shop.orders.last());
        assertEquals(Value.number(7), shop.rows("CustomerTotals").getFirst().get("total"));
        shop.assertExact();
    }

    @Test
    void redrivenPoisonIsDivertedAgainUntilItsItemIsMended() {
        shop.orders.put(with(order("c1", "o1", "NEW", 1, "p1"), "total", Value.string("much")));
        DynamodbStreamRecord poison = shop.orders.last();
        shop.deliver(poison);
        int diverted = shop.poison.size();
        shop.deliver(poison);
        assertEquals(2 * diverted, shop.poison.size(), shop.poison::toString);
        shop.orders.put(order("c1", "o1", "NEW", 7, "p1"));
        shop.deliver(shop.orders.last());
        shop.deliver(poison);
        assertEquals(2 * diverted, shop.poison.size(), "nothing is left to divert");
        shop.assertExact();
    }

    @Test
    void recordThatAgedOutWithoutAnyInvocation() {
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        shop.deliver(shop.orders.last());
        shop.orders.put(order("c1", "o1", "PAID", 2, "p2"));
        DynamodbStreamRecord aged = shop.orders.last();
        shop.orders.put(order("c1", "o1", "SHIPPED", 3, "p3"));
        shop.deliver(shop.orders.last());
        shop.assertExact();
        shop.deliver(aged);
        shop.assertExact();
    }

    @Test
    void replayHoursLaterAfterNewerChangesOfTheItem() {
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        DynamodbStreamRecord failed = shop.orders.last();
        shop.orders.put(order("c1", "o1", "PAID", 5, "p1"));
        shop.orders.delete(orderKey("c1", "o1"));
        shop.deliver(shop.orders.records().subList(1, 3));
        shop.deliver(failed);
        assertEquals(0, shop.rows("OrdersByStatus").size());
        shop.assertExact();
    }

    @Test
    void twoBatchesOfOneShardAtTheSameTime() {
        orders(30);
        List<DynamodbStreamRecord> all = shop.orders.records();
        AtomicInteger depth = new AtomicInteger();
        shop.use(FaultyClient.wrap(
                shop.client(),
                new FaultyClient.Around() {
                    @Override
                    public void before(String operation) {
                        if (depth.getAndIncrement() == 1) {
                            shop.deliver(all);
                        }
                    }
                },
                request -> request));
        shop.deliver(all);
        shop.assertExact();
    }

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

    @Test
    void recordsOfOneTransactionInAnyOrder() {
        orders(4);
        List<DynamodbStreamRecord> swapped = new ArrayList<>(shop.orders.records());
        Collections.reverse(swapped);
        shop.deliver(swapped);
        shop.assertExact();
    }

    @Test
    void writeThatChangesNothingMakesNoRecord() {
        orders(1);
        orders(1);
        assertEquals(1, shop.orders.records().size());
        shop.deliver(shop.orders.records());
        shop.assertExact();
    }

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
        assertEquals(2, new Epochs(shop.client(), new TableNames("")).raise("Orders"));
        shop.restart();
        DynamodbStreamRecord otherRegion = StreamedTable.record(
                shop.table("Orders"), "2025-01-01T00:00:00.000", "7", shop.orders.now(), Map.of(), paid, false);
        shop.deliver(otherRegion);
        assertEquals(
                Value.string("PAID"), shop.rows("OrdersByStatus").getFirst().get("status"));
        shop.assertExact();
    }

    @Test
    void functionThatKnowsAnOldEpochLooksAgain() {
        shop.orders.put(order("c1", "o1", "NEW", 1, "p1"));
        shop.deliver(shop.orders.last());
        Shop.Functions stale = shop.functions();
        new Epochs(shop.client(), new TableNames("")).raise("Orders");
        shop.restart();
        shop.orders.put(order("c1", "o1", "PAID", 2, "p1"));
        shop.deliver(shop.orders.last());
        shop.orders.put(order("c1", "o1", "SHIPPED", 3, "p1"));
        stale.deliver(List.of(shop.orders.last()));
        shop.assertExact();
    }

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

    @Test
    void conflictsAndThrottlesOnHotAggregate() {
        orders(40);
        AtomicInteger calls = new AtomicInteger();
        shop.use(FaultyClient.wrap(
                shop.client(),
                new FaultyClient.Around() {
                    @Override
                    public void before(String operation) {
                        if (operation.equals("transactWriteItems") && calls.incrementAndGet() % 3 != 0) {
                            throw TransactionCanceledException.builder()
                                    .cancellationReasons(CancellationReason.builder()
                                            .code("TransactionConflict")
                                            .build())
                                    .build();
                        }
                    }
                },
                request -> request));
        assertEquals(List.of(), shop.deliver(shop.orders.records()).getBatchItemFailures());
        shop.assertExact();
    }

    @Test
    void nothingIsTakenBackTwiceOrRevived() {
        shop.orders.put(order("c1", "o1", "NEW", 10, "p1"));
        shop.orders.delete(orderKey("c1", "o1"));
        List<DynamodbStreamRecord> all = shop.orders.records();
        shop.deliver(all.get(1));
        shop.deliver(all.get(1));
        shop.deliver(all.get(0));
        shop.deliver(all);
        shop.assertExact();
        assertEquals(0, shop.rows("OrdersByStatus").size());
    }

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
        assertThrows(
                IllegalArgumentException.class,
                () -> new Catalog(List.of(shop.table("Orders")), List.of(), List.of(), List.of(loop)));
    }

    @Test
    void poisonUnderTheWatermarkIsFilledExactlyOnce() {
        Map<String, Value> broken = with(usage("e1", "search", 10, 1), "durationMs", Value.string("long"));
        shop.usage.put(broken);
        shop.usage.put(usage("e2", "search", 10, 2));
        shop.deliver("shard", shop.usage.records());
        shop.deliver("shard", shop.usage.records());
        assertEquals(3, shop.rows("UsageEventsHoles").size());
        // The code was mended: the same record can be counted now, and its item is put right.
        shop.client()
                .putItem(request -> request.tableName("UsageEvents").item(Items.toSdk(usage("e1", "search", 10, 1))));
        DynamodbStreamRecord mended = StreamedTable.record(
                shop.table("UsageEvents"),
                Shop.LABEL,
                shop.usage.records().getFirst().getDynamodb().getSequenceNumber(),
                shop.usage.now(),
                Map.of(),
                usage("e1", "search", 10, 1),
                false);
        shop.redrive(List.of(mended));
        shop.redrive(List.of(mended));
        shop.redrive(List.of(shop.usage.last()));
        assertEquals(Value.number(3), sum("UsageByHour", "durationMs"));
        assertEquals(Value.number(2), sum("LongestUsage", "events"));
    }

    private Value sum(String table, String measure) {
        return Value.number(shop.rows(table).stream()
                .mapToLong(row -> ((Value.N) row.get(measure)).value().longValueExact())
                .sum());
    }

    private void orders(int count) {
        for (int i = 0; i < count; i++) {
            shop.orders.put(order("c" + i % 3, "o" + i, i % 2 == 0 ? "NEW" : "PAID", i, "p" + i % 4));
        }
    }

    private void throttleAll() {
        shop.use(FaultyClient.wrap(
                shop.client(),
                new FaultyClient.Around() {
                    @Override
                    public void before(String operation) {
                        if (operation.equals("transactWriteItems") || operation.equals("putItem")) {
                            throw ProvisionedThroughputExceededException.builder()
                                    .build();
                        }
                    }
                },
                request -> request));
    }
}
