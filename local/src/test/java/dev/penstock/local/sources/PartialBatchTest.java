package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ReportBatchItemFailures: all outcomes but the marked ones are recorded AWS answers. */
class PartialBatchTest {
    private static Harness harness(int batchSize) {
        return new Harness(Harness.reporting(settings -> settings.batchSize(batchSize)
                .maximumRetryAttempts(3)
                .destinationConfig(config -> config.onFailure(
                        failure -> failure.destination("arn:aws:sqs:eu-central-1:000000000000:failed")))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "{\"batchItemFailures\":[]}",
                "{\"batchItemFailures\":null}",
                "\"\"",
                "",
                // Not recorded; follows from {}: a misspelt member is no member.
                "{\"batchItemFailure\":[{\"itemIdentifier\":\"1\"}]}"
            })
    void wholeBatchSucceeds(String response) {
        Harness harness = harness(1);
        harness.always(event -> Harness.success(response));
        harness.stream.insert("a");
        harness.run();
        assertEquals(1, harness.events.size());
        assertTrue(harness.sent.isEmpty());
        assertEquals("OK", harness.mapping().lastResult());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"itemIdentifier\":123}",
                "{\"itemIdentifier\":\"\"}",
                "{\"itemIdentifier\":null}",
                "{\"foo\":123}",
                "{\"foo\":null}",
                // Not recorded: a sequence number of another batch, and no number at all.
                "{\"itemIdentifier\":\"999999999999999999999999999\"}",
                "{\"itemIdentifier\":\"abc\"}"
            })
    void wholeBatchFails(String failure) {
        Harness harness = harness(1);
        harness.always(event -> Harness.success("{\"batchItemFailures\":[" + failure + "]}"));
        harness.stream.insert("a");
        harness.run();
        assertEquals(4, harness.events.size());
        var body = harness.sent(0);
        assertEquals(
                "RetryAttemptsExhausted", body.at("/requestContext/condition").asText());
        assertEquals(4, body.at("/requestContext/approximateInvokeCount").asInt());
        assertTrue(body.at("/responseContext/functionError").isNull());
        assertTrue(body.get("responseContext").has("functionError"));
    }

    @Test
    void aFunctionThatThrowsFailsTheWholeBatch() {
        Harness harness = harness(1).fail(4);
        harness.stream.insert("a");
        harness.run();
        assertEquals(4, harness.events.size());
        var body = harness.sent(0);
        assertEquals("Unhandled", body.at("/responseContext/functionError").asText());
        assertEquals(
                "RetryAttemptsExhausted", body.at("/requestContext/condition").asText());
        assertEquals(4, body.at("/requestContext/approximateInvokeCount").asInt());
    }

    /** Recorded with six items in batches of 3 of which the last fails: exactly that record reaches the destination. */
    @Test
    void theLowestFailedSequenceNumberIsTheCheckpoint() {
        Harness harness = harness(3);
        IntStream.range(0, 5).forEach(i -> harness.stream.insert("testId" + i));
        String bad = harness.stream.insert("testId5").sequenceNumber().toString();
        harness.always(event ->
                Harness.success(Harness.ids(event).contains("testId5") ? Harness.failures(bad) : Harness.failures()));
        harness.run();
        assertEquals(
                List.of(
                        List.of("testId0", "testId1", "testId2"),
                        List.of("testId3", "testId4", "testId5"),
                        List.of("testId5"),
                        List.of("testId5"),
                        List.of("testId5")),
                harness.batches());
        var body = harness.sent(0);
        assertEquals(bad, body.at("/DDBStreamBatchInfo/startSequenceNumber").asText());
        assertEquals(bad, body.at("/DDBStreamBatchInfo/endSequenceNumber").asText());
        assertEquals(1, body.at("/DDBStreamBatchInfo/batchSize").asInt());
        assertEquals(4, body.at("/requestContext/approximateInvokeCount").asInt());
        assertTrue(body.at("/responseContext/functionError").isNull());
    }

    @Test
    void severalFailuresRetryFromTheLowestAndRedeliverLaterSuccesses() {
        Harness harness = harness(10);
        harness.stream.insert("a");
        String second = harness.stream.insert("b").sequenceNumber().toString();
        harness.stream.insert("c");
        String fourth = harness.stream.insert("d").sequenceNumber().toString();
        harness.answer(Harness.failures(fourth, second));
        harness.run();
        assertEquals(List.of(List.of("a", "b", "c", "d"), List.of("b", "c", "d")), harness.batches());
    }

    @Test
    void withoutTheSettingAResponseIsNotRead() {
        Harness harness = new Harness();
        String first = harness.stream.insert("a").sequenceNumber().toString();
        harness.answer(Harness.failures(first));
        harness.run();
        assertEquals(1, harness.events.size());
    }

    @Test
    void whatSucceededIsCheckpointedAtOnce() {
        Harness harness = harness(10);
        var first = harness.stream.insert("a");
        String second = harness.stream.insert("b").sequenceNumber().toString();
        harness.answer(Harness.failures(second));
        harness.step();
        assertEquals(
                first.sequenceNumber(),
                harness.checkpoints.load(Harness.UUID, "shard-0").orElseThrow().sequenceNumber());
    }
}
