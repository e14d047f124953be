package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.testing.StreamedTable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Records that can never be applied, now or until somebody mends something. */
class PoisonFailuresTest extends ShopTest {
    @Tag("mode-7")
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

    /** Its group is not known, so the hole is all that keeps the watermark from passing it unseen. */
    @Test
    void malformedRecordUnderTheWatermarkIsFilledExactlyOnce() {
        shop.usage.put(usage("e1", "search", 10, 1));
        shop.usage.put(usage("e2", "search", 10, 2));
        DynamodbStreamRecord first = shop.usage.records().getFirst();
        first.setEventName("UPSERT");
        shop.deliver("shard", List.of(first));
        shop.deliver("shard", shop.usage.records());
        assertEquals(2, shop.diverted.size(), shop.poison::toString);
        assertEquals(3, shop.rows("UsageEventsHoles").size(), "one for each aggregate, and their number");
        shop.redrive(List.of(first));
        assertEquals(3, shop.diverted.size(), "nothing is mended yet");
        // The code was mended.
        first.setEventName("INSERT");
        shop.deliver("shard", shop.usage.records());
        shop.redrive(List.of(first));
        shop.redrive(List.of(first));
        shop.assertExact();
    }

    /** Somebody let the mapping discard: what Lambda gave up on has no hole, so it must not look redriven. */
    @Test
    void whatLambdaGaveUpOnStaysUnlessItHasAHole() {
        shop.usage.put(usage("e1", "search", 10, 1));
        shop.usage.put(usage("e2", "search", 10, 2));
        DynamodbStreamRecord lost = shop.usage.records().getFirst();
        shop.deliver("shard", List.of(shop.usage.last()));
        assertEquals(
                lost.getDynamodb().getSequenceNumber(),
                shop.redrive(List.of(lost), true)
                        .getBatchItemFailures()
                        .getFirst()
                        .getItemIdentifier());
        assertEquals(Value.number(1), sum("LongestUsage", "events"));
        // Diverted for a view's sake, it has been counted.
        assertEquals(List.of(), shop.redrive(List.of(shop.usage.last()), false).getBatchItemFailures());
        shop.usage.put(with(usage("e3", "search", 10, 1), "durationMs", Value.string("long")));
        DynamodbStreamRecord passed = shop.usage.last();
        shop.deliver("shard", List.of(passed));
        DynamodbStreamRecord mended = StreamedTable.record(
                shop.table("UsageEvents"),
                Shop.LABEL,
                passed.getDynamodb().getSequenceNumber(),
                shop.usage.now(),
                Map.of(),
                usage("e3", "search", 10, 1),
                false);
        for (int i = 0; i < 2; i++) {
            assertEquals(List.of(), shop.redrive(List.of(mended), true).getBatchItemFailures());
        }
        assertEquals(Value.number(2), sum("LongestUsage", "events"));
    }

    /** A count is refused for good; then its batch comes again, as after a crash, and later the redrive. */
    @Test
    void recordThatWasPassedOverIsCountedByTheRedriveAlone() {
        shop.usage.put(usage("e1", "search", 10, 1));
        AtomicBoolean refused = new AtomicBoolean(true);
        shop.use(FaultyClient.wrap(shop.client(), new FaultyClient.Around() {}, request -> {
            if (refused.get()
                    && request instanceof UpdateItemRequest count
                    && !count.tableName().equals(Catalog.EPOCHS)) {
                throw DynamoDbException.builder()
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode("ValidationException")
                                .build())
                        .build();
            }
            return request;
        }));
        shop.deliver("shard", shop.usage.records());
        assertFalse(shop.differences().isEmpty());
        refused.set(false);
        shop.deliver("shard", shop.usage.records());
        shop.redrive(shop.usage.records());
        shop.assertExact();
        shop.deliver("shard", shop.usage.records());
        shop.redrive(shop.usage.records());
        shop.assertExact();
    }

    /**
     * Two invocations of one batch: while one counts, the other opens a hole and dies before it diverts the record. The
     * first one finds the watermark past it, and its answer ends the batch.
     */
    @Test
    void recordThatAnotherInvocationPassedOverMeanwhileIsDiverted() {
        shop.usage.put(usage("e1", "search", 10, 1));
        AtomicBoolean meanwhile = new AtomicBoolean();
        Shop other = shop;
        shop.use(FaultyClient.wrap(
                shop.client(),
                new FaultyClient.Around() {
                    @Override
                    public void after(String operation) {
                        if (operation.equals("transactWriteItems") && isPassing.getAndSet(false)) {
                            throw new FaultyClient.Crash();
                        }
                    }
                },
                request -> {
                    if (request instanceof UpdateItemRequest count
                            && count.tableName().equals("LongestUsage")) {
                        if (meanwhile.compareAndSet(false, true)) {
                            assertThrows(FaultyClient.Crash.class, () -> other.deliver("shard", other.usage.records()));
                        } else if (!passed.getAndSet(true)) {
                            throw refusal();
                        }
                    }
                    isPassing.set(request instanceof TransactWriteItemsRequest transaction
                            && transaction.transactItems().getFirst().put() != null
                            && transaction
                                    .transactItems()
                                    .getFirst()
                                    .put()
                                    .tableName()
                                    .endsWith("Holes"));
                    return request;
                }));
        assertEquals(List.of(), shop.deliver("shard", shop.usage.records()).getBatchItemFailures());
        assertEquals(1, shop.diverted.size(), shop.poison::toString);
        shop.redrive(shop.diverted);
        shop.assertExact();
        shop.redrive(List.copyOf(shop.diverted));
        shop.assertExact();
    }

    private final AtomicBoolean isPassing = new AtomicBoolean();
    private final AtomicBoolean passed = new AtomicBoolean();

    private static DynamoDbException refusal() {
        return (DynamoDbException) DynamoDbException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("ValidationException")
                        .build())
                .build();
    }

    /**
     * What views and contribution aggregates could not take is left out under its guard, so the same record changes
     * nothing once the code is mended: a rebuild does, from the item.
     */
    @Test
    void whatCodeLeftOutIsBroughtBackByARebuild() {
        AtomicBoolean refused = new AtomicBoolean(true);
        shop.use(FaultyClient.wrap(shop.client(), new FaultyClient.Around() {}, request -> {
            if (refused.get()
                    && request instanceof TransactWriteItemsRequest transaction
                    && transaction.transactItems().size() > 1) {
                throw DynamoDbException.builder()
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode("ValidationException")
                                .build())
                        .build();
            }
            return request;
        }));
        shop.orders.put(order("c1", "o1", "NEW", 7, "p1"));
        shop.deliver(shop.orders.last());
        assertEquals(1, shop.diverted.size(), shop.poison::toString);
        refused.set(false);
        shop.deliver(shop.orders.last());
        assertFalse(shop.differences().isEmpty(), "the guard says that this change is applied");
        new Rebuild(
                        shop.catalog,
                        shop.table("Orders"),
                        shop.client(),
                        new TableNames(""),
                        shop::expiredItems,
                        InstantSource.fixed(shop.orders.now()))
                .run(items -> {});
        shop.assertExact();
    }

    private Value sum(String table, String measure) {
        return Value.number(shop.rows(table).stream()
                .mapToLong(row -> ((Value.N) row.get(measure)).value().longValueExact())
                .sum());
    }
}
