package dev.penstock.local.regions;

import dev.penstock.local.expiry.TimeToLive;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableWitnessGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/**
 * Turns a table into one with multi-Region strong consistency, or back into one of a single region: an UpdateTable that
 * names all other regions at once (Developer Guide, "Global tables: multi-Region strong consistency").
 */
final class StrongSetup {
    /** Regions that can form one table together. */
    private static final List<Set<String>> REGION_SETS = List.of(
            Set.of("us-east-1", "us-east-2", "us-west-2"),
            Set.of("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
            Set.of("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"));

    private static final int REGIONS = 3;

    private final StrongTables tables;
    private final Replicas replicas;

    StrongSetup(StrongTables tables, Replicas replicas) {
        this.tables = tables;
        this.replicas = replicas;
    }

    /** Whether an UpdateTable is about strong consistency. */
    static boolean concerns(UpdateTableRequest asked, Table table) {
        return asked.multiRegionConsistency() == MultiRegionConsistency.STRONG
                || asked.hasGlobalTableWitnessUpdates()
                || (Members.isStrong(table) && asked.hasReplicaUpdates());
    }

    /** @throws AwsError ValidationException for what AWS refuses */
    Table update(RegionStore store, Table table, UpdateTableRequest asked) {
        Set<String> created = new TreeSet<>();
        Set<String> deleted = new TreeSet<>();
        for (ReplicationGroupUpdate change : asked.replicaUpdates()) {
            require(change.update() == null, "A replica's settings are changed in a request of their own");
            (change.create() != null ? created : deleted)
                    .add(
                            change.create() != null
                                    ? change.create().regionName()
                                    : change.delete().regionName());
        }
        Set<String> witnesses = new TreeSet<>();
        Set<String> dismissed = new TreeSet<>();
        for (GlobalTableWitnessGroupUpdate change : asked.globalTableWitnessUpdates()) {
            (change.create() != null ? witnesses : dismissed)
                    .add(
                            change.create() != null
                                    ? change.create().regionName()
                                    : change.delete().regionName());
        }
        if (Members.isStrong(table)) {
            dissolve(store, table, created, witnesses, deleted, dismissed);
        } else {
            require(
                    asked.multiRegionConsistency() == MultiRegionConsistency.STRONG,
                    "A witness is for a table with MultiRegionConsistency STRONG");
            require(deleted.isEmpty() && dismissed.isEmpty(), "The table has no replica to delete");
            make(store, table, created, witnesses);
        }
        return store.tables().described(table.name());
    }

    private void make(RegionStore store, Table table, Set<String> created, Set<String> witnesses) {
        require(
                table.description().replicas().isEmpty(),
                "A table that has replicas can't be made strongly consistent over its regions");
        require(
                created.size() + witnesses.size() + 1 == REGIONS && witnesses.size() <= 1,
                "A table with multi-Region strong consistency has three replicas, or two and a witness; asked for: "
                        + (created.size() + 1) + " and " + witnesses.size());
        Set<String> all = new TreeSet<>(created);
        all.addAll(witnesses);
        all.add(store.region());
        require(
                all.size() == REGIONS && REGION_SETS.stream().anyMatch(regions -> regions.containsAll(all)),
                "The regions must be three of one Region set; given: " + all + ", sets: " + REGION_SETS);
        require(
                store.engine()
                        .scan(scan -> scan.tableName(table.name()).limit(1).consistentRead(true))
                        .items()
                        .isEmpty(),
                "The table must be empty to be made strongly consistent over its regions");
        require(
                !TimeToLive.of(store, table).enabled(),
                "Time to Live is not supported with multi-Region strong consistency");
        require(
                table.description().localSecondaryIndexes().isEmpty(),
                "Local secondary indexes are not supported with multi-Region strong consistency");
        created.forEach(region -> replicas.requireFree(store, table, region));
        Set<String> members = new TreeSet<>(created);
        members.add(store.region());
        tables.make(store, table, new Members(members, witnesses.stream().findFirst(), true));
    }

    private void dissolve(
            RegionStore store,
            Table table,
            Set<String> created,
            Set<String> witnesses,
            Set<String> deleted,
            Set<String> dismissed) {
        Members members = Members.of(table, store.region());
        Set<String> others = members.without(store.region()).all();
        Optional<String> dismissedOne = dismissed.stream().findFirst();
        require(
                created.isEmpty()
                        && witnesses.isEmpty()
                        && deleted.equals(others)
                        && dismissedOne.equals(members.witness()),
                "Replicas of a table with multi-Region strong consistency are not added or removed one by one; all others, "
                        + others
                        + members.witness().map(name -> " and witness " + name).orElse("")
                        + ", can be deleted in one request");
        tables.dissolve(store, table);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw AwsError.validation(otherwise);
        }
    }
}
