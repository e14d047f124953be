package dev.penstock.local.streams;

import dev.penstock.local.clock.Listening;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.journal.KeyNames;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.journal.Registry;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * The streams of one region, read from its journal: this class holds, per shard, where the records of the last 24
 * hours stand. Threadsafe.
 */
public final class JournalShards implements ShardReader, StreamDirectory, Follower {
    /** How long a record can be read (Developer Guide, "Change data capture for DynamoDB Streams"). */
    public static final Duration RETENTION = Duration.ofHours(24);

    /** The time over which the volume of a shard is measured. */
    static final Duration VOLUME = Duration.ofHours(1);

    private static final String PREFIX = "stream/";

    private final Journal journal;
    private final InstantSource clock;
    private final Map<String, TableStream> byArn = new ConcurrentSkipListMap<>();
    private final Map<Integer, TableStream> enabled = new ConcurrentHashMap<>();
    private final Map<String, List<Runnable>> listeners = new ConcurrentHashMap<>();

    /** Call {@link #recover} before use. */
    public JournalShards(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /** Finds the streams among the journal's documents and their records among its frames, then follows it. */
    public void recover() {
        journal.registry().list(PREFIX, StreamState.class).values().forEach(state -> add(new TableStream(state)));
        if (!byArn.isEmpty()) {
            Set<Integer> tables = byArn.values().stream()
                    .map(stream -> stream.state().table())
                    .collect(Collectors.toSet());
            journal.replay(horizon(), tables::contains, new Follower() {
                @Override
                public void appended(List<Entry> entries, long location) {
                    for (Entry entry : entries) {
                        byArn.values().forEach(stream -> stream.index(entry, location));
                    }
                }

                @Override
                public void wake(List<Entry> entries) {}
            });
        }
        journal.follow(this);
    }

    private void add(TableStream stream) {
        byArn.put(stream.state().arn(), stream);
        if (stream.isEnabled()) {
            enabled.put(stream.state().table(), stream);
        }
    }

    /**
     * Enables a new stream. Call it while no write is under way; it becomes durable with {@code further} documents in
     * one frame.
     */
    public void enable(StreamState state, List<Document> further) {
        append(state, further);
        add(new TableStream(state));
    }

    /** Disables the table's stream, if it has one; its records can be read for another day. */
    public void disable(int table, List<Document> further) {
        TableStream stream = enabled.get(table);
        if (stream == null) {
            journal.append(List.of(), further);
        } else {
            StreamState closed = stream.state().disabled(journal.last());
            append(closed, further);
            stream.become(closed);
            enabled.remove(table);
        }
    }

    /**
     * Splits an open shard into two, each with half of its key range, as DynamoDB does when a partition grows. Call it
     * while no write is under way.
     *
     * @throws IllegalArgumentException when there is no such open shard
     */
    public void split(String streamArn, String shardId) {
        TableStream stream = stream(streamArn);
        StreamState split = stream.state().split(shardId, journal.last(), clock.instant());
        append(split, List.of());
        stream.become(split);
    }

    /**
     * Merges two open shards whose key ranges touch into one. Call it while no write is under way.
     *
     * @throws IllegalArgumentException when they are not open, or not neighbours
     */
    public void merge(String streamArn, String shardId, String neighbour) {
        TableStream stream = stream(streamArn);
        StreamState merged = stream.state().merge(shardId, neighbour, journal.last(), clock.instant());
        append(merged, List.of());
        stream.become(merged);
    }

    /**
     * Splits and merges shards by what they had to take within the last hour: one with more than {@code most} records is
     * split, two neighbours of more than an hour that together had less than a tenth of it are merged. Call it while no
     * write is under way.
     *
     * @return how many shards were split, and pairs merged
     */
    public int reshard(long most) {
        long hourAgo = Micros.of(clock.instant().minus(VOLUME));
        int changed = 0;
        for (TableStream stream : enabled.values()) {
            String arn = stream.state().arn();
            for (StreamState.Range shard : stream.open()) {
                if (stream.countFrom(shard.id(), hourAgo) > most) {
                    split(arn, shard.id());
                    changed++;
                }
            }
            List<StreamState.Range> old = stream.open().stream()
                    .filter(shard -> shard.start() <= hourAgo)
                    .toList();
            for (int i = 1; i < old.size(); i++) {
                StreamState.Range one = old.get(i - 1);
                StreamState.Range other = old.get(i);
                long taken = stream.countFrom(one.id(), hourAgo) + stream.countFrom(other.id(), hourAgo);
                if (StreamState.areNeighbours(one, other) && taken < most / 10) {
                    merge(arn, one.id(), other.id());
                    changed++;
                    i++;
                }
            }
        }
        return changed;
    }

    private void append(StreamState state, List<Document> further) {
        List<Document> documents = new ArrayList<>(further);
        documents.add(Registry.document(PREFIX + state.arn(), state));
        journal.append(List.of(), documents);
    }

    /** Forgets streams that were disabled more than a day ago, and records older than that. */
    public void trim() {
        long horizon = horizon();
        byArn.values().forEach(stream -> {
            long closed = stream.state().disabledAt();
            if (closed != 0 && closed < horizon) {
                journal.registry().remove(PREFIX + stream.state().arn());
                byArn.remove(stream.state().arn());
                listeners.remove(stream.state().arn());
            } else {
                stream.trim(horizon);
            }
        });
    }

    @Override
    public void appended(List<Entry> entries, long location) {
        for (Entry entry : entries) {
            TableStream stream = enabled.get(entry.change().table());
            if (stream != null) {
                stream.index(entry, location);
            }
        }
    }

    @Override
    public void wake(List<Entry> entries) {
        entries.stream().map(entry -> entry.change().table()).distinct().forEach(table -> {
            TableStream stream = enabled.get(table);
            if (stream != null) {
                listeners.getOrDefault(stream.state().arn(), List.of()).forEach(Runnable::run);
            }
        });
    }

    @Override
    public List<Stream> streams() {
        long horizon = horizon();
        return byArn.values().stream()
                .filter(stream -> stream.isEnabled() || stream.state().disabledAt() >= horizon)
                .map(TableStream::describe)
                .toList();
    }

    @Override
    public List<Shard> shards(String streamArn) {
        TableStream stream = byArn.get(streamArn);
        return stream == null ? List.of() : stream.state().readableShards(horizon());
    }

    @Override
    public Page read(String streamArn, String shardId, BigInteger after, int limit) {
        TableStream stream = stream(streamArn);
        long horizon = horizon();
        long from = Math.max(SequenceNumbers.number(after) + 1, horizon);
        TableStream.Slice slice = stream.slice(shardId, from, limit);
        List<StreamRecord> records = new ArrayList<>(slice.size());
        List<Entry> frame = List.of();
        for (int i = 0; i < slice.size(); i++) {
            if (i == 0 || slice.location(i) != slice.location(i - 1)) {
                frame = journal.read(slice.location(i));
            }
            for (Entry entry : frame) {
                if (entry.number() == slice.number(i)) {
                    records.add(record(stream.state(), entry));
                }
            }
        }
        return new Page(records, slice.isLast(), SequenceNumbers.of(horizon));
    }

    private static StreamRecord record(StreamState stream, Entry entry) {
        Change change = entry.change();
        KeyNames names = stream.keyNames();
        return StreamRecords.of(stream.arn(), names.of(change.anyImage()), entry);
    }

    private TableStream stream(String arn) {
        TableStream stream = byArn.get(arn);
        if (stream == null) {
            throw new IllegalArgumentException("no stream " + arn);
        }
        return stream;
    }

    @Override
    public BigInteger latest() {
        return SequenceNumbers.of(journal.last());
    }

    /** A change's number is its time in microseconds. */
    @Override
    public BigInteger before(Instant time) {
        return SequenceNumbers.of(Micros.of(time)).subtract(BigInteger.ONE);
    }

    @Override
    public Listening onRecords(String streamArn, Runnable listener) {
        List<Runnable> ofStream = listeners.computeIfAbsent(streamArn, arn -> new CopyOnWriteArrayList<>());
        ofStream.add(listener);
        return () -> ofStream.remove(listener);
    }

    private long horizon() {
        return Micros.of(clock.instant().minus(RETENTION));
    }
}
