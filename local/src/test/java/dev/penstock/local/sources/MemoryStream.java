package dev.penstock.local.sources;

import dev.penstock.local.clock.Listening;
import dev.penstock.local.streams.ShardReader;
import dev.penstock.local.streams.StreamDirectory;
import dev.penstock.local.streams.StreamRecord;
import dev.penstock.local.streams.StreamRecord.EventName;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** A stream in memory whose shards can be split and trimmed by hand. */
final class MemoryStream implements ShardReader, StreamDirectory {
    static final String ARN =
            "arn:aws:dynamodb:eu-central-1:000000000000:table/Customers/stream/2026-01-01T00:00:00.000";

    private final InstantSource clock;
    private final Map<String, List<StreamRecord>> records = new LinkedHashMap<>();
    private final List<Shard> shards = new ArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private BigInteger latest = new BigInteger("100000000000000000000000000");
    private BigInteger trimmedBefore = BigInteger.ZERO;

    MemoryStream(InstantSource clock) {
        this.clock = clock;
        shards.add(new Shard("shard-0", null, latest, null));
        records.put("shard-0", new ArrayList<>());
    }

    /** Inserts an item into the newest open shard. */
    StreamRecord insert(String id) {
        return insert(id, Map.of("id", AttributeValue.fromS(id)));
    }

    StreamRecord insert(String id, Map<String, AttributeValue> image) {
        return add(openShard().shardId(), record(EventName.INSERT, id, null, image, null));
    }

    synchronized StreamRecord add(String shardId, StreamRecord change) {
        records.get(shardId).add(change);
        listeners.forEach(Runnable::run);
        return change;
    }

    synchronized StreamRecord record(
            EventName name,
            String id,
            Map<String, AttributeValue> oldImage,
            Map<String, AttributeValue> newImage,
            StreamRecord.UserIdentity identity) {
        latest = latest.add(BigInteger.ONE);
        return new StreamRecord(
                String.format("%032x", latest),
                name,
                latest,
                clock.instant(),
                Map.of("id", AttributeValue.fromS(id)),
                oldImage,
                newImage,
                20,
                identity);
    }

    /** Closes the open shard; its child takes what is written from now on. */
    synchronized void split() {
        Shard parent = openShard();
        latest = latest.add(BigInteger.ONE);
        shards.set(
                shards.indexOf(parent),
                new Shard(parent.shardId(), parent.parentShardId(), parent.startingSequence(), latest));
        latest = latest.add(BigInteger.ONE);
        String child = "shard-" + shards.size();
        shards.add(new Shard(child, parent.shardId(), latest, null));
        records.put(child, new ArrayList<>());
        listeners.forEach(Runnable::run);
    }

    synchronized void trimBefore(BigInteger sequenceNumber) {
        trimmedBefore = sequenceNumber;
        records.values()
                .forEach(each -> each.removeIf(change -> change.sequenceNumber().compareTo(sequenceNumber) < 0));
    }

    synchronized Shard openShard() {
        return shards.getLast();
    }

    @Override
    public List<Stream> streams() {
        return List.of(new Stream(
                ARN,
                "2026-01-01T00:00:00.000",
                "Customers",
                List.of(),
                StreamViewType.NEW_AND_OLD_IMAGES,
                StreamStatus.ENABLED,
                Instant.EPOCH));
    }

    @Override
    public synchronized List<Shard> shards(String streamArn) {
        return streamArn.equals(ARN) ? List.copyOf(shards) : List.of();
    }

    @Override
    public synchronized Page read(String streamArn, String shardId, BigInteger after, int limit) {
        Shard shard = shards.stream()
                .filter(each -> each.shardId().equals(shardId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no shard " + shardId));
        List<StreamRecord> all = records.get(shardId);
        int from = 0;
        for (int to = all.size(); from < to; ) {
            int middle = (from + to) / 2;
            if (all.get(middle).sequenceNumber().compareTo(after) > 0) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        List<StreamRecord> rest = all.subList(from, all.size());
        List<StreamRecord> page = List.copyOf(rest.subList(0, Math.min(limit, rest.size())));
        return new Page(page, shard.isClosed() && page.size() == rest.size(), trimmedBefore);
    }

    @Override
    public synchronized BigInteger latest() {
        return latest;
    }

    @Override
    public synchronized BigInteger before(Instant time) {
        return records.values().stream()
                .flatMap(List::stream)
                .filter(record -> record.committed().isBefore(time))
                .map(StreamRecord::sequenceNumber)
                .max(BigInteger::compareTo)
                .orElse(BigInteger.ZERO);
    }

    @Override
    public Listening onRecords(String streamArn, Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    static Instant second(long second) {
        return Instant.parse("2026-03-01T10:00:00Z").plusSeconds(second);
    }
}
