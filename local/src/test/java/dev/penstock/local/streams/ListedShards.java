package dev.penstock.local.streams;

import dev.penstock.local.clock.Listening;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Shards that a test fills by hand. */
final class ListedShards implements ShardReader {
    private static final BigInteger BASE = new BigInteger("100000000000000000000");

    private final Map<String, Shard> shards = new LinkedHashMap<>();
    private final Map<String, List<StreamRecord>> records = new HashMap<>();
    private final Map<String, BigInteger> trimmed = new HashMap<>();
    private Map<String, AttributeValue> last;
    private long count;

    ListedShards open(String shardId, String parent) {
        shards.put(shardId, new Shard(shardId, parent, BASE.add(BigInteger.valueOf(count + 1)), null));
        records.put(shardId, new ArrayList<>());
        return this;
    }

    ListedShards close(String shardId) {
        Shard open = shards.get(shardId);
        shards.put(shardId, new Shard(shardId, open.parentShardId(), open.startingSequence(), latest()));
        return this;
    }

    ListedShards add(String shardId, String id, int changes) {
        for (int i = 0; i < changes; i++) {
            put(shardId, Map.of("id", AttributeValue.fromS(id), "v", AttributeValue.fromN(Long.toString(count + 1))));
        }
        return this;
    }

    void put(String shardId, Map<String, AttributeValue> item) {
        count++;
        records.get(shardId)
                .add(new StreamRecord(
                        "%032x".formatted(count),
                        last == null ? StreamRecord.EventName.INSERT : StreamRecord.EventName.MODIFY,
                        latest(),
                        Instant.parse("2026-01-01T10:00:00.123456Z"),
                        Map.of("id", item.get("id")),
                        last,
                        item,
                        0,
                        null));
        last = item;
    }

    void trim(String shardId, int howMany) {
        trimmed.put(shardId, records.get(shardId).get(howMany).sequenceNumber());
        records.get(shardId).subList(0, howMany).clear();
    }

    @Override
    public List<Shard> shards(String streamArn) {
        return List.copyOf(shards.values());
    }

    @Override
    public Page read(String streamArn, String shardId, BigInteger after, int limit) {
        List<StreamRecord> following = records.get(shardId).stream()
                .filter(record -> record.sequenceNumber().compareTo(after) > 0)
                .toList();
        List<StreamRecord> page = following.subList(0, Math.min(limit, following.size()));
        return new Page(
                page,
                shards.get(shardId).isClosed() && page.size() == following.size(),
                trimmed.getOrDefault(shardId, BigInteger.ZERO));
    }

    @Override
    public BigInteger latest() {
        return BASE.add(BigInteger.valueOf(count));
    }

    @Override
    public BigInteger before(Instant time) {
        return records.values().stream()
                .flatMap(List::stream)
                .filter(record -> record.committed().isBefore(time))
                .map(StreamRecord::sequenceNumber)
                .max(BigInteger::compareTo)
                .orElse(BASE);
    }

    @Override
    public Listening onRecords(String streamArn, Runnable listener) {
        return () -> {};
    }
}
