package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.local.clients.Await;
import dev.penstock.local.redelivery.FoldCommand;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rows of closed shards, on the synthesized stacks: the declared schedule calls the function when the clock gets there. */
@Tag("rule-9")
class FoldingIT extends RunningStorefront {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    FoldingIT() {
        super(31, 1);
    }

    @Test
    void theScheduleFoldsRowsOfClosedShardsOnceTheyAreOldEnough() {
        Map<String, AttributeValue> like = event();
        countThroughTwoShards(like);
        assertEquals(2, rows().size(), rows()::toString);
        control.advance(Duration.ofDays(20));
        assertTrue(run(0, new FoldCommand()).contains("2 rows read, 0 folded"), "they are too young");

        String dry = run(0, new FoldCommand(), "--dry-run", "--json");
        assertTrue(dry.contains("\"dryRun\":true") && dry.contains("\"folded\":0"), dry);
        control.advance(Duration.ofDays(2));
        Await.until(LIMIT, "the rows to be folded by the schedule", () -> rows().size() == 1);
        assertEquals(Aggregate.FOLDED, text(rows().getFirst(), Aggregate.LANE));
        assertEquals("2", rows().getFirst().get("events").n());
        assertEquals(List.of(), differences());

        // The shard goes on, in a row of its own, and by hand it is folded too.
        count(like, "3");
        assertEquals(2, rows().size(), rows()::toString);
        assertEquals(List.of(), differences());
        assertTrue(run(0, new FoldCommand()).contains("0 folded"));
    }

    private void countThroughTwoShards(Map<String, AttributeValue> like) {
        count(like, "1");
        String shard = control.get("shards/UsageEvents").path(0).path("shardId").asText();
        control.post("shards/UsageEvents", Map.of("split", shard));
        count(like, "2");
    }

    private void count(Map<String, AttributeValue> like, String id) {
        var event = new HashMap<>(like);
        event.put("eventId", AttributeValue.fromS(id));
        put("UsageEvents", event);
        Await.until(LIMIT, "the projector to catch up", this::settled);
    }

    /** Of one group, and without expiry, so that time changes nothing but the rows' age. */
    private Map<String, AttributeValue> event() {
        var event = new HashMap<>(data.usageEvent());
        event.remove("expiresAt");
        return event;
    }

    private List<Map<String, AttributeValue>> rows() {
        return dynamoDb.scan(scan -> scan.tableName("UsageByHour").consistentRead(true))
                .items();
    }

    private static String text(Map<String, AttributeValue> row, String attribute) {
        return Objects.requireNonNull(row.get(attribute), attribute).s();
    }
}
