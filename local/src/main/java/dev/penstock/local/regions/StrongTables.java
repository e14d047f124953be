package dev.penstock.local.regions;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Multi-Region strong consistency: a write is answered when all connected replicas have it, and that only while two of
 * the table's three regions are connected; so a strongly consistent read in any connected region sees it. A region that
 * comes back catches up before it takes part again. Threadsafe.
 */
final class StrongTables {
    private static final int QUORUM = 2;
    private static final int BUSY_ATTEMPTS = 100_000;

    private final Function<String, RegionStore> stores;
    private final Links links;
    private final Replicas replicas;
    private final InFlight inFlight = new InFlight();
    private final WitnessLog witnessLog = new WitnessLog();
    private final Map<String, Members> tables = new ConcurrentHashMap<>();
    /** Held shared by each write and strong read, alone while who is connected changes. */
    private final ReentrantReadWriteLock topology = new ReentrantReadWriteLock(true);

    StrongTables(Function<String, RegionStore> stores, Links links, Replicas replicas) {
        this.stores = stores;
        this.links = links;
        this.replicas = replicas;
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    boolean includes(RegionStore store, Table table) {
        Members members = tables.get(table.name());
        return members != null && members.all().contains(store.region());
    }

    Set<String> witnesses() {
        Set<String> witnesses = new TreeSet<>();
        tables.values().forEach(members -> members.witness().ifPresent(witnesses::add));
        return witnesses;
    }

    /** Takes up a table after a start: replicas that missed something get it first. */
    void resume(Table table, Members members) {
        if (members.strong()) {
            alone(() -> {
                tables.put(table.name(), members);
                catchUp(table.name(), members);
            });
        }
    }

    /** Makes the replicas of an empty table at once. */
    void make(RegionStore store, Table table, Members members) {
        alone(() -> {
            for (String region : members.all()) {
                if (!region.equals(store.region())) {
                    replicas.make(table, region);
                }
            }
            replicas.describe(table.name(), members);
            replicas.connect(table.name(), members);
            tables.put(table.name(), members);
        });
    }

    /** Makes a table one of this region alone again. */
    void dissolve(RegionStore store, Table table) {
        alone(() -> {
            Members members = Members.of(table, store.region());
            tables.remove(table.name());
            witnessLog.forget(table.name());
            Members left = new Members(Set.of(store.region()), Optional.empty(), false);
            for (String region : members.without(store.region()).all()) {
                replicas.remove(table, region, left);
            }
        });
    }

    /** Cuts a region off or heals it, for all tables. */
    void cut(String region, boolean isCut) {
        alone(() -> {
            links.cut(region, isCut);
            if (!isCut) {
                tables.forEach(this::catchUp);
            }
        });
    }

    private void alone(Runnable change) {
        topology.writeLock().lock();
        try {
            change.run();
        } finally {
            topology.writeLock().unlock();
        }
    }

    /** Every connected replica gets what any other one, or the witness, has. */
    private void catchUp(String table, Members members) {
        List<String> connected = connected(members);
        boolean all = connected.size() == members.all().size();
        for (String to : connected) {
            for (String from : connected) {
                links.find(from, to).ifPresent(link -> link.catchUp(table));
            }
            if (members.witness().filter(witness -> !links.isCut(witness)).isPresent()) {
                RegionStore store = stores.apply(to);
                Table there = store.tables().described(table);
                witnessLog
                        .of(table)
                        .forEach(
                                last -> links.find(any(members, to), to).ifPresent(link -> deliver(link, there, last)));
            }
        }
        if (all) {
            witnessLog.forget(table);
        }
    }

    private static String any(Members members, String other) {
        return members.without(other).all().iterator().next();
    }

    private List<String> connected(Members members) {
        return members.all().stream().filter(region -> !links.isCut(region)).toList();
    }

    /** @throws AwsError ServiceUnavailable when this region is not connected to another one of the table */
    private void requireQuorum(Members members, String region) {
        long voters = connected(members).size()
                + members.witness().filter(witness -> !links.isCut(witness)).stream()
                        .count();
        if (links.isCut(region) || voters < QUORUM) {
            throw new AwsError(
                    503,
                    "ServiceUnavailable",
                    "Region " + region + " does not reach a second one of the table's regions: eventually consistent"
                            + " reads are answered, writes and strongly consistent reads are not");
        }
    }

    /**
     * Runs a write of items of one region and answers once all connected replicas have it.
     *
     * @param keys of the items, by table
     */
    <R> R write(
            RegionStore store, Map<Table, ? extends Collection<Map<String, AttributeValue>>> keys, Supplier<R> write) {
        topology.readLock().lock();
        try {
            List<InFlight.Item> items = new ArrayList<>();
            keys.forEach((table, all) -> {
                requireQuorum(members(table), store.region());
                all.forEach(key -> items.add(item(table, key)));
            });
            InFlight.Write underWay = inFlight.begin(store.region(), items);
            try {
                R answer = write.get();
                keys.forEach((table, all) -> all.forEach(key -> publish(store, table, key)));
                return answer;
            } finally {
                underWay.close();
            }
        } finally {
            topology.readLock().unlock();
        }
    }

    /**
     * Runs a strongly consistent read.
     *
     * @param keys of the items, by table; none: any of the table
     */
    <R> R read(
            RegionStore store, Map<Table, ? extends Collection<Map<String, AttributeValue>>> keys, Supplier<R> read) {
        topology.readLock().lock();
        try {
            keys.forEach((table, all) -> {
                requireQuorum(members(table), store.region());
                Set<InFlight.Item> items = new HashSet<>();
                all.forEach(key -> items.add(item(table, key)));
                inFlight.await(item -> items.isEmpty() ? item.table().equals(table.name()) : items.contains(item));
            });
            return read.get();
        } finally {
            topology.readLock().unlock();
        }
    }

    private void publish(RegionStore store, Table table, Map<String, AttributeValue> key) {
        Members members = members(table);
        // The version first: a later write of this region may be seen in the image, and it will be published too.
        Version version = links.versions(store).of(table.key(key));
        if (version.equals(Version.NONE)) {
            return;
        }
        var image = store.engine()
                .getItem(get -> get.tableName(table.name()).key(key).consistentRead(true));
        var last = new WitnessLog.Last(image.hasItem() ? image.item() : key, !image.hasItem(), version);
        List<String> connected = connected(members);
        for (String region : connected) {
            links.find(store.region(), region)
                    .ifPresent(
                            link -> deliver(link, stores.apply(region).tables().described(table.name()), last));
        }
        if (connected.size() < members.all().size() && members.witness().isPresent()) {
            witnessLog.record(item(table, key), last);
        }
    }

    private static void deliver(ReplicationLink link, Table there, WitnessLog.Last last) {
        for (int attempt = 0; !link.deliver(there, last.item(), last.deleted(), last.version()); attempt++) {
            if (attempt == BUSY_ATTEMPTS) {
                throw new IllegalStateException("an item of " + there.name() + " stayed locked");
            }
            Thread.onSpinWait();
        }
    }

    private Members members(Table table) {
        Members members = tables.get(table.name());
        if (members == null) {
            throw new IllegalStateException(table.name() + " is not strongly consistent");
        }
        return members;
    }

    private static InFlight.Item item(Table table, Map<String, AttributeValue> key) {
        var known = table.key(key);
        return new InFlight.Item(table.name(), known.partition(), known.sort());
    }
}
