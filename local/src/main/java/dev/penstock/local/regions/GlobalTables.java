package dev.penstock.local.regions;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** The replicas of all tables and the links between their regions. Threadsafe. */
public final class GlobalTables implements AutoCloseable {
    private final Links links;
    private final Replicas replicas;
    private final StrongTables strong;

    /**
     * @param stores by region name; opens the region if need be
     * @param delay from a write to its arrival in other regions, zero or more
     */
    public GlobalTables(Function<String, RegionStore> stores, Duration delay) {
        this.links = new Links(delay);
        this.replicas = new Replicas(stores, links);
        this.strong = new StrongTables(stores, links, replicas);
    }

    /** Tells somebody of each change that has arrived in another region from now on. */
    public GlobalTables measured(ReplicationLatency latency) {
        links.latency(latency);
        return this;
    }

    /** Takes up the replication of the tables that a region holds, after a start. */
    public void resume(RegionStore store) {
        for (Table table : store.tables().all()) {
            Members members = Members.of(table, store.region());
            if (members.isGlobal()) {
                replicas.connect(table.name(), members);
                strong.resume(table, members);
            }
        }
    }

    /**
     * How a region is connected.
     *
     * @param state {@code cut} or {@code healed}
     * @param delay from a write to its arrival, ISO-8601
     */
    public record State(String region, String state, String delay) {}

    /**
     * Cuts a region off, heals it, or changes how late changes arrive from and in it; null leaves as it is.
     *
     * @throws IllegalArgumentException when no table is replicated to or from the region
     */
    public State set(String region, @Nullable Boolean isCut, @Nullable Duration delay) {
        if (!regions().contains(region)) {
            throw new IllegalArgumentException(
                    "no table has a replica in region '" + region + "'; regions with replicas: " + regions());
        }
        if (delay != null && delay.isNegative()) {
            throw new IllegalArgumentException("the delay must be zero or more; given: " + delay);
        }
        if (isCut != null) {
            strong.cut(region, isCut);
        }
        if (delay != null) {
            links.delay(region, delay);
        }
        return state(region);
    }

    /** All regions with replicas and how they are connected. */
    public List<State> states() {
        return regions().stream().map(this::state).toList();
    }

    private State state(String region) {
        return new State(
                region,
                links.isCut(region) ? "cut" : "healed",
                links.delay(region).toString());
    }

    /** Whether waiting changes of one item arrive as one from now on, as AWS allows itself. */
    public void merging(boolean merging) {
        links.merging(merging);
    }

    public boolean isMerging() {
        return links.isMerging();
    }

    /** The regions that any table is replicated in, or that are witness to one. */
    public Set<String> regions() {
        Set<String> regions = new TreeSet<>(links.regions());
        regions.addAll(strong.witnesses());
        return regions;
    }

    /** Delivers all that is due, on the calling thread; answers how many changes that were. */
    public int deliver() {
        return links.deliver();
    }

    StrongTables strong() {
        return strong;
    }

    StrongGuard guard() {
        return new StrongGuard(strong, replicas);
    }

    StrongSetup setup() {
        return new StrongSetup(strong, replicas);
    }

    /**
     * Adds a replica with a copy of the table's items.
     *
     * @param settings of the replica
     * @throws AwsError ValidationException when the table can't have one
     */
    Table add(RegionStore store, Table table, String region, ReplicaDescription settings) {
        Members members = Members.of(table, store.region());
        requireEventual(table);
        StreamSpecification stream = table.description().streamSpecification();
        if (stream == null || stream.streamViewType() != StreamViewType.NEW_AND_OLD_IMAGES) {
            throw AwsError.validation(
                    "Table '" + table.name() + "' must have a stream with NEW_AND_OLD_IMAGES to get a replica");
        }
        replicas.requireFree(store, table, region);
        replicas.add(store, table, region, members.with(region), settings);
        return store.tables().described(table.name());
    }

    /**
     * Changes the settings of a replica.
     *
     * @param changed those that are given
     * @throws AwsError ValidationException when there is none in the region
     */
    Table update(RegionStore store, Table table, String region, ReplicaDescription changed) {
        Members members = Members.of(table, store.region());
        requireReplica(table, members, region, "update");
        for (String member : members.without(region).all()) {
            replicas.settle(stores(member, store), table.name(), region, known -> ReplicaSettings.join(known, changed));
        }
        return store.tables().described(table.name());
    }

    /**
     * Deletes the replica in a region, with its items.
     *
     * @throws AwsError ValidationException when there is none
     */
    Table remove(RegionStore store, Table table, String region) {
        requireEventual(table);
        Members members = Members.of(table, store.region());
        requireReplica(table, members, region, "delete");
        replicas.remove(table, region, members.without(region));
        return store.tables().described(table.name());
    }

    private RegionStore stores(String region, RegionStore store) {
        return region.equals(store.region()) ? store : replicas.store(region);
    }

    private static void requireReplica(Table table, Members members, String region, String verb) {
        if (!members.all().contains(region)) {
            throw AwsError.validation("Failed to " + verb + " the replica of table with name: '" + table.name()
                    + "' because there is none in region " + region);
        }
    }

    private static void requireEventual(Table table) {
        if (Members.isStrong(table)) {
            throw AwsError.validation(
                    "Table '" + table.name() + "' is strongly consistent over its regions: its replicas"
                            + " are made, and deleted, all in one request");
        }
    }

    @Override
    public void close() {
        links.close();
    }
}
