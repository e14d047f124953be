package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Which rows are folded, and that readers see the same sums. */
@Tag("rule-9")
class FoldingTest extends FoldingShop {
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
}
