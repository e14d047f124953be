package dev.penstock.local.regions;

import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.dynamodb.UpdateTable;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalTableResponse;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableResponse;

/** What the DynamoDB API says about replicas: UpdateTable with ReplicaUpdates. */
public final class ReplicaOperations {
    private final GlobalTables tables;

    public ReplicaOperations(GlobalTables tables) {
        this.tables = tables;
    }

    /** Adds the operations; an UpdateTable without replicas goes on as before. */
    public DynamoDb addTo(DynamoDb dynamodb) {
        return dynamodb.on("UpdateTable", UpdateTableRequest::builder, this::update)
                .on("CreateGlobalTable", CreateGlobalTableRequest::builder, ReplicaOperations::legacy);
    }

    private UpdateTableResponse update(RegionStore store, UpdateTableRequest asked) {
        if (!asked.hasReplicaUpdates() || asked.replicaUpdates().isEmpty()) {
            return UpdateTable.update(store, asked);
        }
        if (asked.multiRegionConsistency() != null || asked.hasGlobalTableWitnessUpdates()) {
            throw AwsError.notSimulated("dynamodb", "UpdateTable with MultiRegionConsistency");
        }
        if (asked.replicaUpdates().size() > 1) {
            throw AwsError.validation("One replica is created, updated or deleted in a request; given: "
                    + asked.replicaUpdates().size());
        }
        Table table = store.tables().active(asked.tableName());
        ReplicationGroupUpdate change = asked.replicaUpdates().getFirst();
        Table updated;
        if (change.create() != null) {
            updated = tables.add(store, table, change.create().regionName());
        } else if (change.delete() != null) {
            updated = tables.remove(store, table, change.delete().regionName());
        } else {
            throw AwsError.notSimulated("dynamodb", "UpdateTable with the update of a replica");
        }
        return UpdateTableResponse.builder()
                .tableDescription(updated.description().toBuilder()
                        .tableStatus(TableStatus.UPDATING)
                        .build())
                .build();
    }

    private static CreateGlobalTableResponse legacy(RegionStore store, CreateGlobalTableRequest asked) {
        throw AwsError.validation("Global tables of version 2017.11.29 (legacy) are not made any more: use UpdateTable"
                + " with ReplicaUpdates; asked for: " + asked.globalTableName());
    }
}
