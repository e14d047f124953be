package dev.penstock.local.counting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What {@code bench streams} says of each way to count, on a small stream. */
class SideBySideTest {
    @Test
    void penstockIsExactAtTheLeastUnitsAndTheUsualWaysAreNotBoth() {
        try (var runtime = LocalRuntime.start(Options.inMemory())) {
            var sideBySide = new SideBySide(runtime.clients().of(DynamoDbClient.class), 3);
            var perRecord = sideBySide.run(Baselines.perRecord(), 1, 1, 50);
            assertEquals(1.0, perRecord.unitsPerEvent());
            assertTrue(perRecord.exactAtFirst());
            assertFalse(perRecord.exact(), "a redelivery counts again");
            var marker = sideBySide.run(Baselines.marker(), 1, 1, 50);
            assertEquals(4.0, marker.unitsPerEvent());
            assertTrue(marker.exact());
            assertEquals(
                    3.0, sideBySide.run(Baselines.idempotencyRecord(), 1, 1, 50).unitsPerEvent());
            assertFalse(sideBySide.survivesCrash(Baselines.idempotencyRecord(), 50), "between count and completion");

            for (Projected strategy : List.of(Projected.contribution(), Projected.windowed())) {
                var result = sideBySide.run(strategy, 3, 2, 60);
                double least = strategy.name().endsWith("windowed")
                        ? result.groupsPerEvent()
                        : 2 * (1 + result.groupsPerEvent());
                assertTrue(result.unitsPerEvent() <= 1.05 * least, () -> result + " against " + least);
                assertTrue(result.exactAtFirst(), result::toString);
                assertTrue(result.exact(), result::toString);
                assertTrue(sideBySide.survivesCrash(strategy, 60), strategy.name());
            }
        }
    }
}
