package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.local.functions.Invocation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaximumRecordAgeTest {
    private static Harness harness() {
        return new Harness(settings -> settings.maximumRecordAgeInSeconds(60)
                .destinationConfig(config -> config.onFailure(
                        failure -> failure.destination("arn:aws:sqs:eu-central-1:000000000000:failed"))));
    }

    /** Recorded on AWS: no responseContext, and an invoke count of 1 though nothing was invoked. */
    @Test
    void aRecordTooOldBeforeItsFirstReadIsNeverInvoked() {
        Harness harness = harness();
        harness.stream.insert("old");
        harness.clock.advance(Duration.ofSeconds(61));
        harness.stream.insert("new");
        harness.run();
        assertEquals(List.of(List.of("new")), harness.batches());
        var body = harness.sent(0);
        assertEquals("RecordAgeExceeded", body.at("/requestContext/condition").asText());
        assertEquals(1, body.at("/requestContext/approximateInvokeCount").asInt());
        assertFalse(body.has("responseContext"));
        assertEquals(1, body.at("/DDBStreamBatchInfo/batchSize").asInt());
    }

    @Test
    void aBatchThatGrowsTooOldWhileItIsRetriedIsGivenUp() {
        Harness harness = harness();
        harness.always(event -> Harness.error());
        harness.stream.insert("a");
        for (int i = 0; i < 8; i++) {
            harness.step();
        }
        harness.clock.advance(Duration.ofSeconds(61));
        harness.run();
        assertEquals(8, harness.events.size());
        assertEquals(
                8, harness.sent(0).at("/requestContext/approximateInvokeCount").asInt());
        assertEquals(
                "RecordAgeExceeded",
                harness.sent(0).at("/requestContext/condition").asText());
    }

    @Test
    void onlyTheRecordsThatAreTooOldGoAndTheRestIsInvoked() {
        Harness harness = harness();
        harness.always(event -> new Invocation.Throttled("busy"));
        harness.stream.insert("a");
        harness.clock.advance(Duration.ofSeconds(40));
        harness.stream.insert("b");
        harness.step();
        harness.clock.advance(Duration.ofSeconds(30));
        harness.always(event -> Harness.success("null"));
        harness.run();
        assertEquals(List.of("b"), harness.batches().getLast());
        assertEquals(1, harness.sent(0).at("/DDBStreamBatchInfo/batchSize").asInt());
    }

    @Test
    void minusOneKeepsRecordsOfAnyAge() {
        Harness harness = new Harness();
        harness.stream.insert("a");
        harness.clock.advance(Duration.ofHours(23));
        harness.run();
        assertEquals(List.of(List.of("a")), harness.batches());
    }
}
