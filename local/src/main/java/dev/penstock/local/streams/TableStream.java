package dev.penstock.local.streams;

import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.KeyNames;
import dev.penstock.local.journal.Longs;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** One stream and where its records stand in the journal, shard by shard. Threadsafe. */
final class TableStream {
    private StreamState state;
    private final Map<String, Records> byShard = new HashMap<>();

    /** Numbers and, at the same index, locations. */
    private record Records(Longs numbers, Longs locations) {}

    /** A copy of some consecutive numbers and locations of a shard. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Slice(long[] numbers, long[] locations, boolean isLast) {
        int size() {
            return numbers.length;
        }

        long number(int i) {
            return numbers[i];
        }

        long location(int i) {
            return locations[i];
        }
    }

    TableStream(StreamState state) {
        this.state = state;
    }

    synchronized StreamState state() {
        return state;
    }

    synchronized boolean isEnabled() {
        return state.disabledAt() == 0;
    }

    synchronized void become(StreamState next) {
        state = next;
    }

    /** Takes note of a change if it belongs to this stream. */
    synchronized void index(Entry entry, long location) {
        if (entry.change().table() != state.table()) {
            return;
        }
        long number = entry.number();
        String partition = state.keyNames().key(0, entry.change().anyImage()).partition();
        long hash = hash(partition);
        for (StreamState.Range shard : state.shards()) {
            if (shard.holds(hash, number)) {
                Records records = byShard.computeIfAbsent(shard.id(), id -> new Records(new Longs(), new Longs()));
                records.numbers.add(number);
                records.locations.add(location);
                return;
            }
        }
    }

    /** @throws IllegalArgumentException when there is no such shard */
    synchronized Slice slice(String shardId, long from, int limit) {
        StreamState.Range shard = state.shards().stream()
                .filter(range -> range.id().equals(shardId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no shard " + shardId + " in " + state.arn()));
        Records records = byShard.get(shardId);
        if (records == null) {
            return new Slice(new long[0], new long[0], shard.end() != 0);
        }
        int first = records.numbers.firstFrom(from);
        int size = Math.min(limit, records.numbers.size() - first);
        long[] numbers = new long[size];
        long[] locations = new long[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = records.numbers.get(first + i);
            locations[i] = records.locations.get(first + i);
        }
        return new Slice(numbers, locations, shard.end() != 0 && first + size == records.numbers.size());
    }

    /** The open shards, by their key ranges. */
    synchronized List<StreamState.Range> open() {
        return state.shards().stream()
                .filter(shard -> shard.end() == 0)
                .sorted(Comparator.comparingLong(StreamState.Range::low))
                .toList();
    }

    /** How many records of a shard have this number or a higher one. */
    synchronized long countFrom(String shardId, long number) {
        Records records = byShard.get(shardId);
        return records == null ? 0 : records.numbers.size() - records.numbers.firstFrom(number);
    }

    synchronized void trim(long horizon) {
        byShard.values().forEach(records -> {
            int old = records.numbers.firstFrom(horizon);
            if (old > 1_000) {
                records.numbers.dropFirst(old);
                records.locations.dropFirst(old);
            }
        });
    }

    /** Never negative; spreads similar keys evenly. */
    private static long hash(String partition) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < partition.length(); i++) {
            hash = (hash ^ partition.charAt(i)) * 0x100000001B3L;
        }
        hash ^= hash >>> 32;
        hash *= 0x9E3779B97F4A7C15L;
        return (hash ^ (hash >>> 29)) >>> 1;
    }

    synchronized StreamDirectory.Stream describe() {
        KeyNames keys = state.keyNames();
        var partition = KeySchemaElement.builder()
                .attributeName(keys.partition())
                .keyType(KeyType.HASH)
                .build();
        String sort = keys.sort();
        var schema = sort == null
                ? List.of(partition)
                : List.of(
                        partition,
                        KeySchemaElement.builder()
                                .attributeName(sort)
                                .keyType(KeyType.RANGE)
                                .build());
        return new StreamDirectory.Stream(
                state.arn(),
                state.label(),
                state.tableName(),
                schema,
                StreamViewType.fromValue(state.viewType()),
                isEnabled() ? StreamStatus.ENABLED : StreamStatus.DISABLED,
                state.created());
    }
}
