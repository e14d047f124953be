package dev.penstock.local.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.wire.Wire;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BackupDescription;
import software.amazon.awssdk.services.dynamodb.model.BackupDetails;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BackupSummary;
import software.amazon.awssdk.services.dynamodb.model.BackupType;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * A backup, as the journal's registry keeps it; its items are in a file of their own.
 *
 * @param id last element of the ARN: creation time in milliseconds, dash, 8 hexadecimal digits
 * @param time the items are those of this moment
 * @param expires {@code null} for a backup that is kept until someone deletes it
 * @param table the source as DescribeTable answered it then
 */
record BackupDocument(
        String id,
        String arn,
        String name,
        String type,
        String status,
        Instant time,
        @Nullable Instant expires,
        long sizeBytes,
        long itemCount,
        JsonNode table) {

    BackupDocument available(long size, long items) {
        return new BackupDocument(
                id, arn, name, type, BackupStatus.AVAILABLE.toString(), time, expires, size, items, table);
    }

    boolean isAvailable() {
        return status.equals(BackupStatus.AVAILABLE.toString());
    }

    TableDescription source() {
        return Wire.read(table, TableDescription.builder());
    }

    BackupDetails details() {
        return BackupDetails.builder()
                .backupArn(arn)
                .backupName(name)
                .backupSizeBytes(sizeBytes)
                .backupStatus(status)
                .backupType(type)
                .backupCreationDateTime(time)
                .backupExpiryDateTime(expires)
                .build();
    }

    BackupSummary summary() {
        TableDescription source = source();
        return BackupSummary.builder()
                .tableName(source.tableName())
                .tableId(source.tableId())
                .tableArn(source.tableArn())
                .backupArn(arn)
                .backupName(name)
                .backupCreationDateTime(time)
                .backupExpiryDateTime(expires)
                .backupStatus(status)
                .backupType(BackupType.fromValue(type))
                .backupSizeBytes(sizeBytes)
                .build();
    }

    BackupDescription description() {
        TableDescription source = source();
        boolean onDemand = source.billingModeSummary() != null
                && source.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST;
        return BackupDescription.builder()
                .backupDetails(details())
                .sourceTableDetails(table -> table.tableName(source.tableName())
                        .tableId(source.tableId())
                        .tableArn(source.tableArn())
                        .tableSizeBytes(sizeBytes)
                        .itemCount(itemCount)
                        .keySchema(source.keySchema())
                        .tableCreationDateTime(source.creationDateTime())
                        .billingMode(onDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED)
                        .onDemandThroughput(source.onDemandThroughput())
                        .provisionedThroughput(capacity -> capacity.readCapacityUnits(
                                        source.provisionedThroughput() == null
                                                ? 0L
                                                : source.provisionedThroughput().readCapacityUnits())
                                .writeCapacityUnits(
                                        source.provisionedThroughput() == null
                                                ? 0L
                                                : source.provisionedThroughput().writeCapacityUnits())))
                .sourceTableFeatureDetails(features -> features.streamDescription(source.streamSpecification())
                        .sseDescription(source.sseDescription()))
                .build();
    }
}
