package dev.penstock.local.regions;

import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.dynamodb.UpdateTable;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeGlobalTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeGlobalTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeGlobalTableSettingsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeGlobalTableSettingsResponse;
import software.amazon.awssdk.services.dynamodb.model.ListGlobalTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListGlobalTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalTableResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalTableSettingsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalTableSettingsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableResponse;

/**
 * What the DynamoDB API says about replicas: UpdateTable with ReplicaUpdates, and the refusal of version 2017.11.29, whose
 * tables can't be made any more.
 */
public final class ReplicaOperations {
    private final GlobalTables tables;

    public ReplicaOperations(GlobalTables tables) {
        this.tables = tables;
    }

    /** Adds the operations; an UpdateTable without replicas goes on as before. */
    public DynamoDb addTo(DynamoDb dynamodb) {
        return dynamodb.guard(tables.guard())
                .on("UpdateTable", UpdateTableRequest::builder, this::update)
                .on("CreateGlobalTable", CreateGlobalTableRequest::builder, ReplicaOperations::create)
                .on("UpdateGlobalTable", UpdateGlobalTableRequest::builder, ReplicaOperations::updateLegacy)
                .on("DescribeGlobalTable", DescribeGlobalTableRequest::builder, ReplicaOperations::describe)
                .on(
                        "DescribeGlobalTableSettings",
                        DescribeGlobalTableSettingsRequest::builder,
                        ReplicaOperations::describeSettings)
                .on(
                        "UpdateGlobalTableSettings",
                        UpdateGlobalTableSettingsRequest::builder,
                        ReplicaOperations::updateSettings)
                .on(
                        "ListGlobalTables",
                        ListGlobalTablesRequest::builder,
                        (store, asked) -> ListGlobalTablesResponse.builder()
                                .globalTables(List.of())
                                .build());
    }

    private UpdateTableResponse update(RegionStore store, UpdateTableRequest asked) {
        Optional<Table> known = store.tables().find(asked.tableName());
        if (known.isPresent() && StrongSetup.concerns(asked, known.get())) {
            return answer(tables.setup().update(store, store.tables().active(asked.tableName()), asked));
        }
        if (!asked.hasReplicaUpdates() || asked.replicaUpdates().isEmpty()) {
            return UpdateTable.update(store, asked);
        }
        if (asked.replicaUpdates().size() > 1) {
            throw AwsError.validation("One replica is created, updated or deleted in a request; given: "
                    + asked.replicaUpdates().size());
        }
        return answer(change(
                store,
                store.tables().active(asked.tableName()),
                asked.replicaUpdates().getFirst()));
    }

    private Table change(RegionStore store, Table table, ReplicationGroupUpdate change) {
        if (change.create() != null) {
            return tables.add(store, table, change.create().regionName(), ReplicaSettings.of(change.create()));
        }
        if (change.update() != null) {
            return tables.update(store, table, change.update().regionName(), ReplicaSettings.of(change.update()));
        }
        return tables.remove(store, table, change.delete().regionName());
    }

    private static UpdateTableResponse answer(Table updated) {
        return UpdateTableResponse.builder()
                .tableDescription(updated.description().toBuilder()
                        .tableStatus(TableStatus.UPDATING)
                        .build())
                .build();
    }

    private static CreateGlobalTableResponse create(RegionStore store, CreateGlobalTableRequest asked) {
        throw AwsError.validation("Global tables of version 2017.11.29 (legacy) are not made any more: use UpdateTable"
                + " with ReplicaUpdates; asked for: " + asked.globalTableName());
    }

    private static UpdateGlobalTableResponse updateLegacy(RegionStore store, UpdateGlobalTableRequest asked) {
        throw none(asked.globalTableName());
    }

    private static DescribeGlobalTableResponse describe(RegionStore store, DescribeGlobalTableRequest asked) {
        throw none(asked.globalTableName());
    }

    private static DescribeGlobalTableSettingsResponse describeSettings(
            RegionStore store, DescribeGlobalTableSettingsRequest asked) {
        throw none(asked.globalTableName());
    }

    private static UpdateGlobalTableSettingsResponse updateSettings(
            RegionStore store, UpdateGlobalTableSettingsRequest asked) {
        throw none(asked.globalTableName());
    }

    /** The calls of the legacy version see its tables only, and there are none. */
    private static AwsError none(@Nullable String name) {
        return new AwsError(
                400,
                "GlobalTableNotFoundException",
                "Global table with name '" + AwsError.required("globalTableName", name) + "' does not exist.");
    }
}
