package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.streams.StreamRecord.EventName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** ParallelizationFactor: several batches of a shard at a time, each item in order. */
class ParallelizationTest {
    @Test
    void everyLaneIsUsed() {
        MemoryStream stream = new MemoryStream(() -> MemoryStream.second(0));
        Set<Integer> lanes = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            lanes.add(new Parallelization(10)
                    .laneOf(stream.record(EventName.INSERT, "customer-" + i, null, Map.of(), null)));
        }
        assertEquals(10, lanes.size());
    }

    @Test
    void aBlockedLaneDoesNotBlockTheOthers() {
        Harness harness =
                new Harness(settings -> settings.parallelizationFactor(10).batchSize(10));
        String poison = "customer-0";
        harness.always(event -> Harness.ids(event).contains(poison) ? Harness.error() : Harness.success("null"));
        for (int i = 0; i < 100; i++) {
            harness.stream.insert("customer-" + i);
        }
        for (int i = 0; i < 50; i++) {
            harness.step();
        }
        Set<String> delivered = new HashSet<>();
        harness.batches().stream().filter(batch -> !batch.contains(poison)).forEach(delivered::addAll);
        assertTrue(delivered.size() >= 80, "delivered beside the blocked lane: " + delivered.size());
        assertTrue(
                harness.checkpoints.load(Harness.UUID, "shard-0").isEmpty()
                        || harness.checkpoints
                                        .load(Harness.UUID, "shard-0")
                                        .orElseThrow()
                                        .sequenceNumber()
                                        .signum()
                                == 0,
                "the first record of the shard is not done, so nothing is");
    }

    /** Whatever the lanes do in whatever order, with failures in between: each item's changes arrive in order. */
    @Property(tries = 100)
    void changesOfOneItemStayInOrder(@ForAll @IntRange(min = 1, max = 10) int factor, @ForAll long seed)
            throws InterruptedException {
        Random random = new Random(seed);
        Harness harness =
                new Harness(settings -> settings.parallelizationFactor(factor).batchSize(1 + random.nextInt(5)));
        List<String> delivered = new ArrayList<>();
        harness.always(event -> {
            if (random.nextInt(4) == 0) {
                return Harness.error();
            }
            event.get("Records")
                    .forEach(record ->
                            delivered.add(record.at("/dynamodb/Keys/id/S").asText() + " "
                                    + record.at("/dynamodb/SequenceNumber").asText()));
            return Harness.success("null");
        });
        int written = 60;
        for (int i = 0; i < written; i++) {
            harness.stream.insert("item-" + random.nextInt(8));
        }
        for (int i = 0; i < 10_000 && delivered.size() < written; i++) {
            harness.mapping().doWork();
            List<Lane> lanes = harness.mapping().lanes();
            lanes.get(random.nextInt(lanes.size())).doWork();
        }
        assertEquals(written, delivered.size());
        for (int item = 0; item < 8; item++) {
            String prefix = "item-" + item + " ";
            List<String> ofItem =
                    delivered.stream().filter(each -> each.startsWith(prefix)).toList();
            assertEquals(ofItem.stream().sorted().toList(), ofItem);
        }
    }
}
