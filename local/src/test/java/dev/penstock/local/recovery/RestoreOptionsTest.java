package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import dev.penstock.local.store.TestTables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.BackupJobState;
import software.amazon.awssdk.services.backup.model.RestoreJobStatus;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BackupNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.BackupSummary;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.PolicyNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableAlreadyExistsException;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** What can be asked of a restore besides the time: another region, other settings; and which backups are listed. */
class RestoreOptionsTest {
    private static final String KEY = "arn:aws:kms:us-east-1:000000000000:key/1";

    private static final Set<String> ALL = Set.of("protection", "class", "stream", "TTL", "tags", "recovery", "policy");

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private LocalRuntime runtime;
    private DynamoDbClient home;

    @BeforeEach
    void start() {
        runtime = LocalRuntime.start(Options.inMemory());
        home = runtime.clients().of(DynamoDbClient.class);
        home.createTable(table -> table.tableName("Orders")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        TestTables.attribute("id"), TestTables.attribute("at"), TestTables.attribute("state"))
                .keySchema(TestTables.key("id", KeyType.HASH), TestTables.key("at", KeyType.RANGE))
                .localSecondaryIndexes(LocalSecondaryIndex.builder()
                        .indexName("byState")
                        .keySchema(TestTables.key("id", KeyType.HASH), TestTables.key("state", KeyType.RANGE))
                        .projection(projection -> projection.projectionType(ProjectionType.ALL))
                        .build())
                .sseSpecification(sse -> sse.enabled(true).sseType(SSEType.KMS).kmsMasterKeyId(KEY)));
        home.updateContinuousBackups(update -> update.tableName("Orders")
                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
        put("1", "OPEN");
    }

    @AfterEach
    void stop() {
        runtime.close();
    }

    @Test
    void byArnIntoAnotherRegionWithAKeyOfThatRegion() {
        DynamoDbClient away = runtime.clients("eu-west-1").of(DynamoDbClient.class);
        String arn = described(home, "Orders").tableArn();
        var refused = assertThrows(DynamoDbException.class, () -> restore(away, "Away", r -> r.sourceTableArn(arn)));
        assertEquals("ValidationException", refused.awsErrorDetails().errorCode());
        assertTrue(refused.getMessage().contains("SSESpecificationOverride"), refused.getMessage());
        String key = "arn:aws:kms:eu-west-1:000000000000:key/2";
        TableDescription restored = restore(
                away,
                "Away",
                r -> r.sourceTableArn(arn)
                        .sseSpecificationOverride(
                                sse -> sse.enabled(true).sseType(SSEType.KMS).kmsMasterKeyId(key)));
        assertEquals("arn:aws:dynamodb:eu-west-1:000000000000:table/Away", restored.tableArn());
        assertEquals(key, restored.sseDescription().kmsMasterKeyArn());
        assertEquals(1, away.scan(scan -> scan.tableName("Away")).count());
        assertFalse(home.listTables().tableNames().contains("Away"));
        assertThrows(
                TableNotFoundException.class,
                () -> restore(away, "Other", r -> r.sourceTableArn(arn.replace("Orders", "Missing"))));
    }

    @Test
    void withOtherCapacityEncryptionAndFewerIndexes() {
        TableDescription same = restore(home, "Same", r -> r.sourceTableName("Orders"));
        assertEquals(BillingMode.PAY_PER_REQUEST, same.billingModeSummary().billingMode());
        assertEquals(KEY, same.sseDescription().kmsMasterKeyArn());
        assertEquals(1, same.localSecondaryIndexes().size());
        assertEquals(
                1,
                home.query(query -> query.tableName("Same")
                                .indexName("byState")
                                .keyConditionExpression("id = :id AND #s = :s")
                                .expressionAttributeNames(Map.of("#s", "state"))
                                .expressionAttributeValues(
                                        Map.of(":id", AttributeValue.fromS("1"), ":s", AttributeValue.fromS("OPEN"))))
                        .count());

        TableDescription provisioned = restore(
                home,
                "Provisioned",
                r -> r.sourceTableName("Orders")
                        .billingModeOverride(BillingMode.PROVISIONED)
                        .provisionedThroughputOverride(
                                t -> t.readCapacityUnits(7L).writeCapacityUnits(3L))
                        .sseSpecificationOverride(sse -> sse.enabled(false))
                        .localSecondaryIndexOverride(List.of()));
        assertEquals(7, provisioned.provisionedThroughput().readCapacityUnits());
        assertEquals(3, provisioned.provisionedThroughput().writeCapacityUnits());
        assertEquals(null, provisioned.sseDescription());
        assertEquals(0, provisioned.localSecondaryIndexes().size());
        assertEquals(2, provisioned.attributeDefinitions().size());

        TableDescription limited = restore(
                home,
                "Limited",
                r -> r.sourceTableName("Orders").onDemandThroughputOverride(t -> t.maxWriteRequestUnits(50L)));
        assertEquals(50, limited.onDemandThroughput().maxWriteRequestUnits());
        TableDescription unlimited =
                restore(home, "Unlimited", r -> r.sourceTableName("Orders").onDemandThroughputOverride(t -> {}));
        assertEquals(null, unlimited.onDemandThroughput());
    }

    /** The settings that nobody gets back unasked, whichever way the table comes (Developer Guide; live answers). */
    @Test
    void whatAwsDropsIsDroppedByEveryKindOfRestore() {
        String arn = described(home, "Orders").tableArn();
        home.updateTable(update -> update.tableName("Orders").deletionProtectionEnabled(true));
        home.updateTable(update -> update.tableName("Orders").tableClass(TableClass.STANDARD_INFREQUENT_ACCESS));
        home.updateTable(update -> update.tableName("Orders")
                .streamSpecification(stream -> stream.streamEnabled(true).streamViewType(StreamViewType.KEYS_ONLY)));
        home.updateTimeToLive(update -> update.tableName("Orders")
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("until")));
        home.tagResource(tag -> tag.resourceArn(arn)
                .tags(Tag.builder().key("team").value("shop").build()));
        home.putResourcePolicy(put -> put.resourceArn(arn).policy("""
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},\
                "Action":"dynamodb:GetItem","Resource":"%s"}]}""".formatted(arn)));
        assertEquals(ALL, settings("Orders"));

        restore(home, "ToPointInTime", r -> r.sourceTableName("Orders"));
        String backup = backUp("settings");
        home.restoreTableFromBackup(r -> r.backupArn(backup).targetTableName("FromBackup"));
        awaitActive(home, "FromBackup");
        fromVault(arn, "FromVault");
        for (String restored : List.of("ToPointInTime", "FromBackup", "FromVault")) {
            assertEquals(Set.of(), settings(restored), restored);
            assertEquals(1, home.scan(scan -> scan.tableName(restored)).count(), restored);
        }
        assertEquals(ALL, settings("Orders"), "the source keeps all");
    }

    /** Which of the settings a table has. */
    private Set<String> settings(String name) {
        TableDescription table = described(home, name);
        Set<String> settings = new TreeSet<>();
        if (Boolean.TRUE.equals(table.deletionProtectionEnabled())) {
            settings.add("protection");
        }
        if (table.tableClassSummary() != null && table.tableClassSummary().tableClass() != TableClass.STANDARD) {
            settings.add("class");
        }
        if (table.streamSpecification() != null || table.latestStreamArn() != null) {
            settings.add("stream");
        }
        if (home.describeTimeToLive(describe -> describe.tableName(name))
                        .timeToLiveDescription()
                        .timeToLiveStatus()
                != TimeToLiveStatus.DISABLED) {
            settings.add("TTL");
        }
        if (!home.listTagsOfResource(list -> list.resourceArn(table.tableArn()))
                .tags()
                .isEmpty()) {
            settings.add("tags");
        }
        if (home.describeContinuousBackups(describe -> describe.tableName(name))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus()
                != PointInTimeRecoveryStatus.DISABLED) {
            settings.add("recovery");
        }
        try {
            home.getResourcePolicy(get -> get.resourceArn(table.tableArn()));
            settings.add("policy");
        } catch (PolicyNotFoundException none) {
            // Then it has none.
        }
        return settings;
    }

    private void fromVault(String tableArn, String target) {
        BackupClient vaults = runtime.clients().of(BackupClient.class);
        String role = "arn:aws:iam::000000000000:role/backup";
        vaults.createBackupVault(vault -> vault.backupVaultName("vault"));
        String job = vaults.startBackupJob(start ->
                        start.backupVaultName("vault").resourceArn(tableArn).iamRoleArn(role))
                .backupJobId();
        Await.until(
                LIMIT,
                "the recovery point",
                () -> vaults.describeBackupJob(describe -> describe.backupJobId(job))
                                .state()
                        == BackupJobState.COMPLETED);
        String point =
                vaults.describeBackupJob(describe -> describe.backupJobId(job)).recoveryPointArn();
        String restore = vaults.startRestoreJob(start ->
                        start.recoveryPointArn(point).iamRoleArn(role).metadata(Map.of("targetTableName", target)))
                .restoreJobId();
        Await.until(
                LIMIT,
                "the restore job",
                () -> vaults.describeRestoreJob(describe -> describe.restoreJobId(restore))
                                .status()
                        == RestoreJobStatus.COMPLETED);
    }

    @Test
    void backupsAreListedByTableTypeAndTimeInPages() {
        List<String> made = new ArrayList<>();
        List<Instant> times = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            made.add(backUp("backup-" + i));
            runtime.clock().advance(Duration.ofHours(1));
            times.add(runtime.clock().instant());
            runtime.clock().advance(Duration.ofHours(1));
        }
        List<String> listed = new ArrayList<>();
        String[] start = new String[1];
        do {
            var page = home.listBackups(list -> list.limit(1).exclusiveStartBackupArn(start[0]));
            page.backupSummaries().stream().map(BackupSummary::backupArn).forEach(listed::add);
            start[0] = page.lastEvaluatedBackupArn();
        } while (start[0] != null);
        assertEquals(made, listed);
        assertEquals(
                List.of("backup-1"),
                home
                        .listBackups(list -> list.tableName("Orders")
                                .timeRangeLowerBound(times.get(0))
                                .timeRangeUpperBound(times.get(1)))
                        .backupSummaries()
                        .stream()
                        .map(BackupSummary::backupName)
                        .toList());
        assertTrue(home.listBackups(list -> list.tableName("Other"))
                .backupSummaries()
                .isEmpty());
        home.deleteTable(table -> table.tableName("Orders"));
        assertEquals(
                3,
                home.listBackups(list -> list.backupType("USER"))
                        .backupSummaries()
                        .size());
        assertEquals(
                1,
                home.listBackups(list -> list.backupType("SYSTEM"))
                        .backupSummaries()
                        .size());
        assertEquals(
                4,
                home.listBackups(list -> list.backupType("ALL"))
                        .backupSummaries()
                        .size());
    }

    @Test
    void backupsThatAreNotThereAndTargetsThatAreAreRefused() {
        String arn = backUp("there");
        String missing = arn + "0";
        assertThrows(BackupNotFoundException.class, () -> home.describeBackup(backup -> backup.backupArn(missing)));
        assertThrows(BackupNotFoundException.class, () -> home.deleteBackup(backup -> backup.backupArn(missing)));
        assertThrows(
                BackupNotFoundException.class,
                () -> home.restoreTableFromBackup(
                        restore -> restore.backupArn(missing).targetTableName("Restored")));
        assertThrows(
                TableAlreadyExistsException.class,
                () -> home.restoreTableFromBackup(
                        restore -> restore.backupArn(arn).targetTableName("Orders")));
        // The refusal has released it.
        home.restoreTableFromBackup(restore -> restore.backupArn(arn).targetTableName("Restored"));
        awaitActive(home, "Restored");
        assertThrows(
                TableNotFoundException.class,
                () -> home.createBackup(backup -> backup.tableName("Missing").backupName("none")));
    }

    private String backUp(String name) {
        String arn = home.createBackup(backup -> backup.tableName("Orders").backupName(name))
                .backupDetails()
                .backupArn();
        Await.until(
                LIMIT,
                "the backup",
                () -> home.describeBackup(describe -> describe.backupArn(arn))
                        .backupDescription()
                        .backupDetails()
                        .backupStatusAsString()
                        .equals("AVAILABLE"));
        return arn;
    }

    private static TableDescription restore(
            DynamoDbClient client, String target, Consumer<RestoreTableToPointInTimeRequest.Builder> more) {
        client.restoreTableToPointInTime(restore ->
                restore.targetTableName(target).useLatestRestorableTime(true).applyMutation(more));
        return awaitActive(client, target);
    }

    private static TableDescription awaitActive(DynamoDbClient client, String table) {
        Await.until(LIMIT, table, () -> described(client, table).tableStatus() == TableStatus.ACTIVE);
        return described(client, table);
    }

    private static TableDescription described(DynamoDbClient client, String table) {
        return client.describeTable(describe -> describe.tableName(table)).table();
    }

    private void put(String id, String state) {
        home.putItem(put -> put.tableName("Orders")
                .item(Map.of(
                        "id", AttributeValue.fromS(id),
                        "at", AttributeValue.fromS("now"),
                        "state", AttributeValue.fromS(state))));
    }
}
