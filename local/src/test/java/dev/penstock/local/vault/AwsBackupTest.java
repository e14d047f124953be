package dev.penstock.local.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.AlreadyExistsException;
import software.amazon.awssdk.services.backup.model.BackupException;
import software.amazon.awssdk.services.backup.model.BackupJobState;
import software.amazon.awssdk.services.backup.model.BackupPlanInput;
import software.amazon.awssdk.services.backup.model.BackupRuleInput;
import software.amazon.awssdk.services.backup.model.ConditionType;
import software.amazon.awssdk.services.backup.model.CopyAction;
import software.amazon.awssdk.services.backup.model.CopyJobState;
import software.amazon.awssdk.services.backup.model.InvalidParameterValueException;
import software.amazon.awssdk.services.backup.model.InvalidRequestException;
import software.amazon.awssdk.services.backup.model.Lifecycle;
import software.amazon.awssdk.services.backup.model.MissingParameterValueException;
import software.amazon.awssdk.services.backup.model.RecoveryPointByBackupVault;
import software.amazon.awssdk.services.backup.model.ResourceNotFoundException;
import software.amazon.awssdk.services.backup.model.RestoreJobStatus;
import software.amazon.awssdk.services.backup.model.StorageClass;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** AWS Backup through its official client: what is in a vault can be brought back, in this region and the next. */
class AwsBackupTest {
    private static final String ROLE = "arn:aws:iam::000000000000:role/backup";
    private static final String AWAY = "eu-west-1";
    private static final int LOOKS = 20_000;

    /** Half past two at night, on the last day of a month that is a Saturday. */
    private static final Instant START = Instant.parse("2026-01-31T02:30:00Z");

    private LocalRuntime runtime;
    private BackupClient backup;
    private DynamoDbClient tables;

    @BeforeEach
    void start() {
        runtime = LocalRuntime.start(Options.inMemory().withClock(() -> START));
        backup = runtime.clients().of(BackupClient.class);
        tables = runtime.clients().of(DynamoDbClient.class);
        makeTable("Orders", "gold");
        backup.createBackupVault(vault -> vault.backupVaultName("vault"));
    }

    @AfterEach
    void stop() {
        runtime.close();
    }

    @Test
    void aRecoveryPointHoldsTheDataWhateverBecomesOfTheTable() {
        put("Orders", "a", "1");
        String arn = backUp("Orders", Lifecycle.builder().deleteAfterDays(7L).build());
        put("Orders", "a", "2");
        put("Orders", "b", "2");
        tables.deleteTable(table -> table.tableName("Orders"));

        var point = backup.describeRecoveryPoint(
                request -> request.backupVaultName("vault").recoveryPointArn(arn));
        assertEquals("DynamoDB", point.resourceType());
        assertTrue(point.backupSizeInBytes() > 0);
        assertEquals(
                point.creationDate().plus(Duration.ofDays(7)),
                point.calculatedLifecycle().deleteAt());
        restore(runtime, arn, "Restored", true);
        assertEquals(Map.of("a", "1"), items(tables, "Restored"));
        assertEquals(
                List.of(Tag.builder().key("class").value("gold").build()),
                tables.listTagsOfResource(list -> list.resourceArn(arn(tables, "Restored")))
                        .tags());
    }

    @Test
    void aCopyIsRestoredInTheOtherRegion() {
        put("Orders", "a", "1");
        String arn = backUp("Orders", null);
        var away = runtime.clients(AWAY).of(BackupClient.class);
        away.createBackupVault(vault -> vault.backupVaultName("copies"));
        String job = backup.startCopyJob(copy -> copy.sourceBackupVaultName("vault")
                        .recoveryPointArn(arn)
                        .iamRoleArn(ROLE)
                        .destinationBackupVaultArn("arn:aws:backup:eu-west-1:000000000000:backup-vault:copies"))
                .copyJobId();
        await(() -> backup.describeCopyJob(describe -> describe.copyJobId(job))
                        .copyJob()
                        .state()
                == CopyJobState.COMPLETED);
        backup.deleteRecoveryPoint(request -> request.backupVaultName("vault").recoveryPointArn(arn));
        RecoveryPointByBackupVault copy = points(away, "copies").getFirst();
        assertEquals("arn:aws:backup:us-east-1:000000000000:backup-vault:vault", copy.sourceBackupVaultArn());
        String restore = away.startRestoreJob(request -> request.recoveryPointArn(copy.recoveryPointArn())
                        .iamRoleArn(ROLE)
                        .metadata(Map.of("targetTableName", "Orders", "encryptionType", "Default")))
                .restoreJobId();
        await(() -> away.describeRestoreJob(describe -> describe.restoreJobId(restore))
                        .status()
                == RestoreJobStatus.COMPLETED);
        var there = runtime.clients(AWAY).of(DynamoDbClient.class);
        assertEquals(Map.of("a", "1"), items(there, "Orders"));
        assertTrue(arn(there, "Orders").startsWith("arn:aws:dynamodb:eu-west-1:"));
    }

    @Test
    void rulesFireOnTheClockAndEachPointHoldsItsOwnNight() {
        var away = runtime.clients(AWAY).of(BackupClient.class);
        away.createBackupVault(vault -> vault.backupVaultName("copies"));
        plan("class", "gold");
        makeTable("Other", "silver");
        put("Orders", "a", "1");
        runtime.clock().advance(Duration.ofHours(1));
        awaitJobs(1);
        put("Orders", "a", "2");
        // Three nights at once: the first two as they were then.
        runtime.clock().advance(Duration.ofDays(3));
        awaitJobs(4);
        List<RecoveryPointByBackupVault> points = points(backup, "vault");
        assertEquals(
                List.of(
                        Instant.parse("2026-01-31T03:00:00Z"),
                        Instant.parse("2026-02-01T03:00:00Z"),
                        Instant.parse("2026-02-02T03:00:00Z"),
                        Instant.parse("2026-02-03T03:00:00Z")),
                points.stream().map(RecoveryPointByBackupVault::creationDate).toList());
        assertEquals(
                Set.of("Orders"),
                points.stream().map(RecoveryPointByBackupVault::resourceName).collect(Collectors.toSet()));
        restore(runtime, points.get(0).recoveryPointArn(), "First", false);
        restore(runtime, points.get(1).recoveryPointArn(), "Second", false);
        assertEquals(Map.of("a", "1"), items(tables, "First"));
        assertEquals(Map.of("a", "2"), items(tables, "Second"));
        await(() -> points(away, "copies").size() == 4);

        // Kept for five days here, for ten there.
        runtime.clock().advance(Duration.ofDays(8));
        awaitJobs(12);
        await(() -> points(away, "copies").size() == 10);
        await(() -> points(backup, "vault").size() == 5);
        assertEquals(
                Instant.parse("2026-02-07T03:00:00Z"),
                points(backup, "vault").getFirst().creationDate());
    }

    @Test
    void withoutTheOptInASelectionBacksUpNothingAndNothingFails() {
        plan("class", "gold");
        backup.updateRegionSettings(settings -> settings.resourceTypeOptInPreference(Map.of("DynamoDB", false)));
        runtime.clock().advance(Duration.ofDays(2));
        assertTrue(backup.listBackupJobs(list -> list.byBackupVaultName("vault"))
                .backupJobs()
                .isEmpty());
        backup.updateRegionSettings(settings -> settings.resourceTypeOptInPreference(Map.of("DynamoDB", true)));
        runtime.clock().advance(Duration.ofDays(1));
        awaitJobs(1);
    }

    @Test
    void coldStorageFollowsTheClock() {
        String arn = backUp(
                "Orders",
                Lifecycle.builder()
                        .moveToColdStorageAfterDays(30L)
                        .deleteAfterDays(120L)
                        .build());
        assertEquals(StorageClass.WARM, storageClass(arn));
        runtime.clock().advance(Duration.ofDays(30));
        assertEquals(StorageClass.COLD, storageClass(arn));
        runtime.clock().advance(Duration.ofDays(90));
        assertThrows(ResourceNotFoundException.class, () -> storageClass(arn));
        var tooShort = Lifecycle.builder()
                .moveToColdStorageAfterDays(30L)
                .deleteAfterDays(119L)
                .build();
        assertThrows(InvalidParameterValueException.class, () -> backUp("Orders", tooShort));
    }

    @Test
    void aLockedVaultGivesNothingAway() {
        String arn = backUp("Orders", Lifecycle.builder().deleteAfterDays(30L).build());
        backup.putBackupVaultLockConfiguration(
                lock -> lock.backupVaultName("vault").minRetentionDays(7L).maxRetentionDays(60L));
        assertThrows(InvalidRequestException.class, () -> delete(arn));
        assertThrows(
                InvalidRequestException.class,
                () -> backup.updateRecoveryPointLifecycle(update -> update.backupVaultName("vault")
                        .recoveryPointArn(arn)
                        .lifecycle(lifecycle -> lifecycle.deleteAfterDays(1L))));
        assertTrue(startAndEnd(6L).statusMessage().contains("7 to 60 days"));
        assertEquals(BackupJobState.FAILED, startAndEnd(61L).state());
        assertEquals(BackupJobState.COMPLETED, startAndEnd(7L).state());
        // Governance: whoever may, takes the lock away.
        backup.deleteBackupVaultLockConfiguration(lock -> lock.backupVaultName("vault"));
        delete(arn);
    }

    @Test
    void aComplianceLockIsForeverOnceItsDateIsPast() {
        assertThrows(
                InvalidParameterValueException.class,
                () -> backup.putBackupVaultLockConfiguration(
                        lock -> lock.backupVaultName("vault").changeableForDays(2L)));
        backup.putBackupVaultLockConfiguration(
                lock -> lock.backupVaultName("vault").minRetentionDays(7L).changeableForDays(3L));
        backup.deleteBackupVaultLockConfiguration(lock -> lock.backupVaultName("vault"));
        backup.putBackupVaultLockConfiguration(
                lock -> lock.backupVaultName("vault").minRetentionDays(7L).changeableForDays(3L));
        runtime.clock().advance(Duration.ofDays(3));
        assertThrows(
                InvalidRequestException.class,
                () -> backup.deleteBackupVaultLockConfiguration(lock -> lock.backupVaultName("vault")));
        assertThrows(
                InvalidRequestException.class,
                () -> backup.putBackupVaultLockConfiguration(
                        lock -> lock.backupVaultName("vault").minRetentionDays(1L)));
        assertTrue(backup.describeBackupVault(vault -> vault.backupVaultName("vault"))
                .locked());
    }

    @Test
    void thePolicyOfAVaultDenies() {
        String arn = backUp("Orders", null);
        backup.putBackupVaultAccessPolicy(
                policy -> policy.backupVaultName("vault").policy("""
                        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},
                        "Action":["backup:DeleteRecoveryPoint"],"Resource":"*"}]}"""));
        var denied = assertThrows(BackupException.class, () -> delete(arn));
        assertEquals("AccessDeniedException", denied.awsErrorDetails().errorCode());
        backup.deleteBackupVaultAccessPolicy(policy -> policy.backupVaultName("vault"));
        delete(arn);
    }

    @Test
    void refusesWhatAwsRefuses() {
        backUp("Orders", null);
        assertThrows(
                AlreadyExistsException.class, () -> backup.createBackupVault(vault -> vault.backupVaultName("vault")));
        assertThrows(
                InvalidParameterValueException.class,
                () -> backup.createBackupVault(vault -> vault.backupVaultName("no.dots")));
        assertThrows(
                InvalidRequestException.class, () -> backup.deleteBackupVault(vault -> vault.backupVaultName("vault")));
        assertThrows(
                ResourceNotFoundException.class,
                () -> backup.describeBackupVault(vault -> vault.backupVaultName("none")));
        assertThrows(ResourceNotFoundException.class, () -> start("none", arn(tables, "Orders"), null));
        assertThrows(
                ResourceNotFoundException.class,
                () -> start("vault", "arn:aws:dynamodb:us-east-1:000000000000:table/None", null));
        assertThrows(
                MissingParameterValueException.class,
                () -> backup.startBackupJob(job -> job.backupVaultName("vault").resourceArn(arn(tables, "Orders"))));
        String unknown = "arn:aws:backup:us-east-1:000000000000:recovery-point:none";
        assertThrows(ResourceNotFoundException.class, () -> delete(unknown));
        assertThrows(
                ResourceNotFoundException.class,
                () -> backup.startRestoreJob(job ->
                        job.recoveryPointArn(unknown).iamRoleArn(ROLE).metadata(Map.of("targetTableName", "New"))));
        String point = points(backup, "vault").getFirst().recoveryPointArn();
        assertThrows(
                InvalidParameterValueException.class,
                () -> backup.startRestoreJob(job ->
                        job.recoveryPointArn(point).iamRoleArn(ROLE).metadata(Map.of("encryptionType", "Default"))));
        assertThrows(
                AlreadyExistsException.class,
                () -> backup.startRestoreJob(job ->
                        job.recoveryPointArn(point).iamRoleArn(ROLE).metadata(Map.of("targetTableName", "Orders"))));
        assertThrows(
                ResourceNotFoundException.class,
                () -> backup.startCopyJob(job -> job.recoveryPointArn(point)
                        .sourceBackupVaultName("vault")
                        .iamRoleArn(ROLE)
                        .destinationBackupVaultArn("arn:aws:backup:eu-west-1:000000000000:backup-vault:none")));
        var notSimulated = assertThrows(BackupException.class, () -> backup.listLegalHolds(list -> {}));
        assertEquals(501, notSimulated.statusCode());
    }

    @ParameterizedTest
    @CsvSource({"cron(0 3 * * ?),60,7", "cron(0 3 * * ? *),59,7", "cron(0 3 * * ? *),60,0"})
    void refusesPlansThatAwsRefuses(String schedule, long startWindow, long days) {
        assertThrows(
                InvalidParameterValueException.class,
                () -> backup.createBackupPlan(create -> create.backupPlan(plan -> plan.backupPlanName("bad")
                        .rules(rule -> rule.ruleName("bad")
                                .targetBackupVaultName("vault")
                                .scheduleExpression(schedule)
                                .startWindowMinutes(startWindow)
                                .lifecycle(lifecycle -> lifecycle.deleteAfterDays(days))))));
        assertFalse(backup.listBackupPlans().hasBackupPlansList()
                && !backup.listBackupPlans().backupPlansList().isEmpty());
    }

    @Test
    void aPlanGoesOnlyAfterItsSelections() {
        String plan = plan("class", "gold");
        assertThrows(InvalidRequestException.class, () -> backup.deleteBackupPlan(delete -> delete.backupPlanId(plan)));
        String selection = backup.listBackupSelections(list -> list.backupPlanId(plan))
                .backupSelectionsList()
                .getFirst()
                .selectionId();
        backup.deleteBackupSelection(delete -> delete.backupPlanId(plan).selectionId(selection));
        backup.deleteBackupPlan(delete -> delete.backupPlanId(plan));
        runtime.clock().advance(Duration.ofDays(1));
        assertTrue(backup.listBackupJobs(list -> {}).backupJobs().isEmpty());
    }

    @Test
    void vaultsPlansLocksAndRecoveryPointsSurviveARestart(@TempDir Path data) {
        runtime.close();
        Options options = Options.inMemory().withClock(() -> START).withDataDirectory(data);
        use(LocalRuntime.start(options));
        makeTable("Orders", "gold");
        backup.createBackupVault(vault -> vault.backupVaultName("vault"));
        plan("class", "gold");
        put("Orders", "a", "1");
        String arn = backUp("Orders", Lifecycle.builder().deleteAfterDays(30L).build());
        backup.putBackupVaultLockConfiguration(
                lock -> lock.backupVaultName("vault").minRetentionDays(5L).changeableForDays(3L));
        runtime.close();
        use(LocalRuntime.start(options));
        restore(runtime, arn, "Restored", false);
        assertEquals(Map.of("a", "1"), items(tables, "Restored"));
        assertThrows(InvalidRequestException.class, () -> delete(arn));
        runtime.clock().advance(Duration.ofHours(1));
        await(() -> points(backup, "vault").size() == 2);
        runtime.clock().advance(Duration.ofDays(3));
        assertThrows(
                InvalidRequestException.class,
                () -> backup.deleteBackupVaultLockConfiguration(lock -> lock.backupVaultName("vault")));
    }

    private void use(LocalRuntime started) {
        runtime = started;
        backup = runtime.clients().of(BackupClient.class);
        tables = runtime.clients().of(DynamoDbClient.class);
    }

    private String plan(String tag, String value) {
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

    private void awaitJobs(int completed) {
        await(() -> backup.listBackupJobs(list -> list.byState(BackupJobState.COMPLETED))
                        .backupJobs()
                        .size()
                == completed);
    }

    private String start(String vault, String tableArn, Lifecycle lifecycle) {
        return backup.startBackupJob(job -> job.backupVaultName(vault)
                        .resourceArn(tableArn)
                        .iamRoleArn(ROLE)
                        .lifecycle(lifecycle))
                .backupJobId();
    }

    private software.amazon.awssdk.services.backup.model.DescribeBackupJobResponse startAndEnd(long days) {
        String job = start(
                "vault",
                arn(tables, "Orders"),
                Lifecycle.builder().deleteAfterDays(days).build());
        await(() ->
                backup.describeBackupJob(describe -> describe.backupJobId(job)).completionDate() != null);
        return backup.describeBackupJob(describe -> describe.backupJobId(job));
    }

    private String backUp(String table, Lifecycle lifecycle) {
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

    private void delete(String arn) {
        backup.deleteRecoveryPoint(request -> request.backupVaultName("vault").recoveryPointArn(arn));
    }

    private StorageClass storageClass(String arn) {
        return backup.describeRecoveryPoint(
                        request -> request.backupVaultName("vault").recoveryPointArn(arn))
                .storageClass();
    }

    private static List<RecoveryPointByBackupVault> points(BackupClient client, String vault) {
        return client.listRecoveryPointsByBackupVault(list -> list.backupVaultName(vault))
                .recoveryPoints();
    }

    private static void await(Supplier<Boolean> condition) {
        for (int look = 0; look < LOOKS; look++) {
            if (condition.get()) {
                return;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("never came true");
    }

    private void makeTable(String name, String tag) {
        tables.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH))
                .tags(Tag.builder().key("class").value(tag).build()));
    }

    private void put(String table, String id, String value) {
        tables.putItem(put ->
                put.tableName(table).item(Map.of("id", AttributeValue.fromS(id), "v", AttributeValue.fromS(value))));
    }

    private static String arn(DynamoDbClient client, String table) {
        return client.describeTable(describe -> describe.tableName(table))
                .table()
                .tableArn();
    }

    private static Map<String, String> items(DynamoDbClient client, String table) {
        Map<String, String> items = new TreeMap<>();
        client.scan(scan -> scan.tableName(table))
                .items()
                .forEach(item -> items.put(item.get("id").s(), item.get("v").s()));
        return items;
    }
}
