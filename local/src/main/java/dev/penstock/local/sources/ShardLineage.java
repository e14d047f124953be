package dev.penstock.local.sources;

import dev.penstock.local.streams.ShardReader.Shard;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parents before children: a shard may be read when its parents are done, or are no longer there. */
final class ShardLineage {
    private ShardLineage() {}

    /** The shards to read now, in the order given. */
    static List<Shard> readable(List<Shard> shards, Predicate<Shard> isDone) {
        Set<String> pending = shards.stream()
                .filter(shard -> !isDone.test(shard))
                .map(Shard::shardId)
                .collect(Collectors.toSet());
        return shards.stream()
                .filter(shard -> pending.contains(shard.shardId()))
                .filter(shard -> Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                        .filter(Objects::nonNull)
                        .noneMatch(pending::contains))
                .toList();
    }
}
