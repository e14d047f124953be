package dev.penstock.local.regions;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** The replicas of all tables and the links between their regions. Threadsafe. */
public final class GlobalTables implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GlobalTables.class.getName());
    private static final String VERSION = "2019.11.21";
    private static final long LONGEST_WAIT_MILLIS = 200;

    private final Function<String, RegionStore> stores;
    private final Map<String, Versions> versions = new ConcurrentHashMap<>();
    private final Map<Pair, Running> links = new ConcurrentHashMap<>();
    private volatile Duration delay;
    private volatile boolean closed;

    private record Pair(String from, String to) {}

    private record Running(ReplicationLink link, Semaphore wakeUp) {}

    /**
     * @param stores by region name; opens the region if need be
     * @param delay from a write to its arrival in other regions, zero or more
     */
    public GlobalTables(Function<String, RegionStore> stores, Duration delay) {
        this.stores = stores;
        this.delay = delay;
    }

    /** Takes up the replication of the tables that a region holds, after a start. */
    public void resume(RegionStore store) {
        for (Table table : store.tables().all()) {
            for (ReplicaDescription replica : table.description().replicas()) {
                connect(table, store, stores.apply(replica.regionName()));
            }
        }
    }

    /** The state of one region's connections. */
    public record State(String region, String state, String delay) {}

    /** @throws IllegalArgumentException when no table is replicated to or from the region */
    public State set(String region, @Nullable Boolean isCut, @Nullable Duration changed) {
        List<Running> concerned = links.entrySet().stream()
                .filter(entry -> entry.getKey().from().equals(region)
                        || entry.getKey().to().equals(region))
                .map(Map.Entry::getValue)
                .toList();
        if (concerned.isEmpty()) {
            throw new IllegalArgumentException(
                    "no table has a replica in region '" + region + "'; regions with replicas: " + regions());
        }
        for (Running running : concerned) {
            if (isCut != null) {
                running.link().cut(isCut);
            }
            if (changed != null) {
                running.link().delay(changed);
            }
            running.wakeUp().release();
        }
        ReplicationLink first = concerned.getFirst().link();
        return new State(region, first.isCut() ? "cut" : "healed", first.delay().toString());
    }

    /** Whether waiting changes of one item arrive as one from now on. */
    public void merging(boolean merging) {
        links.values().forEach(running -> running.link().merging(merging));
    }

    /** The regions that any table is replicated in. */
    public Set<String> regions() {
        return links.keySet().stream().map(Pair::from).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Delivers all that is due, on the calling thread; answers how many changes that were. */
    public int deliver() {
        return links.values().stream()
                .mapToInt(running -> running.link().doWork())
                .sum();
    }

    /**
     * Adds a replica with a copy of the table's items.
     *
     * @throws AwsError ValidationException when the table can't have one
     */
    Table add(RegionStore store, Table table, String region) {
        StreamSpecification stream = table.description().streamSpecification();
        if (stream == null || stream.streamViewType() != StreamViewType.NEW_AND_OLD_IMAGES) {
            throw AwsError.validation(
                    "Table '" + table.name() + "' must have a stream with NEW_AND_OLD_IMAGES to get a replica");
        }
        if (region.equals(store.region()) || regionsOf(table).contains(region)) {
            throw AwsError.validation("Failed to create a the new replica of table with name: '" + table.name()
                    + "' because one or more replicas already existed as tables.");
        }
        RegionStore target = stores.apply(region);
        if (target.tables().find(table.name()).isPresent()) {
            throw AwsError.validation("Failed to create a the new replica of table with name: '" + table.name()
                    + "' because one or more replicas already existed as tables.");
        }
        Set<String> all = new TreeSet<>(regionsOf(table));
        all.add(store.region());
        all.add(region);
        Table replica = target.create(described(table.description(), region, target), made -> List.of());
        target.enableStream(replica, StreamViewType.NEW_AND_OLD_IMAGES);
        for (String each : all) {
            RegionStore member = stores.apply(each);
            member.declare(
                    member.tables().described(table.name()),
                    withReplicas(member.tables().described(table.name()).description(), each, all),
                    List.of());
        }
        for (String one : all) {
            for (String other : all) {
                if (!one.equals(other)) {
                    connect(stores.apply(one).tables().described(table.name()), stores.apply(one), stores.apply(other));
                }
            }
        }
        copy(store, table, target);
        return store.tables().described(table.name());
    }

    /**
     * Deletes the replica in a region, with its items.
     *
     * @throws AwsError ValidationException when there is none
     */
    Table remove(RegionStore store, Table table, String region) {
        if (!regionsOf(table).contains(region)) {
            throw AwsError.validation("Failed to delete the replica of table with name: '" + table.name()
                    + "' because there is none in region " + region);
        }
        Set<String> left = new TreeSet<>(regionsOf(table));
        left.add(store.region());
        left.remove(region);
        RegionStore target = stores.apply(region);
        target.tables().find(table.name()).ifPresent(target::delete);
        for (String each : left) {
            RegionStore member = stores.apply(each);
            Table there = member.tables().described(table.name());
            member.declare(there, withReplicas(there.description(), each, left), List.of());
        }
        return store.tables().described(table.name());
    }

    private void copy(RegionStore store, Table table, RegionStore target) {
        Running running = links.get(new Pair(store.region(), target.region()));
        Table replica = target.tables().described(table.name());
        Versions known = versions(store);
        if (running == null) {
            throw new IllegalStateException("no link from " + store.region() + " to " + target.region());
        }
        store.pointInTime().scan(table, store.clock().instant(), item -> {
            Version version = known.of(table.key(item));
            Version carried = version.equals(Version.NONE) ? new Version(1, store.region()) : version;
            for (int attempt = 0; !running.link().deliver(replica, item, false, carried); attempt++) {
                if (attempt == 10_000) {
                    throw new IllegalStateException(
                            "an item of " + table.name() + " stayed locked in " + target.region());
                }
                Thread.onSpinWait();
            }
        });
    }

    private void connect(Table table, RegionStore from, RegionStore to) {
        versions(from).track(table);
        to.tables().find(table.name()).ifPresent(versions(to)::track);
        links.computeIfAbsent(new Pair(from.region(), to.region()), pair -> start(from, to));
    }

    private Versions versions(RegionStore store) {
        return versions.computeIfAbsent(store.region(), region -> new Versions(store));
    }

    private Running start(RegionStore from, RegionStore to) {
        Running running = new Running(new ReplicationLink(from, to, versions(to), delay), new Semaphore(1));
        from.journal().follow(new Follower() {
            @Override
            public void appended(List<Entry> entries, long location) {}

            @Override
            public void wake(List<Entry> entries) {
                if (running.wakeUp().availablePermits() == 0) {
                    running.wakeUp().release();
                }
            }
        });
        from.clock().onAdvance(running.wakeUp()::release);
        Thread.ofVirtual()
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

    private static Collection<String> regionsOf(Table table) {
        return table.description().replicas().stream()
                .map(ReplicaDescription::regionName)
                .toList();
    }

    private static TableDescription described(TableDescription source, String region, RegionStore target) {
        return source.toBuilder()
                .tableArn("arn:aws:dynamodb:" + region + ":000000000000:table/" + source.tableName())
                .tableId(UUID.randomUUID().toString())
                .creationDateTime(target.clock().instant())
                .tableStatus(TableStatus.ACTIVE)
                .streamSpecification((StreamSpecification) null)
                .latestStreamArn(null)
                .latestStreamLabel(null)
                .deletionProtectionEnabled(false)
                .build();
    }

    /** As DescribeTable shows it in {@code region}: the other members. */
    private static TableDescription withReplicas(TableDescription table, String region, Set<String> members) {
        List<ReplicaDescription> others = members.stream()
                .filter(member -> !member.equals(region))
                .map(member -> ReplicaDescription.builder()
                        .regionName(member)
                        .replicaStatus(ReplicaStatus.ACTIVE)
                        .build())
                .toList();
        return table.toBuilder()
                .replicas(others.isEmpty() ? null : others)
                .globalTableVersion(others.isEmpty() ? null : VERSION)
                .build();
    }

    @Override
    public void close() {
        closed = true;
        links.values().forEach(running -> running.wakeUp().release());
    }
}
