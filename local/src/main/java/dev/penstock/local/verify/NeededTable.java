package dev.penstock.local.verify;

import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.verify.ExportVerifier;
import dev.penstock.lambdas.verify.TablesAt;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * A table that a comparison needs, as it is now.
 *
 * @param name as exports call it, see {@link TablesAt}
 * @param arn null when there is no such table
 * @param bytes that DescribeTable tells, local indexes included: at most six hours old on AWS
 * @param recovery the period that it can be exported from; null without point-in-time recovery
 */
record NeededTable(
        String name,
        String region,
        @Nullable String arn,
        long bytes,
        @Nullable Period recovery) {

    /** Times that a table can be exported at. */
    record Period(Instant earliest, Instant latest) {}

    /** What comparing these takes, in the catalog's order, which has sources first. */
    static List<NeededTable> of(Stage stage, List<Effect> effects, List<Replication> replications) {
        Set<String> names = new HashSet<>();
        for (Effect effect : effects) {
            names.addAll(ExportVerifier.needs(effect));
            names.addAll(ExportVerifier.uses(effect));
        }
        replications.forEach(replication -> names.add(replication.source()));
        Map<String, NeededTable> tables = new LinkedHashMap<>();
        for (var table : stage.catalog().allTables()) {
            if (names.contains(table.name())) {
                tables.put(table.name(), describe(stage, table.name(), table.name(), stage.region()));
            }
        }
        for (Replication replication : replications) {
            tables.computeIfAbsent(
                    TablesAt.target(replication),
                    name -> describe(stage, name, replication.target(), replication.region()));
        }
        return List.copyOf(tables.values());
    }

    private static NeededTable describe(Stage stage, String name, String logical, String region) {
        DynamoDbClient client = stage.dynamoDb(region);
        String physical = stage.names().physical(logical);
        try {
            TableDescription table = client.describeTable(describe -> describe.tableName(physical))
                    .table();
            PointInTimeRecoveryDescription recovery = client.describeContinuousBackups(
                            describe -> describe.tableName(physical))
                    .continuousBackupsDescription()
                    .pointInTimeRecoveryDescription();
            boolean on = recovery != null && recovery.pointInTimeRecoveryStatus() == PointInTimeRecoveryStatus.ENABLED;
            long indexes = table.localSecondaryIndexes().stream()
                    .mapToLong(index -> index.indexSizeBytes() == null ? 0 : index.indexSizeBytes())
                    .sum();
            return new NeededTable(
                    name,
                    region,
                    table.tableArn(),
                    table.tableSizeBytes() + indexes,
                    on ? new Period(recovery.earliestRestorableDateTime(), recovery.latestRestorableDateTime()) : null);
        } catch (ResourceNotFoundException absent) {
            return new NeededTable(name, region, null, 0, null);
        }
    }

    /** Why it can't be exported; null if it can. */
    @Nullable
    String lack() {
        if (arn == null) {
            return "there is no table " + name;
        }
        return recovery == null ? "table " + name + " has no point-in-time recovery" : null;
    }
}
