package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.streams.ShardReader.Shard;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShardLineageTest {
    private static Shard shard(String id, String parent) {
        return new Shard(id, parent, BigInteger.ONE, null);
    }

    private static List<String> readable(List<Shard> shards, Set<String> done) {
        return ShardLineage.readable(shards, shard -> done.contains(shard.shardId())).stream()
                .map(Shard::shardId)
                .toList();
    }

    @Test
    void childrenWaitForTheirParent() {
        var shards = List.of(shard("p", null), shard("a", "p"), shard("b", "p"), shard("c", "a"));
        assertEquals(List.of("p"), readable(shards, Set.of()));
        assertEquals(List.of("a", "b"), readable(shards, Set.of("p")));
        assertEquals(List.of("b", "c"), readable(shards, Set.of("p", "a")));
        assertEquals(List.of(), readable(shards, Set.of("p", "a", "b", "c")));
    }

    @Test
    void aMergedChildWaitsForBothParents() {
        var shards = List.of(shard("a", null), shard("b", null), new Shard("child", "a", "b", BigInteger.ONE, null));
        assertEquals(List.of("a", "b"), readable(shards, Set.of()));
        assertEquals(List.of("b"), readable(shards, Set.of("a")));
        assertEquals(List.of("a"), readable(shards, Set.of("b")));
        assertEquals(List.of("child"), readable(shards, Set.of("a", "b")));
    }

    @Test
    void aParentThatIsGoneHoldsNobodyBack() {
        assertEquals(List.of("a"), readable(List.of(shard("a", "trimmed")), Set.of()));
    }

    /** The failing parent holds its child back; the child's record is delivered only after it. */
    @Test
    void aChildsRecordsComeAfterAllOfItsParents() {
        Harness harness = new Harness(settings -> settings.batchSize(1));
        harness.stream.insert("parent");
        harness.stream.split();
        harness.stream.insert("child");
        harness.fail(3);
        harness.run();
        assertEquals(
                List.of(List.of("parent"), List.of("parent"), List.of("parent"), List.of("parent"), List.of("child")),
                harness.batches());
        assertEquals(
                true,
                harness.checkpoints.load(Harness.UUID, "shard-0").orElseThrow().isShardDone());
        harness.restart(settings -> {});
        harness.run();
        assertEquals(5, harness.events.size(), "a shard that is done stays done after a restart");
    }
}
