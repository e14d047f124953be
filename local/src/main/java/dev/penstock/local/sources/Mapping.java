package dev.penstock.local.sources;

import dev.penstock.local.streams.ShardReader.Shard;
import dev.penstock.local.streams.StreamDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** One enabled mapping: finds the shards of its stream and reads each from where it stopped. */
final class Mapping {
    /** Under this shard id the checkpoints keep what LATEST meant when the mapping was made. */
    private static final String MADE_AT = "made-at";

    private final MappingSettings settings;
    private final Ports ports;
    private final Lane.Parts parts;
    private final EventJson json;
    private final Filter filter;
    private final StartingPosition start;
    private final Map<String, ShardConsumer> consumers = new ConcurrentSkipListMap<>();
    private final Set<String> doneShards = ConcurrentHashMap.newKeySet();
    private volatile String lastResult;

    /** @throws IllegalArgumentException for an unknown stream or a filter pattern that is none */
    Mapping(MappingSettings settings, Ports ports, String lastResult) {
        this.settings = settings;
        this.ports = ports;
        this.lastResult = lastResult;
        StreamDirectory.Stream stream = ports.stream(settings.streamArn())
                .orElseThrow(() -> new IllegalArgumentException("Stream not found: " + settings.streamArn()));
        this.json = new EventJson(settings.streamArn(), stream.viewType());
        this.filter = new Filter(settings.filterPatterns());
        Retry retry = new Retry(settings.maximumRetryAttempts(), ports.firstPause(), ports.longestPause());
        this.parts = new Lane.Parts(ports, retry, result -> lastResult(result));
        this.start = new StartingPosition(
                settings.startingPosition(), madeAt(settings, ports).sequenceNumber());
    }

    /** Fixes what LATEST means, at the first call for a mapping; later calls find it. */
    static Checkpoint madeAt(MappingSettings settings, Ports ports) {
        return ports.checkpoints().load(settings.uuid(), MADE_AT).orElseGet(() -> {
            Checkpoint now = new Checkpoint(ports.reader().latest(), false, null);
            ports.checkpoints().save(settings.uuid(), MADE_AT, now);
            return now;
        });
    }

    MappingSettings settings() {
        return settings;
    }

    String lastResult() {
        return lastResult;
    }

    private void lastResult(String result) {
        lastResult = result;
    }

    /** The lanes of the shards that are read now. */
    List<Lane> lanes() {
        List<Lane> lanes = new ArrayList<>();
        consumers.values().forEach(consumer -> lanes.addAll(consumer.lanes()));
        return lanes;
    }

    /** Whether all that the stream holds now is done. From any thread; windows that are open don't count. */
    boolean isSettled() {
        for (Shard shard : ports.reader().shards(settings.streamArn())) {
            ShardConsumer consumer = consumers.get(shard.shardId());
            if (consumer == null ? !doneShards.contains(shard.shardId()) : !consumer.isSettled()) {
                return false;
            }
        }
        return true;
    }

    /** Looks for shards that may be read, reads a page of each, lets go of those that ended. For one thread. */
    int doWork() {
        int work = 0;
        List<Shard> shards = ports.reader().shards(settings.streamArn());
        for (Shard shard : ShardLineage.readable(shards, this::isDone)) {
            if (!consumers.containsKey(shard.shardId())) {
                consumers.put(shard.shardId(), open(shard));
                work++;
            }
        }
        for (ShardConsumer consumer : List.copyOf(consumers.values())) {
            work += consumer.doWork();
            if (consumer.isFinished()) {
                finish(consumer.shardId());
                work++;
            }
        }
        return work;
    }

    private ShardConsumer open(Shard shard) {
        Checkpoint from =
                ports.checkpoints().load(settings.uuid(), shard.shardId()).orElseGet(() -> start.of(shard));
        return new ShardConsumer(settings, shard, from, parts, json, filter);
    }

    private boolean isDone(Shard shard) {
        if (doneShards.contains(shard.shardId())) {
            return true;
        }
        if (consumers.containsKey(shard.shardId())) {
            return false;
        }
        Checkpoint saved =
                ports.checkpoints().load(settings.uuid(), shard.shardId()).orElseGet(() -> start.of(shard));
        if (saved.isShardDone()) {
            doneShards.add(shard.shardId());
        }
        return saved.isShardDone();
    }

    private void finish(String shardId) {
        doneShards.add(shardId);
        consumers.remove(shardId);
        Checkpoint last = ports.checkpoints().load(settings.uuid(), shardId).orElse(Checkpoint.START);
        ports.checkpoints().save(settings.uuid(), shardId, new Checkpoint(last.sequenceNumber(), true, null));
    }
}
