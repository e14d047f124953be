package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.functions.Invocation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class TumblingWindowTest {
    private static Harness harness() {
        Harness harness = new Harness(Harness.reporting(
                settings -> settings.tumblingWindowInSeconds(60).batchSize(2)));
        harness.always(TumblingWindowTest::count);
        return harness;
    }

    /** A function that counts its records in the state. */
    private static Invocation count(JsonNode event) {
        int before = event.at("/state/count").asInt(0);
        return Harness.success(
                "{\"state\":{\"count\":" + (before + event.get("Records").size()) + "}}");
    }

    @Test
    void stateIsHandedOnAndAFinalInvocationClosesTheWindow() {
        Harness harness = harness();
        harness.stream.insert("a");
        harness.stream.insert("b");
        harness.stream.insert("c");
        harness.run();
        assertEquals(2, harness.events.size());
        assertEquals(0, harness.events.get(0).get("state").size());
        assertEquals(2, harness.events.get(1).at("/state/count").asInt());
        assertFalse(harness.events.get(1).get("isFinalInvokeForWindow").asBoolean());

        harness.clock.advance(Duration.ofSeconds(60));
        harness.run();
        JsonNode last = harness.events.get(2);
        assertEquals(3, harness.events.size());
        assertTrue(last.get("isFinalInvokeForWindow").asBoolean());
        assertFalse(last.get("isWindowTerminatedEarly").asBoolean());
        assertEquals(0, last.get("Records").size());
        assertEquals(3, last.at("/state/count").asInt());
    }

    /** The limit is the event's: what the window carries leaves less room for records. */
    @Test
    void anEventWithItsStateIsNoLargerThanSixMegabytes() {
        Harness harness = new Harness(Harness.reporting(
                settings -> settings.tumblingWindowInSeconds(60).batchSize(100)));
        String state = "{\"state\":{\"kept\":\"" + "x".repeat(900_000) + "\"}}";
        harness.always(event -> Harness.success(state));
        harness.stream.insert("first");
        harness.run();
        Map<String, AttributeValue> large = Map.of("text", AttributeValue.fromS("x".repeat(390_000)));
        for (int i = 0; i < 30; i++) {
            harness.stream.insert("a" + i, large);
        }
        harness.run();
        int records = 0;
        for (JsonNode event : harness.events) {
            assertTrue(event.toString().length() <= Batcher.MAXIMUM_EVENT_BYTES);
            records += event.get("Records").size();
        }
        assertEquals(31, records);
        assertEquals(4, harness.events.size(), "13 of these and the state fit one event");
    }

    /** Members as AWS documents them (developer guide: time windows). */
    @Test
    void theEventNamesItsWindowShardAndStream() {
        Harness harness = harness();
        harness.stream.insert("a");
        harness.run();
        JsonNode event = harness.events.getFirst();
        assertEquals("2026-03-01T10:00:00Z", event.at("/window/start").asText());
        assertEquals("2026-03-01T10:01:00Z", event.at("/window/end").asText());
        assertEquals("shard-0", event.get("shardId").asText());
        assertEquals(MemoryStream.ARN, event.get("eventSourceARN").asText());
    }

    @Test
    void recordsOfTheNextWindowCloseTheOneBeforeAndStartFresh() {
        Harness harness = harness();
        harness.stream.insert("a");
        harness.clock.advance(Duration.ofSeconds(61));
        harness.stream.insert("b");
        harness.run();
        assertEquals(List.of(List.of("a"), List.of(), List.of("b")), harness.batches());
        assertTrue(harness.events.get(1).get("isFinalInvokeForWindow").asBoolean());
        assertEquals(0, harness.events.get(2).get("state").size());
        assertEquals(
                "2026-03-01T10:01:00Z",
                harness.events.get(2).at("/window/start").asText());
    }

    @Test
    void aResponseWithoutStateIsAFailure() {
        Harness harness = harness();
        harness.answer("{}");
        harness.stream.insert("a");
        harness.run();
        assertEquals(List.of(List.of("a"), List.of("a")), harness.batches());
    }

    @Test
    void stateOverOneMegabyteEndsTheWindowEarly() {
        Harness harness = harness();
        harness.answer("{\"state\":{\"big\":\"" + "x".repeat(1024 * 1024) + "\"}}");
        harness.stream.insert("a");
        harness.stream.insert("b");
        harness.stream.insert("c");
        harness.run();
        assertEquals(List.of(List.of("a", "b"), List.of(), List.of("c")), harness.batches());
        assertTrue(harness.events.get(1).get("isFinalInvokeForWindow").asBoolean());
        assertTrue(harness.events.get(1).get("isWindowTerminatedEarly").asBoolean());
        assertEquals(0, harness.events.get(2).get("state").size());
    }

    @Test
    void theEndOfAShardClosesItsWindowAndTheChildStartsFresh() {
        Harness harness = harness();
        harness.stream.insert("a");
        harness.stream.split();
        harness.stream.insert("b");
        harness.run();
        assertEquals(List.of(List.of("a"), List.of(), List.of("b")), harness.batches());
        assertEquals("shard-0", harness.events.get(1).get("shardId").asText());
        assertTrue(harness.events.get(1).get("isFinalInvokeForWindow").asBoolean());
        assertEquals("shard-1", harness.events.get(2).get("shardId").asText());
        assertEquals(0, harness.events.get(2).get("state").size());
    }

    @Test
    void aFinalInvocationThatFailsHoldsTheShard() {
        Harness harness =
                new Harness(settings -> settings.tumblingWindowInSeconds(60).maximumRetryAttempts(0));
        harness.always(TumblingWindowTest::count);
        harness.stream.insert("a");
        harness.run();
        harness.clock.advance(Duration.ofSeconds(61));
        harness.stream.insert("b");
        harness.fail(5);
        harness.run();
        assertEquals(
                List.of(List.of("a"), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of("b")),
                harness.batches());
    }

    @Test
    void aPartialFailureTakesOverTheStateOfWhatSucceeded() {
        Harness harness = harness();
        harness.stream.insert("a");
        String second = harness.stream.insert("b").sequenceNumber().toString();
        harness.answer("{\"state\":{\"count\":1},\"batchItemFailures\":[{\"itemIdentifier\":\"" + second + "\"}]}");
        harness.run();
        assertEquals(List.of(List.of("a", "b"), List.of("b")), harness.batches());
        assertEquals(1, harness.events.get(1).at("/state/count").asInt());
    }

    @Test
    void aWindowSurvivesARestartWithItsState() {
        Harness harness = harness();
        harness.stream.insert("a");
        harness.run();
        harness.restart(settings -> {});
        harness.stream.insert("b");
        harness.run();
        assertEquals(1, harness.events.get(1).at("/state/count").asInt());
        harness.restart(settings -> {});
        harness.clock.advance(Duration.ofSeconds(60));
        harness.run();
        assertEquals(2, harness.events.get(2).at("/state/count").asInt());
        assertTrue(harness.events.get(2).get("isFinalInvokeForWindow").asBoolean());
    }

    @Test
    void onlyOneBatchOfAShardAtATime() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Harness(
                        settings -> settings.tumblingWindowInSeconds(60).parallelizationFactor(2)));
    }
}
