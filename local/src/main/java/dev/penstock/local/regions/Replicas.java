package dev.penstock.local.regions;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Makes and removes replicas, and keeps what each says of the others alike. */
final class Replicas {
    private static final int BUSY_ATTEMPTS = 10_000;

    private final Function<String, RegionStore> stores;
    private final Links links;

    Replicas(Function<String, RegionStore> stores, Links links) {
        this.stores = stores;
        this.links = links;
    }

    RegionStore store(String region) {
        return stores.apply(region);
    }

    /** @throws AwsError ValidationException when the region has the table already */
    void requireFree(RegionStore store, Table table, String region) {
        if (region.equals(store.region())
                || stores.apply(region).tables().find(table.name()).isPresent()) {
            throw AwsError.validation("Failed to create a the new replica of table with name: '" + table.name()
                    + "' because one or more replicas already existed as tables.");
        }
    }

    /**
     * Makes the table in another region, with a copy of its items, a stream of its own and what is written from now on.
     *
     * @param members with the new region
     * @param settings of the new replica, as the other ones describe it
     */
    void add(RegionStore store, Table table, String region, Members members, ReplicaDescription settings) {
        RegionStore target = stores.apply(region);
        target.enableStream(make(table, region), StreamViewType.NEW_AND_OLD_IMAGES);
        describe(table.name(), members);
        for (String member : members.all()) {
            if (!member.equals(region)) {
                settle(stores.apply(member), table.name(), region, known -> settings);
            }
        }
        connect(table.name(), members);
        copy(store, store.tables().described(table.name()), target);
    }

    /** Makes an empty table in another region, without a stream. */
    Table make(Table table, String region) {
        RegionStore target = stores.apply(region);
        return target.create(described(table.description(), region, target), made -> List.of());
    }

    /** Deletes the replica in a region, with its items. */
    void remove(Table table, String region, Members left) {
        RegionStore target = stores.apply(region);
        target.tables().find(table.name()).ifPresent(target::delete);
        describe(table.name(), left);
    }

    /** Lets each member say who the others are. */
    void describe(String table, Members members) {
        for (String each : members.all()) {
            RegionStore member = stores.apply(each);
            Table there = member.tables().described(table);
            member.declare(there, members.describe(there.description(), each), List.of());
        }
    }

    /** Changes what a member says of the replica in another region. */
    void settle(RegionStore member, String table, String region, UnaryOperator<ReplicaDescription> change) {
        Table there = member.tables().described(table);
        List<ReplicaDescription> replicas = there.description().replicas().stream()
                .map(replica -> region.equals(replica.regionName())
                        ? change.apply(replica).toBuilder()
                                .regionName(region)
                                .replicaStatus(replica.replicaStatus())
                                .build()
                        : replica)
                .toList();
        member.declare(there, there.description().toBuilder().replicas(replicas).build(), List.of());
    }

    void connect(String table, Members members) {
        for (String one : members.all()) {
            for (String other : members.all()) {
                if (!one.equals(other)) {
                    RegionStore from = stores.apply(one);
                    links.connect(from.tables().described(table), from, stores.apply(other));
                }
            }
        }
    }

    private void copy(RegionStore store, Table table, RegionStore target) {
        ReplicationLink link = links.find(store.region(), target.region())
                .orElseThrow(
                        () -> new IllegalStateException("no link from " + store.region() + " to " + target.region()));
        Table replica = target.tables().described(table.name());
        Versions known = links.versions(store);
        store.pointInTime().scan(table, store.clock().instant(), item -> {
            Version version = known.of(table.key(item));
            Version carried = version.equals(Version.NONE) ? new Version(1, store.region()) : version;
            for (int attempt = 0; !link.deliver(replica, item, false, carried); attempt++) {
                if (attempt == BUSY_ATTEMPTS) {
                    throw new IllegalStateException(
                            "an item of " + table.name() + " stayed locked in " + target.region());
                }
                Thread.onSpinWait();
            }
        });
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
}
