package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.stream.MalformedRecordException;
import dev.penstock.lambdas.stream.StreamRecords;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.testing.FaultyClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Whenever rows are folded, and whatever happens meanwhile, readers see the same sums. */
@Tag("rule-9")
class FoldingTest extends ShopTest {
    private static final Duration LONG = Folding.HORIZON.plusSeconds(2);
    private int events;

    /** One event of the feature, through a shard of its own. */
    private List<DynamodbStreamRecord> counted(String shard, String feature, long durationMs) {
        shop.usage.put(usage("e" + events++, feature, 10, durationMs));
        List<DynamodbStreamRecord> batch = List.of(shop.usage.last());
        shop.deliver(shard, batch);
        return batch;
    }

    private void throughShards(int shards, String feature) {
        for (int i = 0; i < shards; i++) {
            counted(feature + i, feature, 10 + i);
        }
    }

    private Set<String> lanes(String feature) {
        return shop.rows("LongestUsage").stream()
                .filter(row -> row.get("feature").equals(Value.string(feature)))
                .map(row -> ((Value.S) row.get(Aggregate.LANE)).value())
                .collect(Collectors.toSet());
    }

    private static String lane(String shard) {
        return WindowedWriter.lane(Shop.LABEL, shard);
    }

    /** Something happens once, between the reading of the rows and the transaction. */
    private DynamoDbClient meanwhile(Runnable something) {
        AtomicBoolean once = new AtomicBoolean();
        return FaultyClient.wrap(
                shop.breakable(),
                new FaultyClient.Around() {
                    @Override
                    public void before(String operation) {
                        if (operation.equals("transactWriteItems") && once.compareAndSet(false, true)) {
                            something.run();
                        }
                    }
                },
                request -> request);
    }

    @Test
    void rowsOfOldShardsBecomeOneAndSumsStay() {
        throughShards(4, "search");
        throughShards(3, "login");
        assertEquals(7, shop.rows("UsageByHour").size());
        shop.usage.advance(LONG);
        assertEquals(14, shop.fold(), "of two aggregates");
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        assertEquals(2, shop.rows("UsageByHour").size());
        shop.assertExact();
        assertEquals(0, shop.fold());
        shop.usage.advance(LONG);
        assertEquals(0, shop.fold(), "what is folded is not folded again");
        shop.assertExact();
    }

    /** Up to a day the stream may bring everything again. */
    @Test
    void whatCanComeAgainIsNotFolded() {
        throughShards(2, "search");
        shop.usage.advance(Duration.ofHours(23));
        shop.fold();
        shop.deliver("search1", List.of(shop.usage.last()));
        shop.assertExact();
    }

    @Test
    void rowsAreFoldedOnceTheirNewestRecordIsOldEnough() {
        throughShards(3, "search");
        shop.usage.advance(Folding.HORIZON.minusSeconds(10));
        counted("search2", "search", 5);
        assertEquals(0, shop.fold());
        shop.usage.advance(Duration.ofSeconds(12));
        assertEquals(2, shop.fold() / 2);
        assertEquals(Set.of(lane("search2"), Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    @Test
    void aSingleRowIsNoGainUntilThereIsAFoldedOne() {
        counted("a", "search", 1);
        shop.usage.advance(LONG);
        assertEquals(0, shop.fold());
        counted("b", "search", 2);
        shop.usage.advance(LONG);
        assertEquals(4, shop.fold());
        counted("c", "search", 3);
        shop.usage.advance(LONG);
        assertEquals(2, shop.fold());
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    /** A new row begins, whose watermark keeps out what it counts itself; the old records are not in the stream any more. */
    @Test
    void aShardThatCountsAgainBeginsANewRow() {
        throughShards(2, "search");
        shop.usage.advance(LONG);
        shop.fold();
        List<DynamodbStreamRecord> again = counted("search0", "search", 1);
        shop.deliver("search0", again);
        assertEquals(Set.of(lane("search0"), Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
        shop.usage.advance(LONG);
        assertEquals(2, shop.fold());
        shop.assertExact();
    }

    /** 120 rows are two transactions for each aggregate; the function dies around them. */
    @Test
    void crashBetweenTwoTransactions() {
        throughShards(120, "search");
        shop.usage.advance(LONG);
        AtomicInteger calls = new AtomicInteger();
        int crashes = 0;
        shop.faults(new FaultyClient.Around() {
            @Override
            public void before(String operation) {
                if (operation.equals("transactWriteItems") && calls.incrementAndGet() % 3 == 0) {
                    throw new FaultyClient.Crash();
                }
            }

            @Override
            public void after(String operation) {
                if (operation.equals("transactWriteItems") && calls.incrementAndGet() % 3 == 0) {
                    throw new FaultyClient.Crash();
                }
            }
        });
        for (int i = 0; i < 20; i++) {
            try {
                shop.fold();
            } catch (FaultyClient.Crash crash) {
                crashes++;
                shop.assertExact();
            }
        }
        assertTrue(crashes >= 2, "crashes: " + crashes);
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    /** A throttled transaction is tried again; here its deletions have taken effect or not, all with its sums. */
    @Test
    void aTransactionWithoutAnswerIsTriedAgain() {
        throughShards(5, "search");
        shop.usage.advance(LONG);
        AtomicInteger calls = new AtomicInteger();
        shop.faults(new FaultyClient.Around() {
            @Override
            public void after(String operation) {
                if (operation.equals("transactWriteItems") && calls.incrementAndGet() % 2 == 1) {
                    throw DynamoDbException.builder()
                            .awsErrorDetails(AwsErrorDetails.builder()
                                    .errorCode("InternalServerError")
                                    .build())
                            .build();
                }
            }
        });
        shop.fold();
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    @Test
    void aShardCountsAtTheSameMoment() {
        throughShards(4, "search");
        shop.usage.advance(LONG);
        shop.fold(meanwhile(() -> counted("search1", "search", 900)));
        shop.assertExact();
        assertTrue(lanes("search").contains(Aggregate.FOLDED), "the others are folded all the same");
    }

    /** The row that a count has read is folded before it writes: minimum and maximum are read, then set. */
    @Test
    void rowsAreFoldedWhileAShardCounts() {
        throughShards(3, "search");
        shop.usage.advance(LONG);
        AtomicBoolean once = new AtomicBoolean();
        DynamoDbClient plain = shop.breakable();
        shop.use(FaultyClient.wrap(plain, new FaultyClient.Around() {}, request -> {
            if (request instanceof UpdateItemRequest count
                    && count.tableName().equals("LongestUsage")
                    && once.compareAndSet(false, true)) {
                shop.fold(plain);
            }
            return request;
        }));
        counted("search0", "search", 3);
        assertTrue(once.get());
        assertEquals(Set.of(lane("search0"), Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    @Test
    void twoFoldTheSameRows() {
        throughShards(4, "search");
        shop.usage.advance(LONG);
        shop.fold(meanwhile(() -> shop.fold(shop.breakable())));
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    /** Another one folds other rows of the group, after this one has read the maximum. */
    @Test
    void twoFoldOtherRowsOfAGroup() {
        throughShards(2, "search");
        shop.usage.advance(LONG);
        shop.fold();
        throughShards(2, "search");
        shop.usage.advance(LONG);
        AtomicBoolean once = new AtomicBoolean();
        shop.fold(FaultyClient.wrap(shop.breakable(), new FaultyClient.Around() {}, request -> {
            if (request instanceof TransactWriteItemsRequest fold
                    && fold.transactItems().getFirst().delete().tableName().equals("LongestUsage")
                    && once.compareAndSet(false, true)) {
                counted("late1", "search", 700);
                counted("late2", "search", 800);
                var late = shop.rows("LongestUsage").stream()
                        .filter(row -> FoldedRows.lane(row).contains("late"))
                        .toList();
                new FoldedRows(longest(), shop.breakable(), new TableNames("")).fold("search", late);
            }
            return request;
        }));
        assertTrue(once.get());
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"), "it is tried again with what stands there now");
        shop.assertExact();
    }

    /** The hole outlives the row whose watermark passed it; a redrive fills it once, and its row is folded in turn. */
    @Test
    void aHoleIsFilledAfterItsRowWasFolded() {
        AtomicBoolean refused = new AtomicBoolean(true);
        shop.use(FaultyClient.wrap(shop.breakable(), new FaultyClient.Around() {}, request -> {
            if (refused.get()
                    && request instanceof UpdateItemRequest count
                    && count.tableName().equals("LongestUsage")) {
                throw DynamoDbException.builder()
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode("ValidationException")
                                .build())
                        .build();
            }
            return request;
        }));
        List<DynamodbStreamRecord> passed = counted("search0", "search", 70);
        refused.set(false);
        throughShards(3, "search");
        assertFalse(shop.differences().isEmpty());
        shop.usage.advance(LONG);
        shop.fold();
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        for (int i = 0; i < 2; i++) {
            shop.redrive(passed);
            shop.assertExact();
        }
        assertEquals(2, lanes("search").size());
        shop.fold();
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.redrive(passed);
        shop.assertExact();
    }

    /** A row that was only passed over holds nothing, and goes without a trace. */
    @Test
    void aRowThatHoldsNothingGoes() throws MalformedRecordException {
        var row = new WatermarkedRow(shop.client(), new TableNames(""));
        shop.usage.put(usage("e", "search", 10, 1));
        var change = StreamRecords.read(shop.usage.last());
        shop.client().transactWriteItems(write -> write.transactItems(row.passed(longest(), "search", "x/y", change)));
        assertEquals(1, shop.rows("LongestUsage").size());
        shop.usage.advance(LONG);
        assertEquals(1, shop.fold());
        assertEquals(List.of(), shop.rows("LongestUsage"));
    }

    /** Rows of a version that did not note when it counted. */
    @Test
    void rowsOfUnknownAgeStay() {
        throughShards(3, "search");
        shop.usage.advance(LONG);
        shop.client()
                .updateItem(update -> update.tableName("LongestUsage")
                        .key(WatermarkedRow.key("search", lane("search1")))
                        .updateExpression("REMOVE #c")
                        .expressionAttributeNames(Map.of("#c", Aggregate.COUNTED_AT)));
        shop.fold();
        assertEquals(Set.of(lane("search1"), Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    /** The sum would need 39 digits: the rows stay as they are. */
    @Test
    void aSumThatIsNoNumberOfDynamoDbStaysInItsRows() {
        throughShards(2, "search");
        shop.usage.advance(LONG);
        setDuration("search0", "10000000000000000000000000000000000000");
        setDuration("search1", "0.5");
        var byHour = aggregate("UsageByHour");
        var report = new Folding(byHour, shop.client(), new TableNames(""), Backoff.none())
                .run(shop.usage.now(), false, () -> true);
        assertEquals(new Folding.Report(2, 0, 2, true), report);
    }

    private void setDuration(String shard, String value) {
        String group = shop.rows("UsageByHour").stream()
                .filter(row -> FoldedRows.lane(row).equals(lane(shard)))
                .map(row -> ((Value.S) row.get(Aggregate.GROUP)).value())
                .findFirst()
                .orElseThrow();
        shop.client()
                .updateItem(update -> update.tableName("UsageByHour")
                        .key(WatermarkedRow.key(group, lane(shard)))
                        .updateExpression("SET durationMs = :d")
                        .expressionAttributeValues(Map.of(":d", AttributeValue.fromN(value))));
    }

    @Test
    void aDryRunAndATimeThatIsUpChangeNothing() {
        throughShards(3, "search");
        shop.usage.advance(LONG);
        var before = Set.copyOf(shop.rows("LongestUsage"));
        var folding = new Folding(longest(), shop.client(), new TableNames(""), Backoff.none());
        assertEquals(new Folding.Report(3, 3, 0, true), folding.run(shop.usage.now(), true, () -> true));
        assertEquals(new Folding.Report(0, 0, 0, false), folding.run(shop.usage.now(), false, () -> false));
        assertEquals(before, Set.copyOf(shop.rows("LongestUsage")));
    }

    /** A measure that the declaration does not name would be lost. */
    @Test
    void rowsOfAnotherDeclarationAreRefused() {
        throughShards(3, "search");
        shop.usage.advance(LONG);
        Aggregate other = Aggregate.named("LongestUsage", "UsageEvents")
                .groupBy("feature")
                .measure(Measure.count("events"))
                .windowed()
                .build();
        var folding = new Folding(other, shop.client(), new TableNames(""), Backoff.none());
        String refused = assertThrows(
                        IllegalStateException.class, () -> folding.run(shop.usage.now(), false, () -> true))
                .getMessage();
        assertTrue(refused.contains("longest MAX"), refused);
        assertEquals(3, lanes("search").size());
        assertThrows(
                IllegalArgumentException.class,
                () -> new Folding(aggregate("AllUsage"), shop.client(), new TableNames(""), Backoff.none()));
    }

    @Test
    void theHandlerFoldsWhatItsEventNames() {
        throughShards(3, "search");
        shop.usage.advance(LONG);
        Instant now = shop.usage.now();
        FoldingHandler handler = handler("", now);
        assertEquals(
                Map.of("rows", 3L, "folded", 3L, "left", 0L, "complete", true),
                handler.handleRequest(Map.of("aggregate", "LongestUsage", "at", now.toString()), null));
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
        for (Map<String, String> wrong : List.of(
                Map.<String, String>of(),
                Map.of("aggregate", "LongestUsage"),
                Map.of("aggregate", "LongestUsage", "at", "now"),
                Map.of("aggregate", "OrdersByStatus", "at", now.toString()))) {
            assertThrows(IllegalArgumentException.class, () -> handler.handleRequest(wrong, null), wrong::toString);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> handler("penstock-prod-", now)
                        .handleRequest(
                                Map.of(
                                        "aggregate",
                                        "LongestUsage",
                                        "at",
                                        now.plusSeconds(1).toString()),
                                null),
                "on AWS no clock is moved");
    }

    private FoldingHandler handler(String prefix, Instant now) {
        return new FoldingHandler(
                shop.catalog, shop.client(), new TableNames(prefix), InstantSource.fixed(now), Telemetry.silent());
    }

    private Aggregate longest() {
        return aggregate("LongestUsage");
    }

    private Aggregate aggregate(String name) {
        return shop.catalog.aggregates().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
