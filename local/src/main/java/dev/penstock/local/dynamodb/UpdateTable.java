package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableResponse;

/** UpdateTable: indexes and capacity in the engine, everything else in the declaration. */
public final class UpdateTable {
    private UpdateTable() {}

    static void addTo(DynamoDb dynamodb) {
        dynamodb.on("UpdateTable", UpdateTableRequest::builder, UpdateTable::update);
    }

    /** Answers an UpdateTable that concerns no replicas. */
    public static UpdateTableResponse update(RegionStore store, UpdateTableRequest asked) {
        Table table = store.tables().changeable(asked.tableName());
        TableOperations.checkBillingMode(asked.billingMode(), asked.billingModeAsString());
        TableOperations.checkStream(asked.streamSpecification());
        if (asked.hasReplicaUpdates()
                || asked.multiRegionConsistency() != null
                || asked.hasGlobalTableWitnessUpdates()) {
            throw AwsError.notSimulated("dynamodb", "UpdateTable with replicas");
        }
        if (!table.isActive()) {
            throw new AwsError(400, "ResourceInUseException", "Table is being created: " + table.name());
        }
        StreamSpecification stream = asked.streamSpecification();
        boolean streaming = table.description().streamSpecification() != null;
        if (stream != null && Boolean.TRUE.equals(stream.streamEnabled()) == streaming) {
            throw AwsError.validation(
                    streaming
                            ? "Table already has an enabled stream: TableName: " + table.name()
                            : "Table has no stream to disable: TableName: " + table.name());
        }
        if (isForEngine(asked)) {
            store.updateEngine(forEngine(asked, table));
        }
        Table updated = store.declare(table, changed(store, table, asked), List.of());
        if (stream != null) {
            updated = streaming ? store.disableStream(updated) : store.enableStream(updated, stream.streamViewType());
        }
        return UpdateTableResponse.builder()
                .tableDescription(TableOperations.described(store, updated).toBuilder()
                        .tableStatus(TableStatus.UPDATING)
                        .build())
                .build();
    }

    private static boolean isForEngine(UpdateTableRequest asked) {
        return asked.hasGlobalSecondaryIndexUpdates()
                || asked.provisionedThroughput() != null
                || asked.billingMode() != null;
    }

    private static UpdateTableRequest forEngine(UpdateTableRequest asked, Table table) {
        return UpdateTableRequest.builder()
                .tableName(table.name())
                .attributeDefinitions(asked.hasAttributeDefinitions() ? asked.attributeDefinitions() : null)
                .globalSecondaryIndexUpdates(
                        asked.hasGlobalSecondaryIndexUpdates() ? asked.globalSecondaryIndexUpdates() : null)
                .provisionedThroughput(asked.provisionedThroughput())
                .billingMode(asked.billingMode())
                .build();
    }

    private static TableDescription changed(RegionStore store, Table table, UpdateTableRequest asked) {
        TableDescription before = table.description();
        TableDescription.Builder changed = before.toBuilder();
        if (asked.hasGlobalSecondaryIndexUpdates()) {
            TableDescription engine = store.engineDescription(table);
            var indexes = TableDescriptions.globals(engine, before);
            changed.globalSecondaryIndexes(indexes.isEmpty() ? null : indexes)
                    .attributeDefinitions(engine.attributeDefinitions());
        }
        if (asked.billingMode() == BillingMode.PAY_PER_REQUEST) {
            changed.billingModeSummary(summary -> summary.billingMode(BillingMode.PAY_PER_REQUEST)
                            .lastUpdateToPayPerRequestDateTime(store.clock().instant()))
                    .provisionedThroughput(TableDescriptions.throughput(null))
                    .warmThroughput(TableDescriptions.warm(true, null));
        } else if (asked.billingMode() == BillingMode.PROVISIONED) {
            changed.billingModeSummary(summary -> summary.billingMode(BillingMode.PROVISIONED));
        }
        if (asked.provisionedThroughput() != null) {
            changed.provisionedThroughput(TableDescriptions.throughput(asked.provisionedThroughput()))
                    .warmThroughput(TableDescriptions.warm(false, asked.provisionedThroughput()));
        }
        if (asked.deletionProtectionEnabled() != null) {
            changed.deletionProtectionEnabled(asked.deletionProtectionEnabled());
        }
        if (asked.onDemandThroughput() != null) {
            changed.onDemandThroughput(asked.onDemandThroughput());
        }
        if (asked.tableClass() != null) {
            changed.tableClassSummary(summary -> summary.tableClass(asked.tableClass())
                    .lastUpdateDateTime(store.clock().instant()));
        }
        if (asked.sseSpecification() != null) {
            changed.sseDescription(TableDescriptions.sse(asked.sseSpecification(), store.region()));
        }
        if (asked.warmThroughput() != null) {
            changed.warmThroughput(TableDescriptions.warm(asked.warmThroughput()));
        }
        return changed.build();
    }
}
