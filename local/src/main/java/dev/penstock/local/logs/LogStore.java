package dev.penstock.local.logs;

import dev.penstock.local.gateway.AwsError;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Log groups of all regions with their streams and events, in memory. A stream keeps its newest 10,000 events, and a
 * group what its retention allows on the runtime's clock. Threadsafe.
 */
public final class LogStore {
    private static final int EVENTS_PER_STREAM = 10_000;

    private final InstantSource clock;
    private final AtomicLong ids = new AtomicLong();
    private final Map<String, NavigableMap<String, Group>> regions = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Hears of each event as it is written. */
    @FunctionalInterface
    public interface Listener {
        void event(String region, String group, Event event);
    }

    /** @param timestamp and ingestion time are epoch milliseconds */
    public record Event(long id, String stream, long timestamp, long ingestionTime, String message) {}

    static final class Group {
        final String name;
        final long created;
        final NavigableMap<String, Stream> streams = new ConcurrentSkipListMap<>();
        final Map<String, String> tags = new ConcurrentHashMap<>();
        volatile @Nullable Integer retentionDays;

        Group(String name, long created) {
            this.name = name;
            this.created = created;
        }
    }

    static final class Stream {
        final String name;
        final long created;
        private final Deque<Event> events = new ArrayDeque<>();

        Stream(String name, long created) {
            this.name = name;
            this.created = created;
        }

        synchronized void add(Event event) {
            events.addLast(event);
            if (events.size() > EVENTS_PER_STREAM) {
                events.removeFirst();
            }
        }

        /** In the order of their timestamps. */
        synchronized List<Event> events() {
            List<Event> sorted = new ArrayList<>(events);
            sorted.sort(Comparator.comparingLong(Event::timestamp).thenComparingLong(Event::id));
            return sorted;
        }
    }

    public LogStore(InstantSource clock) {
        this.clock = clock;
    }

    /** Calls {@code listener} for each event, on the writer's thread. */
    public void onEvent(Listener listener) {
        listeners.add(listener);
    }

    /** Writes an event now, making group and stream as needed: for what runs inside the runtime. */
    public void append(String region, String group, String stream, String message) {
        long now = now();
        NavigableMap<String, Group> groups = groups(region);
        Group target = groups.computeIfAbsent(group, name -> new Group(name, now));
        target.streams.computeIfAbsent(stream, name -> new Stream(name, now));
        add(region, group, stream, now, message);
    }

    void add(String region, String group, String stream, long timestamp, String message) {
        Event event = new Event(ids.incrementAndGet(), stream, timestamp, now(), message);
        stream(region, group, stream).add(event);
        listeners.forEach(listener -> listener.event(region, group, event));
    }

    NavigableMap<String, Group> groups(String region) {
        return regions.computeIfAbsent(region, name -> new ConcurrentSkipListMap<>());
    }

    Group group(String region, @Nullable String name) {
        Group group = name == null ? null : groups(region).get(name);
        if (group == null) {
            throw new AwsError(400, "ResourceNotFoundException", "The specified log group does not exist.");
        }
        return group;
    }

    Stream stream(String region, String group, @Nullable String name) {
        Stream stream = name == null ? null : group(region, group).streams.get(name);
        if (stream == null) {
            throw new AwsError(400, "ResourceNotFoundException", "The specified log stream does not exist.");
        }
        return stream;
    }

    /** The messages of a group, all streams, oldest first; empty if there is no such group. */
    public List<Event> events(String region, String group) {
        Group found = groups(region).get(group);
        return found == null
                ? List.of()
                : events(found, found.streams.values().stream().toList());
    }

    List<Event> events(Group group, List<Stream> streams) {
        Integer days = group.retentionDays;
        long oldest =
                days == null ? Long.MIN_VALUE : now() - Duration.ofDays(days).toMillis();
        return streams.stream()
                .flatMap(stream -> stream.events().stream())
                .filter(event -> event.timestamp() >= oldest)
                .sorted(Comparator.comparingLong(Event::timestamp).thenComparingLong(Event::id))
                .toList();
    }

    long now() {
        return clock.instant().toEpochMilli();
    }
}
