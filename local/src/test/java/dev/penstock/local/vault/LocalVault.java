package dev.penstock.local.vault;

import dev.penstock.local.clients.Await;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.BackupJobState;
import software.amazon.awssdk.services.backup.model.BackupPlanInput;
import software.amazon.awssdk.services.backup.model.BackupRuleInput;
import software.amazon.awssdk.services.backup.model.ConditionType;
import software.amazon.awssdk.services.backup.model.CopyAction;
import software.amazon.awssdk.services.backup.model.DescribeBackupJobResponse;
import software.amazon.awssdk.services.backup.model.Lifecycle;
import software.amazon.awssdk.services.backup.model.RecoveryPointByBackupVault;
import software.amazon.awssdk.services.backup.model.RestoreJobStatus;
import software.amazon.awssdk.services.backup.model.StorageClass;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** A runtime with a table {@code Orders} of class gold and a vault {@code vault}, and what tests of AWS Backup do there. */
final class LocalVault implements AutoCloseable {
    static final String ROLE = "arn:aws:iam::000000000000:role/backup";

    static final String AWAY = "eu-west-1";

    /** Half past two at night, on the last day of a month that is a Saturday. */
    static final Instant START = Instant.parse("2026-01-31T02:30:00Z");

    final LocalRuntime runtime;
    final BackupClient backup;
    final DynamoDbClient tables;

    LocalVault() {
        this(Options.inMemory().withClock(() -> START));
        fill();
    }

    /** With what an earlier one left in the data directory. */
    LocalVault(Options options) {
        runtime = LocalRuntime.start(options);
        backup = runtime.clients().of(BackupClient.class);
        tables = runtime.clients().of(DynamoDbClient.class);
    }

    void fill() {
        makeTable("Orders", "gold");
        backup.createBackupVault(vault -> vault.backupVaultName("vault"));
    }

    String plan(String tag, String value) {
        String id = backup.createBackupPlan(create -> create.backupPlan(BackupPlanInput.builder()
                        .backupPlanName("nightly")
                        .rules(BackupRuleInput.builder()
                                .ruleName("daily")
                                .targetBackupVaultName("vault")
                                .scheduleExpression("cron(0 3 * * ? *)")
                                .lifecycle(lifecycle -> lifecycle.deleteAfterDays(5L))
                                .copyActions(CopyAction.builder()
                                        .destinationBackupVaultArn(
                                                "arn:aws:backup:eu-west-1:000000000000:backup-vault:copies")
                                        .lifecycle(lifecycle -> lifecycle.deleteAfterDays(10L))
                                        .build())
                                .build())
                        .build()))
                .backupPlanId();
        backup.createBackupSelection(create -> create.backupPlanId(id)
                .backupSelection(selection -> selection
                        .selectionName("tables")
                        .iamRoleArn(ROLE)
                        .listOfTags(condition -> condition
                                .conditionType(ConditionType.STRINGEQUALS)
                                .conditionKey(tag)
                                .conditionValue(value))));
        return id;
    }

    void awaitJobs(int completed) {
        await(() -> backup.listBackupJobs(list -> list.byState(BackupJobState.COMPLETED))
                        .backupJobs()
                        .size()
                == completed);
    }

    String start(String vault, String tableArn, Lifecycle lifecycle) {
        return backup.startBackupJob(job -> job.backupVaultName(vault)
                        .resourceArn(tableArn)
                        .iamRoleArn(ROLE)
                        .lifecycle(lifecycle))
                .backupJobId();
    }

    DescribeBackupJobResponse startAndEnd(long days) {
        String job = start(
                "vault",
                arn(tables, "Orders"),
                Lifecycle.builder().deleteAfterDays(days).build());
        await(() ->
                backup.describeBackupJob(describe -> describe.backupJobId(job)).completionDate() != null);
        return backup.describeBackupJob(describe -> describe.backupJobId(job));
    }

    String backUp(String table, Lifecycle lifecycle) {
        String job = start("vault", arn(tables, table), lifecycle);
        await(() ->
                backup.describeBackupJob(describe -> describe.backupJobId(job)).state() == BackupJobState.COMPLETED);
        return backup.describeBackupJob(describe -> describe.backupJobId(job)).recoveryPointArn();
    }

    static void restore(LocalRuntime runtime, String arn, String target, boolean withTags) {
        var backup = runtime.clients().of(BackupClient.class);
        String job = backup.startRestoreJob(request -> request.recoveryPointArn(arn)
                        .iamRoleArn(ROLE)
                        .copySourceTagsToRestoredResource(withTags)
                        .metadata(Map.of("targetTableName", target)))
                .restoreJobId();
        await(() -> backup.describeRestoreJob(describe -> describe.restoreJobId(job))
                        .status()
                == RestoreJobStatus.COMPLETED);
    }

    void delete(String arn) {
        backup.deleteRecoveryPoint(request -> request.backupVaultName("vault").recoveryPointArn(arn));
    }

    StorageClass storageClass(String arn) {
        return backup.describeRecoveryPoint(
                        request -> request.backupVaultName("vault").recoveryPointArn(arn))
                .storageClass();
    }

    static List<RecoveryPointByBackupVault> points(BackupClient client, String vault) {
        return client.listRecoveryPointsByBackupVault(list -> list.backupVaultName(vault))
                .recoveryPoints();
    }

    static void await(BooleanSupplier condition) {
        Await.until(Duration.ofSeconds(60), Duration.ofMillis(5), "AWS Backup", condition);
    }

    void makeTable(String name, String tag) {
        tables.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH))
                .tags(Tag.builder().key("class").value(tag).build()));
    }

    void put(String table, String id, String value) {
        tables.putItem(put ->
                put.tableName(table).item(Map.of("id", AttributeValue.fromS(id), "v", AttributeValue.fromS(value))));
    }

    static String arn(DynamoDbClient client, String table) {
        return client.describeTable(describe -> describe.tableName(table))
                .table()
                .tableArn();
    }

    static Map<String, String> items(DynamoDbClient client, String table) {
        Map<String, String> items = new TreeMap<>();
        client.scan(scan -> scan.tableName(table))
                .items()
                .forEach(item -> items.put(item.get("id").s(), item.get("v").s()));
        return items;
    }

    @Override
    public void close() {
        runtime.close();
    }
}
