package dev.penstock.local.regions;

import dev.penstock.local.clock.Listening;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The links between all regions that share tables, each with a thread of its own. Threadsafe. */
final class Links implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Links.class.getName());
    private static final long LONGEST_WAIT_MILLIS = 200;

    private final Map<String, Versions> versions = new ConcurrentHashMap<>();
    private final Map<Pair, Running> links = new ConcurrentHashMap<>();
    private final Set<String> cut = ConcurrentHashMap.newKeySet();
    private final Map<String, Duration> delays = new ConcurrentHashMap<>();
    private final List<Listening> listening = new CopyOnWriteArrayList<>();
    private final Duration delay;
    private volatile boolean merging;
    private volatile ReplicationLatency latency = ReplicationLatency.none();
    private volatile boolean closed;

    private record Pair(String from, String to) {}

    private record Running(ReplicationLink link, Semaphore wakeUp) {}

    /** @param delay from a write to its arrival in another region, unless one is set for either region */
    Links(Duration delay) {
        this.delay = delay;
    }

    /** Begins to carry what is written to a table from one region to another. */
    void connect(Table table, RegionStore from, RegionStore to) {
        versions(from).track(table);
        to.tables().find(table.name()).ifPresent(versions(to)::track);
        links.computeIfAbsent(new Pair(from.region(), to.region()), pair -> start(from, to));
    }

    /** The versions of the items of a region. */
    Versions versions(RegionStore store) {
        return versions.computeIfAbsent(store.region(), region -> new Versions(store));
    }

    Optional<ReplicationLink> find(String from, String to) {
        return Optional.ofNullable(links.get(new Pair(from, to))).map(Running::link);
    }

    /** The regions that any table is replicated in. */
    Set<String> regions() {
        Set<String> regions = new TreeSet<>();
        links.keySet().forEach(pair -> regions.add(pair.from()));
        return regions;
    }

    boolean isCut(String region) {
        return cut.contains(region);
    }

    /** A region that is cut off neither sends nor receives; once healed, all goes on where it stopped. */
    void cut(String region, boolean isCut) {
        if (isCut) {
            cut.add(region);
        } else {
            cut.remove(region);
        }
        adjust();
    }

    /** How late changes arrive from and in a region; of two regions the slower one counts. */
    void delay(String region, Duration changed) {
        delays.put(region, changed);
        adjust();
    }

    Duration delay(String region) {
        return delays.getOrDefault(region, delay);
    }

    void merging(boolean changed) {
        merging = changed;
        adjust();
    }

    void latency(ReplicationLatency told) {
        latency = told;
    }

    boolean isMerging() {
        return merging;
    }

    private void adjust() {
        links.forEach(this::adjust);
    }

    private void adjust(Pair pair, Running running) {
        running.link().cut(cut.contains(pair.from()) || cut.contains(pair.to()));
        Duration one = delay(pair.from());
        Duration other = delay(pair.to());
        running.link().delay(one.compareTo(other) > 0 ? one : other);
        running.link().merging(merging);
        running.wakeUp().release();
    }

    /** Delivers all that is due, on the calling thread; answers how many changes that were. */
    int deliver() {
        return links.values().stream()
                .mapToInt(running -> running.link().doWork())
                .sum();
    }

    private Running start(RegionStore from, RegionStore to) {
        Running running = new Running(new ReplicationLink(from, to, versions(to), delay), new Semaphore(1));
        running.link().latency((table, here, there, age) -> latency.arrived(table, here, there, age));
        adjust(new Pair(from.region(), to.region()), running);
        listening.add(from.journal().follow(new Follower() {
            @Override
            public void appended(List<Entry> entries, long location) {}

            @Override
            public void wake(List<Entry> entries) {
                if (running.wakeUp().availablePermits() == 0 && running.link().concerns(entries)) {
                    running.wakeUp().release();
                }
            }
        }));
        listening.add(from.clock().onAdvance(running.wakeUp()::release));
        // A platform thread: a virtual one waits longer for the engine, see RequestThreads.
        Thread.ofPlatform()
                .daemon()
                .name("replication-" + from.region() + "-" + to.region())
                .start(() -> run(running));
        return running;
    }

    private void run(Running running) {
        while (!closed) {
            try {
                if (step(running.link()) == 0) {
                    running.wakeUp().tryAcquire(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
                    running.wakeUp().drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private int step(ReplicationLink link) {
        try {
            return link.doWork();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.log(Level.WARNING, "replication stumbled and tries again", e);
            }
            return 0;
        }
    }

    @Override
    public void close() {
        closed = true;
        listening.forEach(Listening::close);
        links.values().forEach(running -> running.wakeUp().release());
    }
}
