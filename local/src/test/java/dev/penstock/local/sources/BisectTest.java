package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** BisectBatchOnFunctionError. */
class BisectTest {
    private static Harness harness(int retries) {
        return new Harness(Harness.reporting(settings -> settings.bisectBatchOnFunctionError(true)
                .maximumRetryAttempts(retries)
                .destinationConfig(config -> config.onFailure(
                        failure -> failure.destination("arn:aws:sqs:eu-central-1:000000000000:failed")))));
    }

    private static void insert(Harness harness, String... ids) {
        for (String id : ids) {
            harness.stream.insert(id);
        }
    }

    /** A split uses up no retry: with none at all the bad record still ends alone, and the rest is delivered. */
    @Test
    void halvesIsolateTheBadRecordWithoutUsingUpRetries() {
        Harness harness = harness(0);
        harness.always(event -> Harness.ids(event).contains("bad") ? Harness.error() : Harness.success("null"));
        insert(harness, "a", "b", "bad", "d");
        harness.run();
        assertEquals(
                List.of(
                        List.of("a", "b", "bad", "d"),
                        List.of("a", "b"),
                        List.of("bad", "d"),
                        List.of("bad"),
                        List.of("d")),
                harness.batches());
        assertEquals(1, harness.sent.size());
        assertEquals(1, harness.sent(0).at("/DDBStreamBatchInfo/batchSize").asInt());
        assertEquals(
                3, harness.sent(0).at("/requestContext/approximateInvokeCount").asInt());
    }

    @Test
    void aSingleRecordIsRetriedByTheLimit() {
        Harness harness = harness(2);
        harness.always(event -> Harness.error());
        insert(harness, "a", "b");
        harness.run();
        assertEquals(
                List.of(
                        List.of("a", "b"),
                        List.of("a"),
                        List.of("a"),
                        List.of("a"),
                        List.of("b"),
                        List.of("b"),
                        List.of("b")),
                harness.batches());
        assertEquals(2, harness.sent.size());
    }

    /** With reported failures the batch is split at the returned sequence number and only the rest is retried. */
    @Test
    void aReportedFailureSplitsAtItsSequenceNumber() {
        Harness harness = harness(1);
        insert(harness, "a", "b");
        String third = harness.stream.insert("c").sequenceNumber().toString();
        insert(harness, "d");
        harness.answer(Harness.failures(third));
        harness.fail(1);
        harness.run();
        assertEquals(
                List.of(List.of("a", "b", "c", "d"), List.of("c", "d"), List.of("c"), List.of("d")),
                harness.batches(),
                "then the error of the rest is bisected");
        assertTrue(harness.sent.isEmpty(), "neither split used up the one retry");
    }

    @Test
    void aFirstRecordThatFailsAgainAndAgainEndsByTheRetryLimit() {
        Harness harness = harness(2);
        String first = harness.stream.insert("a").sequenceNumber().toString();
        insert(harness, "b");
        harness.always(event -> Harness.success(Harness.failures(first)));
        harness.run();
        assertEquals(3, harness.events.size());
        assertEquals(2, harness.sent(0).at("/DDBStreamBatchInfo/batchSize").asInt());
    }

    @Test
    void withoutTheSettingTheWholeBatchIsRetried() {
        Harness harness = new Harness(settings -> settings.maximumRetryAttempts(1)).fail(2);
        insert(harness, "a", "b");
        harness.run();
        assertEquals(List.of(List.of("a", "b"), List.of("a", "b")), harness.batches());
    }
}
