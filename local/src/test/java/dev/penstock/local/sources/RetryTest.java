package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MaximumRetryAttempts. */
class RetryTest {
    private static final String QUEUE = "arn:aws:sqs:eu-central-1:000000000000:failed";

    private static Harness harness(int attempts) {
        return new Harness(settings -> settings.maximumRetryAttempts(attempts)
                .destinationConfig(config -> config.onFailure(failure -> failure.destination(QUEUE))));
    }

    @Test
    void aFailedBatchIsInvokedOnceMoreThanItsRetries() {
        for (int attempts : List.of(0, 1, 3)) {
            Harness harness = harness(attempts).fail(attempts + 1);
            harness.stream.insert("bad");
            harness.run();
            assertEquals(attempts + 1, harness.events.size());
            assertEquals(
                    attempts + 1,
                    harness.sent(0).at("/requestContext/approximateInvokeCount").asInt());
            harness.stream.insert("next");
            harness.run();
            assertEquals(List.of("next"), harness.batches().getLast(), "the shard goes on");
        }
    }

    @Test
    void aBatchThatRecoversIsNotGivenUp() {
        Harness harness = harness(3).fail(3);
        harness.stream.insert("a");
        harness.run();
        assertEquals(4, harness.events.size());
        assertTrue(harness.sent.isEmpty());
    }

    @Test
    void withoutALimitItIsRetriedOnAndOn() {
        Harness harness = harness(-1).fail(500);
        harness.stream.insert("a");
        harness.run();
        assertEquals(501, harness.events.size());
        assertTrue(harness.sent.isEmpty());
    }

    @Test
    void aThrottleUsesUpNoRetry() {
        Harness harness = harness(1).throttle(20).fail(1).throttle(20);
        harness.stream.insert("a");
        harness.run();
        assertEquals(42, harness.events.size());
        assertTrue(harness.sent.isEmpty());
        assertEquals("OK", harness.mapping().lastResult());
    }

    @Test
    void theShardWaitsForTheBatchThatIsRetried() {
        Harness harness = new Harness(settings -> settings.batchSize(1)).fail(2);
        harness.stream.insert("a");
        harness.stream.insert("b");
        harness.run();
        assertEquals(List.of(List.of("a"), List.of("a"), List.of("a"), List.of("b")), harness.batches());
    }

    @Test
    void pausesDoubleUpToTheLongest() {
        Retry retry = new Retry(-1, Duration.ofMillis(100), Duration.ofSeconds(2));
        assertEquals(Duration.ofMillis(100), retry.pause(1));
        assertEquals(Duration.ofMillis(200), retry.pause(2));
        assertEquals(Duration.ofMillis(1_600), retry.pause(5));
        assertEquals(Duration.ofSeconds(2), retry.pause(6));
        assertEquals(Duration.ofSeconds(2), retry.pause(Integer.MAX_VALUE));
    }

    @Test
    void aLanePausesOnlyAfterAFailure() {
        Harness harness = new Harness().fail(1);
        harness.stream.insert("a");
        harness.step();
        assertEquals(Duration.ofMillis(1), harness.mapping().lanes().getFirst().pause());
        harness.step();
        assertEquals(Duration.ZERO, harness.mapping().lanes().getFirst().pause());
    }
}
