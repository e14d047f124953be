package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies, the order of their members and the S3 key as recorded on AWS. */
class OnFailureDestinationTest {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static Harness harness(String destination) {
        return new Harness(settings -> settings.batchSize(1)
                .maximumRetryAttempts(1)
                .destinationConfig(config -> config.onFailure(failure -> failure.destination(destination))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"arn:aws:sqs:eu-central-1:000000000000:failed", "arn:aws:sns:eu-central-1:000000000000:failed"})
    void queueAndTopicLearnWhereTheRecordsStand(String destination) {
        Harness harness = harness(destination).fail(2);
        String number = harness.stream.insert("a").sequenceNumber().toString();
        harness.run();
        assertEquals(body("RetryAttemptsExhausted", 2, "\"Unhandled\"", number), harness.sent.getFirst());
    }

    /** Recorded: members, their order, times with milliseconds above and without them below. */
    private static String body(String condition, int invocations, String functionError, String number) {
        String answered = functionError.isEmpty()
                ? ""
                : "\"responseContext\":{\"statusCode\":200,\"executedVersion\":\"$LATEST\",\"functionError\":"
                        + functionError + "},";
        return "{\"requestContext\":{\"requestId\":\"request\",\"functionArn\":\"" + Harness.FUNCTION
                + "\",\"condition\":\"" + condition + "\",\"approximateInvokeCount\":" + invocations + "}," + answered
                + "\"version\":\"1.0\",\"timestamp\":\"2026-03-01T10:00:00.250Z\","
                + "\"DDBStreamBatchInfo\":{\"shardId\":\"shard-0\",\"startSequenceNumber\":\"" + number
                + "\",\"endSequenceNumber\":\"" + number + "\","
                + "\"approximateArrivalOfFirstRecord\":\"2026-03-01T10:00:00Z\","
                + "\"approximateArrivalOfLastRecord\":\"2026-03-01T10:00:00Z\",\"batchSize\":1,"
                + "\"streamArn\":\"" + MemoryStream.ARN + "\"}}";
    }

    /** Recorded with batches of three of which the last record is reported: it alone is told of, its error is null. */
    @Test
    void aReportedFailureHasNoFunctionError() {
        Harness harness = new Harness(Harness.reporting(settings -> settings.batchSize(3)
                .maximumRetryAttempts(3)
                .destinationConfig(config -> config.onFailure(
                        failure -> failure.destination("arn:aws:sqs:eu-central-1:000000000000:failed")))));
        for (int i = 0; i < 5; i++) {
            harness.stream.insert("testId" + i);
        }
        String bad = harness.stream.insert("testId5").sequenceNumber().toString();
        harness.always(event ->
                Harness.success(Harness.ids(event).contains("testId5") ? Harness.failures(bad) : Harness.failures()));
        harness.run();
        assertEquals(List.of(body("RetryAttemptsExhausted", 4, "null", bad)), harness.sent);
    }

    /** Recorded, on Kinesis: a record too old for its first invocation counts one; there is no responseContext. */
    @Test
    void aRecordTooOldHasNoResponseContext() {
        for (int invocations : List.of(0, 8)) {
            Harness harness = new Harness(settings -> settings.maximumRecordAgeInSeconds(60)
                    .maximumRetryAttempts(invocations == 0 ? 0 : -1)
                    .destinationConfig(config -> config.onFailure(
                            failure -> failure.destination("arn:aws:sqs:eu-central-1:000000000000:failed"))));
            harness.always(event -> Harness.error());
            String number = harness.stream.insert("a").sequenceNumber().toString();
            for (int i = 0; i < invocations; i++) {
                harness.step();
            }
            harness.clock.advance(Duration.ofSeconds(61));
            harness.run();
            assertEquals(invocations, harness.events.size());
            assertEquals(
                    List.of(body("RecordAgeExceeded", Math.max(1, invocations), "", number)
                            .replace("2026-03-01T10:00:00.250Z", "2026-03-01T10:01:01.250Z")),
                    harness.sent.stream()
                            .map(sent -> sent.replaceAll("\"requestId\":\"[^\"]*\"", "\"requestId\":\"request\""))
                            .toList());
            assertTrue(
                    UUID.matcher(harness.sent(0).at("/requestContext/requestId").asText())
                            .matches(),
                    harness.sent::getFirst);
        }
    }

    @Test
    void anObjectHoldsTheWholeEventAsAString() throws Exception {
        Harness harness = harness("arn:aws:s3:::failures").fail(2);
        String number = harness.stream.insert("a").sequenceNumber().toString();
        harness.run();
        String key = harness.objects.keySet().iterator().next();
        assertTrue(
                key.matches("failures/aws/lambda/" + Harness.UUID
                        + "/shard-0/2026/03/01/2026-03-01T10\\.00\\.00-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
                key);
        JsonNode body = harness.sent(0);
        assertTrue(body.get("payload").isTextual());
        JsonNode payload = Harness.JSON.readTree(body.get("payload").textValue());
        assertEquals(harness.events.getFirst(), payload);
        assertEquals(
                Harness.JSON.readTree(body("RetryAttemptsExhausted", 2, "\"Unhandled\"", number)),
                ((ObjectNode) body).without("payload"));
    }

    @Test
    void withoutADestinationTheBatchIsDroppedAndCounted() {
        Harness harness = new Harness(settings -> settings.maximumRetryAttempts(0)
                        .metricsConfig(config -> config.metricsWithStrings("EventCount")))
                .fail(1);
        harness.stream.insert("a");
        harness.stream.insert("b");
        harness.run();
        assertEquals(2.0, harness.metrics.get("DroppedEventCount"));
        assertEquals(2.0, harness.metrics.get("PolledEventCount"));
        assertEquals(2.0, harness.metrics.get("InvokedEventCount"));
        assertEquals(2.0, harness.metrics.get("FailedInvokeEventCount"));
    }

    @Test
    void aDestinationThatFailsIsCountedAndTheShardGoesOn() {
        Harness harness = harness("arn:aws:sqs:eu-central-1:000000000000:gone").fail(2);
        harness.destinationFails();
        harness.stream.insert("a");
        harness.stream.insert("b");
        harness.run();
        assertEquals(1.0, harness.metrics.get("DestinationDeliveryFailures"));
        assertEquals(List.of("b"), harness.batches().getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"arn:aws:sqs:eu-central-1:000000000000:q.fifo", "kafka://topic", "no arn"})
    void otherDestinationsAreRefused(String destination) {
        var refused = assertThrows(IllegalArgumentException.class, () -> harness(destination));
        assertTrue(refused.getMessage().endsWith("given: " + destination), refused.getMessage());
    }

    @Test
    void iteratorAgeIsTheAgeOfTheLastRecordWhenItIsDone() {
        Harness harness = new Harness();
        harness.stream.insert("a");
        harness.clock.advance(Duration.ofSeconds(5));
        harness.stream.insert("b");
        harness.clock.advance(Duration.ofSeconds(2));
        harness.run();
        assertEquals(2_000.0, harness.metrics.get("IteratorAge"));
    }
}
