package dev.penstock.local.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.ServicesUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

/** What Lambda's IteratorAge tells of a time that a stream has to pass. */
class StreamLagTest {
    private static final Instant NOON = ServicesUnderTest.NOON;

    private final ServicesUnderTest services = new ServicesUnderTest();
    private final StreamLag lag =
            new StreamLag(services.client(CloudWatchClient.class), "penstock-test-", services.clock());

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void aConsumerIsPastWhatIsOlderThanTheAgeOfItsLastBatch() {
        age("Slow", Duration.ofMinutes(30));
        services.clock().advance(Duration.ofMinutes(6));
        age("Slow", Duration.ofMinutes(10));
        services.clock().advance(Duration.ofMinutes(2));
        // In minute 6 its last batch was ten minutes old.
        assertFalse(lag.isPast("Slow", NOON.minus(Duration.ofMinutes(3))));
        assertTrue(lag.isPast("Slow", NOON.minus(Duration.ofMinutes(4))));
        assertEquals(Duration.ofMinutes(10), lag.of(List.of("Slow", "Idle")));
    }

    @Test
    void whoHadCaughtUpOrHasNothingToDoIsPast() {
        age("Before", Duration.ofHours(1));
        services.clock().advance(Duration.ofMinutes(20));
        age("Quick", Duration.ofMillis(200));
        services.clock().advance(Duration.ofMinutes(9));
        for (String consumer : List.of("Quick", "Before", "Idle")) {
            assertTrue(lag.isPast(consumer, services.clock().instant()), consumer);
        }
        assertEquals(Duration.ofMillis(200), lag.of(List.of("Quick", "Before", "Idle")));
    }

    private void age(String consumer, Duration age) {
        services.services()
                .metrics()
                .put(
                        "us-east-1",
                        "AWS/Lambda",
                        "IteratorAge",
                        age.toMillis(),
                        "Milliseconds",
                        Map.of("FunctionName", "penstock-test-" + consumer));
    }
}
