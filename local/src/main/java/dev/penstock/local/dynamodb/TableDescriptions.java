package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.Gateway;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexWarmThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.SSEDescription;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.SSEStatus;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TableWarmThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.WarmThroughput;

/** From what was asked for to what DescribeTable answers. */
public final class TableDescriptions {
    /** What a new on-demand table takes at once, as recorded. */
    private static final long WARM_READS = 12_000;

    private static final long WARM_WRITES = 4_000;

    private TableDescriptions() {}

    /** A table as it is described once it is active. */
    public static TableDescription of(CreateTableRequest asked, String region, Instant now) {
        String arn = Arns.table(region, asked.tableName());
        boolean onDemand = asked.billingMode() == BillingMode.PAY_PER_REQUEST;
        TableDescription.Builder table = TableDescription.builder()
                .tableName(asked.tableName())
                .tableArn(arn)
                .tableId(UUID.randomUUID().toString())
                .tableStatus(TableStatus.ACTIVE)
                .creationDateTime(now)
                .attributeDefinitions(asked.attributeDefinitions())
                .keySchema(asked.keySchema())
                .provisionedThroughput(throughput(asked.provisionedThroughput()))
                .deletionProtectionEnabled(Boolean.TRUE.equals(asked.deletionProtectionEnabled()))
                .onDemandThroughput(asked.onDemandThroughput())
                .warmThroughput(
                        asked.warmThroughput() == null
                                ? warm(onDemand, asked.provisionedThroughput())
                                : warm(asked.warmThroughput()))
                .sseDescription(sse(asked.sseSpecification(), region));
        if (onDemand) {
            table.billingModeSummary(
                    summary -> summary.billingMode(BillingMode.PAY_PER_REQUEST).lastUpdateToPayPerRequestDateTime(now));
        }
        if (asked.tableClass() != null) {
            table.tableClassSummary(summary -> summary.tableClass(asked.tableClass()));
        }
        if (asked.streamSpecification() != null
                && Boolean.TRUE.equals(asked.streamSpecification().streamEnabled())) {
            table.streamSpecification(asked.streamSpecification());
        }
        if (!asked.globalSecondaryIndexes().isEmpty()) {
            table.globalSecondaryIndexes(asked.globalSecondaryIndexes().stream()
                    .map(index -> global(index, arn, onDemand))
                    .toList());
        }
        if (!asked.localSecondaryIndexes().isEmpty()) {
            table.localSecondaryIndexes(asked.localSecondaryIndexes().stream()
                    .map(index -> local(index, arn))
                    .toList());
        }
        return table.build();
    }

    private static GlobalSecondaryIndexDescription global(
            GlobalSecondaryIndex index, String tableArn, boolean onDemand) {
        return GlobalSecondaryIndexDescription.builder()
                .indexName(index.indexName())
                .indexArn(Arns.index(tableArn, index.indexName()))
                .indexStatus(IndexStatus.ACTIVE)
                .keySchema(index.keySchema())
                .projection(index.projection())
                .provisionedThroughput(throughput(index.provisionedThroughput()))
                .onDemandThroughput(index.onDemandThroughput())
                .warmThroughput(indexWarm(
                        index.warmThroughput() == null
                                ? warm(onDemand, index.provisionedThroughput())
                                : warm(index.warmThroughput())))
                .build();
    }

    private static LocalSecondaryIndexDescription local(LocalSecondaryIndex index, String tableArn) {
        return LocalSecondaryIndexDescription.builder()
                .indexName(index.indexName())
                .indexArn(Arns.index(tableArn, index.indexName()))
                .keySchema(index.keySchema())
                .projection(index.projection())
                .build();
    }

    /** The global indexes as the engine has them, under our ARNs and with what only we know about them. */
    static List<GlobalSecondaryIndexDescription> globals(TableDescription engine, TableDescription ours) {
        return engine.globalSecondaryIndexes().stream()
                .map(index -> GlobalSecondaryIndexDescription.builder()
                        .indexName(index.indexName())
                        .indexArn(Arns.index(ours.tableArn(), index.indexName()))
                        .indexStatus(IndexStatus.ACTIVE)
                        .keySchema(index.keySchema())
                        .projection(index.projection())
                        .provisionedThroughput(index.provisionedThroughput())
                        .applyMutation(known -> ours.globalSecondaryIndexes().stream()
                                .filter(old -> old.indexName().equals(index.indexName()))
                                .findFirst()
                                .ifPresentOrElse(
                                        old -> known.onDemandThroughput(old.onDemandThroughput())
                                                .warmThroughput(old.warmThroughput()),
                                        () -> known.warmThroughput(indexWarm(ours.warmThroughput()))))
                        .build())
                .toList();
    }

    static ProvisionedThroughputDescription throughput(@Nullable ProvisionedThroughput asked) {
        return ProvisionedThroughputDescription.builder()
                .readCapacityUnits(asked == null ? 0L : asked.readCapacityUnits())
                .writeCapacityUnits(asked == null ? 0L : asked.writeCapacityUnits())
                .numberOfDecreasesToday(0L)
                .build();
    }

    static TableWarmThroughputDescription warm(boolean onDemand, @Nullable ProvisionedThroughput asked) {
        return TableWarmThroughputDescription.builder()
                .readUnitsPerSecond(onDemand || asked == null ? WARM_READS : asked.readCapacityUnits())
                .writeUnitsPerSecond(onDemand || asked == null ? WARM_WRITES : asked.writeCapacityUnits())
                .status(TableStatus.ACTIVE)
                .build();
    }

    static TableWarmThroughputDescription warm(WarmThroughput asked) {
        return TableWarmThroughputDescription.builder()
                .readUnitsPerSecond(asked.readUnitsPerSecond())
                .writeUnitsPerSecond(asked.writeUnitsPerSecond())
                .status(TableStatus.ACTIVE)
                .build();
    }

    private static GlobalSecondaryIndexWarmThroughputDescription indexWarm(TableWarmThroughputDescription warm) {
        return GlobalSecondaryIndexWarmThroughputDescription.builder()
                .readUnitsPerSecond(warm.readUnitsPerSecond())
                .writeUnitsPerSecond(warm.writeUnitsPerSecond())
                .status(IndexStatus.ACTIVE)
                .build();
    }

    /** As CreateTable answers it (recorded AWS answers): nothing is counted or warm yet. */
    static TableDescription creating(TableDescription table, CreateTableRequest asked) {
        TableDescription.Builder answer = table.toBuilder()
                .tableStatus(TableStatus.CREATING)
                .itemCount(0L)
                .tableSizeBytes(0L)
                .warmThroughput(
                        asked.warmThroughput() == null
                                ? null
                                : warm(asked.warmThroughput()).toBuilder()
                                        .status(TableStatus.UPDATING)
                                        .build());
        if (table.billingModeSummary() != null) {
            answer.billingModeSummary(
                    summary -> summary.billingMode(table.billingModeSummary().billingMode()));
        }
        if (table.hasGlobalSecondaryIndexes()) {
            @Nullable GlobalSecondaryIndexWarmThroughputDescription none = null;
            answer.globalSecondaryIndexes(table.globalSecondaryIndexes().stream()
                    .map(index -> index.toBuilder()
                            .indexStatus(IndexStatus.CREATING)
                            .itemCount(0L)
                            .indexSizeBytes(0L)
                            .warmThroughput(none)
                            .build())
                    .toList());
        }
        if (table.hasLocalSecondaryIndexes()) {
            answer.localSecondaryIndexes(table.localSecondaryIndexes().stream()
                    .map(index ->
                            index.toBuilder().itemCount(0L).indexSizeBytes(0L).build())
                    .toList());
        }
        return answer.build();
    }

    /** As DeleteTable answers it (recorded AWS answers): keys and indexes are no longer told. */
    static TableDescription deleting(TableDescription table) {
        return TableDescription.builder()
                .tableName(table.tableName())
                .tableArn(table.tableArn())
                .tableId(table.tableId())
                .tableStatus(TableStatus.DELETING)
                .itemCount(table.itemCount())
                .tableSizeBytes(table.tableSizeBytes())
                .provisionedThroughput(table.provisionedThroughput())
                .billingModeSummary(table.billingModeSummary())
                .deletionProtectionEnabled(table.deletionProtectionEnabled())
                .build();
    }

    /** How DescribeTable shows the encryption; {@code null} for the key that DynamoDB owns. */
    public static @Nullable SSEDescription sse(@Nullable SSESpecification asked, String region) {
        if (asked == null || !Boolean.TRUE.equals(asked.enabled())) {
            return null;
        }
        String key = asked.kmsMasterKeyId() == null ? "alias/aws/dynamodb" : asked.kmsMasterKeyId();
        String arn = key.startsWith("arn:")
                ? key
                : "arn:aws:kms:" + region + ":" + Gateway.ACCOUNT + ":"
                        + (key.startsWith("alias/") ? key : "key/" + key);
        return SSEDescription.builder()
                .status(SSEStatus.ENABLED)
                .sseType(SSEType.KMS)
                .kmsMasterKeyArn(arn)
                .build();
    }

    /** With the counts and sizes that the engine knows. */
    static TableDescription counted(TableDescription ours, TableDescription engine) {
        TableDescription.Builder table =
                ours.toBuilder().itemCount(engine.itemCount()).tableSizeBytes(engine.tableSizeBytes());
        if (ours.hasGlobalSecondaryIndexes()) {
            table.globalSecondaryIndexes(ours.globalSecondaryIndexes().stream()
                    .map(index -> engine.globalSecondaryIndexes().stream()
                            .filter(same -> same.indexName().equals(index.indexName()))
                            .findFirst()
                            .map(same -> index.toBuilder()
                                    .itemCount(same.itemCount())
                                    .indexSizeBytes(same.indexSizeBytes())
                                    .build())
                            .orElse(index))
                    .toList());
        }
        if (ours.hasLocalSecondaryIndexes()) {
            table.localSecondaryIndexes(ours.localSecondaryIndexes().stream()
                    .map(index -> engine.localSecondaryIndexes().stream()
                            .filter(same -> same.indexName().equals(index.indexName()))
                            .findFirst()
                            .map(same -> index.toBuilder()
                                    .itemCount(same.itemCount())
                                    .indexSizeBytes(same.indexSizeBytes())
                                    .build())
                            .orElse(index))
                    .toList());
        }
        return table.build();
    }
}
