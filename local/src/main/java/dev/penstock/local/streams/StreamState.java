package dev.penstock.local.streams;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.penstock.local.journal.KeyNames;
import dev.penstock.local.streams.ShardReader.Shard;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stream as the journal keeps it. Numbers are the journal's.
 *
 * @param enabledAt records after this number belong to it
 * @param disabledAt records after this number do not; 0 while it is enabled
 */
public record StreamState(
        String arn,
        String label,
        String tableName,
        int table,
        String partitionKey,
        @Nullable String sortKey,
        String viewType,
        Instant created,
        long enabledAt,
        long disabledAt,
        List<Range> shards) {
    private static final DateTimeFormatter LABEL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);

    /**
     * A shard: the partition keys whose hash is from {@code low} to {@code high}, and the numbers from {@code start} to
     * {@code end} ({@code end} 0 while it is open).
     *
     * @param adjacent the second parent, where two shards were merged
     */
    public record Range(
            String id, @Nullable String parent, @Nullable String adjacent, long low, long high, long start, long end) {

        boolean holds(long hash, long number) {
            return hash >= low && hash <= high && number >= start && (end == 0 || number <= end);
        }

        private Range closed(long at) {
            return end == 0 ? new Range(id, parent, adjacent, low, high, start, at) : this;
        }
    }

    /** A new stream with one shard, enabled after the number {@code last}. */
    public static StreamState enabled(
            String tableArn, String tableName, int table, KeyNames keys, String viewType, long last, Instant now) {
        String label = LABEL.format(LocalDateTime.ofInstant(now, ZoneOffset.UTC));
        Range first = new Range(shardId(now, 0, last), null, null, 0, Long.MAX_VALUE, last + 1, 0);
        return new StreamState(
                tableArn + "/stream/" + label,
                label,
                tableName,
                table,
                keys.partition(),
                keys.sort(),
                viewType,
                now,
                last,
                0,
                List.of(first));
    }

    StreamState disabled(long last) {
        return with(last, shards.stream().map(shard -> shard.closed(last)).toList());
    }

    StreamState split(String shardId, long last, Instant now) {
        Range parent = open(shardId);
        List<Range> changed = closing(List.of(parent), last);
        long middle = parent.low + (parent.high - parent.low) / 2;
        changed.add(new Range(shardId(now, changed.size(), last), shardId, null, parent.low, middle, last + 1, 0));
        changed.add(new Range(shardId(now, changed.size(), last), shardId, null, middle + 1, parent.high, last + 1, 0));
        return with(disabledAt, changed);
    }

    StreamState merge(String shardId, String neighbour, long last, Instant now) {
        Range one = open(shardId);
        Range other = open(neighbour);
        if (!areNeighbours(one, other)) {
            throw new IllegalArgumentException(
                    "shards can be merged whose key ranges touch; " + shardId + " and " + neighbour + " don't");
        }
        List<Range> changed = closing(List.of(one, other), last);
        changed.add(new Range(
                shardId(now, changed.size(), last),
                one.id,
                other.id,
                Math.min(one.low, other.low),
                Math.max(one.high, other.high),
                last + 1,
                0));
        return with(disabledAt, changed);
    }

    static boolean areNeighbours(Range one, Range other) {
        return one.high + 1 == other.low || other.high + 1 == one.low;
    }

    private Range open(String shardId) {
        return shards.stream()
                .filter(shard -> shard.id.equals(shardId) && shard.end == 0)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no open shard " + shardId + " in " + arn));
    }

    private List<Range> closing(List<Range> parents, long last) {
        List<Range> changed = new ArrayList<>();
        shards.forEach(shard -> changed.add(parents.contains(shard) ? shard.closed(last) : shard));
        return changed;
    }

    private StreamState with(long disabled, List<Range> ranges) {
        return new StreamState(
                arn,
                label,
                tableName,
                table,
                partitionKey,
                sortKey,
                viewType,
                created,
                enabledAt,
                disabled,
                List.copyOf(ranges));
    }

    /** As AWS writes them: 20 digits of time and 8 of hexadecimal. */
    private static String shardId(Instant now, int ordinal, long salt) {
        int mixed = (int) (((salt + ordinal) * 0x9E3779B97F4A7C15L) >>> 32);
        return String.format(Locale.ROOT, "shardId-%020d-%08x", now.toEpochMilli() + ordinal, mixed);
    }

    /** Open shards, and closed ones that ended after the horizon. */
    List<Shard> readableShards(long horizon) {
        return shards.stream()
                .filter(shard -> shard.end == 0 || shard.end >= horizon)
                .map(shard -> new Shard(
                        shard.id,
                        shard.parent,
                        shard.adjacent,
                        SequenceNumbers.of(shard.start),
                        shard.end == 0 ? null : SequenceNumbers.of(shard.end)))
                .toList();
    }

    @JsonIgnore
    KeyNames keyNames() {
        return new KeyNames(partitionKey, sortKey);
    }

    @JsonIgnore
    boolean isOver(long horizon) {
        return disabledAt != 0 && disabledAt < horizon;
    }
}
