package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.testing.FaultyClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** What a stream may deliver: twice, in part, late, in another order, to two invocations at a time. */
class DeliveryFailuresTest extends ShopTest {
    @Tag("mode-1")
    @Test
    void wholeBatchAgainAfterTimeoutPastTheCommit() {
        orders(5);
        shop.usage.put(usage("e1", "search", 10, 1));
        shop.usage.put(usage("e2", "login", 10, 2));
        for (int i = 0; i < 2; i++) {
            shop.deliver(shop.orders.records());
            shop.deliver("shard", shop.usage.records());
        }
        shop.assertExact();
    }

    /** The function dies after every single write, so between any two of them. */
    @Tag("mode-2")
    @Test
    void crashBetweenTwoWrites() {
        orders(30);
        shop.faults(new FaultyClient.Around() {
            @Override
            public void after(String operation) {
                if (!operation.equals("getItem")) {
                    throw new FaultyClient.Crash();
                }
            }
        });
        int crashes = 0;
        while (crashes(shop.orders.records())) {
            crashes++;
            shop.restart();
        }
        assertTrue(crashes > 30, "each write was the last one once: " + crashes);
        shop.assertExact();
    }

    private boolean crashes(List<DynamodbStreamRecord> records) {
        try {
            shop.deliver(records);
            return false;
        } catch (FaultyClient.Crash crash) {
            return true;
        }
    }

    @Tag("mode-3")
    @Test
    void suffixReplayedAfterLaterSuccesses() {
        orders(8);
        shop.deliver(shop.orders.records());
        shop.deliver(shop.orders.records().subList(3, 8));
        shop.assertExact();
    }

    @Tag("mode-4")
    @Test
    void halvesOfBisectAndPartOfOneHalf() {
        orders(8);
        shop.deliver(shop.orders.records().subList(0, 4));
        shop.deliver(shop.orders.records().subList(4, 8));
        shop.deliver(shop.orders.records().subList(6, 8));
        shop.assertExact();
    }

    @Tag("mode-8")
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

    @Tag("mode-9")
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

    @Tag("mode-11")
    @Test
    void twoBatchesOfOneShardAtTheSameTime() {
        orders(30);
        List<DynamodbStreamRecord> all = shop.orders.records();
        AtomicInteger depth = new AtomicInteger();
        shop.faults(new FaultyClient.Around() {
            @Override
            public void before(String operation) {
                if (depth.getAndIncrement() == 1) {
                    shop.deliver(all);
                }
            }
        });
        shop.deliver(all);
        shop.assertExact();
    }

    /** They have different items, which may share a group; each comes in a batch of its own, the last one first. */
    @Tag("mode-13")
    @Test
    void recordsOfOneTransactionInAnyOrder() {
        orders(4);
        shop.deliver(shop.orders.records().get(1));
        List<DynamodbStreamRecord> swapped = new ArrayList<>(shop.orders.records());
        Collections.reverse(swapped);
        swapped.forEach(shop::deliver);
        shop.assertExact();
    }

    @Tag("mode-14")
    @Test
    void writeThatChangesNothingMakesNoRecord() {
        orders(1);
        orders(1);
        assertEquals(1, shop.orders.records().size());
        shop.deliver(shop.orders.records());
        shop.assertExact();
    }

    @Tag("mode-18")
    @Test
    void conflictsAndThrottlesOnHotAggregate() {
        orders(40);
        AtomicInteger calls = new AtomicInteger();
        shop.faults(new FaultyClient.Around() {
            @Override
            public void before(String operation) {
                int call = operation.equals("transactWriteItems") ? calls.incrementAndGet() % 3 : 0;
                if (call != 0) {
                    throw TransactionCanceledException.builder()
                            .cancellationReasons(CancellationReason.builder()
                                    .code(call == 1 ? "TransactionConflict" : "ThrottlingError")
                                    .build())
                            .build();
                }
            }
        });
        assertEquals(List.of(), shop.deliver(shop.orders.records()).getBatchItemFailures());
        shop.assertExact();
    }

    @Tag("mode-19")
    @Test
    void nothingIsTakenBackTwiceOrRevived() {
        shop.orders.put(order("c1", "o1", "NEW", 10, "p1"));
        shop.orders.delete(orderKey("c1", "o1"));
        List<DynamodbStreamRecord> all = shop.orders.records();
        shop.deliver(all.get(1));
        shop.deliver(all.get(1));
        shop.assertExact();
        shop.deliver(all.get(0));
        shop.assertExact();
        shop.deliver(all);
        shop.assertExact();
        assertEquals(0, shop.rows("OrdersByStatus").size());
    }
}
