package dev.penstock.local.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.AlreadyExistsException;
import software.amazon.awssdk.services.backup.model.BackupException;
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
import software.amazon.awssdk.services.dynamodb.model.SSEDescription;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** AWS Backup through its official client: what is in a vault can be brought back, in this region and the next. */
class AwsBackupTest {
    private LocalVault local = new LocalVault();

    @AfterEach
    void stop() {
        local.close();
    }

    @Test
    void aRecoveryPointHoldsTheDataWhateverBecomesOfTheTable() {
        local.put("Orders", "a", "1");
        String arn =
                local.backUp("Orders", Lifecycle.builder().deleteAfterDays(7L).build());
        local.put("Orders", "a", "2");
        local.put("Orders", "b", "2");
        local.tables.deleteTable(table -> table.tableName("Orders"));

        var point = local.backup.describeRecoveryPoint(
                request -> request.backupVaultName("vault").recoveryPointArn(arn));
        assertEquals("DynamoDB", point.resourceType());
        assertTrue(point.backupSizeInBytes() > 0);
        assertEquals(
                point.creationDate().plus(Duration.ofDays(7)),
                point.calculatedLifecycle().deleteAt());
        LocalVault.restore(local.runtime, arn, "Restored", true);
        assertEquals(Map.of("a", "1"), LocalVault.items(local.tables, "Restored"));
        assertEquals(
                List.of(Tag.builder().key("class").value("gold").build()),
                local.tables
                        .listTagsOfResource(list -> list.resourceArn(LocalVault.arn(local.tables, "Restored")))
                        .tags());
    }

    @Test
    void aCopyIsRestoredInTheOtherRegion() {
        local.put("Orders", "a", "1");
        String arn = local.backUp("Orders", null);
        var away = local.runtime.clients(LocalVault.AWAY).of(BackupClient.class);
        away.createBackupVault(vault -> vault.backupVaultName("copies"));
        String job = local.backup
                .startCopyJob(copy -> copy.sourceBackupVaultName("vault")
                        .recoveryPointArn(arn)
                        .iamRoleArn(LocalVault.ROLE)
                        .destinationBackupVaultArn("arn:aws:backup:eu-west-1:000000000000:backup-vault:copies"))
                .copyJobId();
        LocalVault.await(() -> local.backup
                        .describeCopyJob(describe -> describe.copyJobId(job))
                        .copyJob()
                        .state()
                == CopyJobState.COMPLETED);
        local.backup.deleteRecoveryPoint(
                request -> request.backupVaultName("vault").recoveryPointArn(arn));
        RecoveryPointByBackupVault copy = LocalVault.points(away, "copies").getFirst();
        assertEquals("arn:aws:backup:us-east-1:000000000000:backup-vault:vault", copy.sourceBackupVaultArn());
        String restore = away.startRestoreJob(request -> request.recoveryPointArn(copy.recoveryPointArn())
                        .iamRoleArn(LocalVault.ROLE)
                        .metadata(Map.of("targetTableName", "Orders", "encryptionType", "Default")))
                .restoreJobId();
        LocalVault.await(() -> away.describeRestoreJob(describe -> describe.restoreJobId(restore))
                        .status()
                == RestoreJobStatus.COMPLETED);
        var there = local.runtime.clients(LocalVault.AWAY).of(DynamoDbClient.class);
        assertEquals(Map.of("a", "1"), LocalVault.items(there, "Orders"));
        assertTrue(LocalVault.arn(there, "Orders").startsWith("arn:aws:dynamodb:eu-west-1:"));
    }

    @Test
    void aRestoreEncryptsAsItsMetadataSays() {
        String customer = "arn:aws:kms:us-east-1:000000000000:key/1";
        local.tables.updateTable(update -> update.tableName("Orders")
                .sseSpecification(sse -> sse.enabled(true).sseType(SSEType.KMS).kmsMasterKeyId(customer)));
        String arn = local.backUp("Orders", null);
        Map<String, String> told = local.backup
                .getRecoveryPointRestoreMetadata(
                        get -> get.backupVaultName("vault").recoveryPointArn(arn))
                .restoreMetadata();
        assertEquals(Map.of("originalTableName", "Orders", "encryptionType", "KMS", "kmsMasterKeyArn", customer), told);
        Map<String, String> same = new HashMap<>(told);
        same.put("targetTableName", "Same");
        assertEquals(customer, key(arn, same));
        assertEquals(
                "arn:aws:kms:us-east-1:000000000000:key/2",
                key(
                        arn,
                        Map.of(
                                "TargetTableName", "Other",
                                "EncryptionType", "KMS",
                                "kmsMasterKeyArn", "arn:aws:kms:us-east-1:000000000000:key/2")));
        assertEquals(
                "arn:aws:kms:us-east-1:000000000000:alias/aws/dynamodb",
                key(arn, Map.of("targetTableName", "Managed", "encryptionType", "KMS")));
        assertEquals("owned", key(arn, Map.of("targetTableName", "Owned", "encryptionType", "Default")));
        assertEquals("owned", key(arn, Map.of("targetTableName", "NotSaid")));
    }

    @Test
    void metadataThatARestoreDoesNotKnowIsRefused() {
        String arn = local.backUp("Orders", null);
        for (Map<String, String> wrong : List.of(
                Map.of("tableClass", "STANDARD"),
                Map.of("encryptionType", "AES256"),
                Map.of("kmsMasterKeyArn", "arn:aws:kms:us-east-1:000000000000:key/1"),
                Map.of("encryptionType", "KMS", "kmsMasterKeyArn", "arn:aws:kms:eu-west-1:000000000000:key/1"))) {
            Map<String, String> metadata = new HashMap<>(wrong);
            metadata.put("targetTableName", "New");
            var refused = assertThrows(
                    InvalidParameterValueException.class, () -> startRestore(arn, metadata, null), metadata.toString());
            assertTrue(wrong.keySet().stream().anyMatch(refused.getMessage()::contains), refused.getMessage());
        }
        assertFalse(local.tables.listTables().tableNames().contains("New"));
    }

    /** A retry with the token of a request that succeeded is a success, and nothing is done. */
    @Test
    void aRetryWithTheSameTokenBeginsNoSecondJob() {
        String arn = local.backUp("Orders", null);
        Supplier<String> backUp = () -> local.backup
                .startBackupJob(job -> job.backupVaultName("vault")
                        .resourceArn(LocalVault.arn(local.tables, "Orders"))
                        .iamRoleArn(LocalVault.ROLE)
                        .idempotencyToken("once"))
                .backupJobId();
        String backup = backUp.get();
        assertEquals(backup, backUp.get());
        local.awaitJobs(2);
        assertEquals(backup, backUp.get(), "also when the job has ended");
        assertEquals(2, LocalVault.points(local.backup, "vault").size());

        Supplier<String> copyAgain = () -> local.backup
                .startCopyJob(copy -> copy.sourceBackupVaultName("vault")
                        .recoveryPointArn(arn)
                        .iamRoleArn(LocalVault.ROLE)
                        .destinationBackupVaultArn("arn:aws:backup:us-east-1:000000000000:backup-vault:vault")
                        .idempotencyToken("once"))
                .copyJobId();
        assertEquals(copyAgain.get(), copyAgain.get());
        assertEquals(1, local.backup.listCopyJobs(list -> {}).copyJobs().size());

        Map<String, String> metadata = Map.of("targetTableName", "Restored");
        String restore = startRestore(arn, metadata, "once");
        awaitRestore(restore);
        assertEquals(restore, startRestore(arn, metadata, "once"), "though the table is there by now");
        assertThrows(AlreadyExistsException.class, () -> startRestore(arn, metadata, "twice"));
        assertEquals(1, local.backup.listRestoreJobs(list -> {}).restoreJobs().size());
    }

    private String startRestore(String arn, Map<String, String> metadata, String token) {
        return local.backup
                .startRestoreJob(job -> job.recoveryPointArn(arn)
                        .iamRoleArn(LocalVault.ROLE)
                        .metadata(metadata)
                        .idempotencyToken(token))
                .restoreJobId();
    }

    private void awaitRestore(String job) {
        LocalVault.await(() -> local.backup
                        .describeRestoreJob(describe -> describe.restoreJobId(job))
                        .status()
                == RestoreJobStatus.COMPLETED);
    }

    /** The key of the table that such a restore makes. */
    private String key(String arn, Map<String, String> metadata) {
        String job = startRestore(arn, metadata, null);
        awaitRestore(job);
        String table = local.backup
                .describeRestoreJob(describe -> describe.restoreJobId(job))
                .createdResourceArn();
        SSEDescription encryption = local.tables
                .describeTable(describe -> describe.tableName(table))
                .table()
                .sseDescription();
        return encryption == null ? "owned" : encryption.kmsMasterKeyArn();
    }

    @Test
    void coldStorageFollowsTheClock() {
        String arn = local.backUp(
                "Orders",
                Lifecycle.builder()
                        .moveToColdStorageAfterDays(30L)
                        .deleteAfterDays(120L)
                        .build());
        assertEquals(StorageClass.WARM, local.storageClass(arn));
        local.runtime.clock().advance(Duration.ofDays(30));
        assertEquals(StorageClass.COLD, local.storageClass(arn));
        local.runtime.clock().advance(Duration.ofDays(90));
        assertThrows(ResourceNotFoundException.class, () -> local.storageClass(arn));
        var tooShort = Lifecycle.builder()
                .moveToColdStorageAfterDays(30L)
                .deleteAfterDays(119L)
                .build();
        assertThrows(InvalidParameterValueException.class, () -> local.backUp("Orders", tooShort));
    }

    @Test
    void refusesWhatAwsRefuses() {
        local.backUp("Orders", null);
        assertThrows(
                AlreadyExistsException.class,
                () -> local.backup.createBackupVault(vault -> vault.backupVaultName("vault")));
        assertThrows(
                InvalidParameterValueException.class,
                () -> local.backup.createBackupVault(vault -> vault.backupVaultName("no.dots")));
        assertThrows(
                InvalidRequestException.class,
                () -> local.backup.deleteBackupVault(vault -> vault.backupVaultName("vault")));
        assertThrows(
                ResourceNotFoundException.class,
                () -> local.backup.describeBackupVault(vault -> vault.backupVaultName("none")));
        assertThrows(
                ResourceNotFoundException.class,
                () -> local.start("none", LocalVault.arn(local.tables, "Orders"), null));
        assertThrows(
                ResourceNotFoundException.class,
                () -> local.start("vault", "arn:aws:dynamodb:us-east-1:000000000000:table/None", null));
        assertThrows(
                MissingParameterValueException.class,
                () -> local.backup.startBackupJob(
                        job -> job.backupVaultName("vault").resourceArn(LocalVault.arn(local.tables, "Orders"))));
        String unknown = "arn:aws:backup:us-east-1:000000000000:recovery-point:none";
        assertThrows(ResourceNotFoundException.class, () -> local.delete(unknown));
        assertThrows(
                ResourceNotFoundException.class,
                () -> local.backup.startRestoreJob(job -> job.recoveryPointArn(unknown)
                        .iamRoleArn(LocalVault.ROLE)
                        .metadata(Map.of("targetTableName", "New"))));
        String point = LocalVault.points(local.backup, "vault").getFirst().recoveryPointArn();
        assertThrows(
                InvalidParameterValueException.class,
                () -> local.backup.startRestoreJob(job -> job.recoveryPointArn(point)
                        .iamRoleArn(LocalVault.ROLE)
                        .metadata(Map.of("encryptionType", "Default"))));
        assertThrows(
                AlreadyExistsException.class,
                () -> local.backup.startRestoreJob(job -> job.recoveryPointArn(point)
                        .iamRoleArn(LocalVault.ROLE)
                        .metadata(Map.of("targetTableName", "Orders"))));
        assertThrows(
                ResourceNotFoundException.class,
                () -> local.backup.startCopyJob(job -> job.recoveryPointArn(point)
                        .sourceBackupVaultName("vault")
                        .iamRoleArn(LocalVault.ROLE)
                        .destinationBackupVaultArn("arn:aws:backup:eu-west-1:000000000000:backup-vault:none")));
        var notSimulated = assertThrows(BackupException.class, () -> local.backup.listLegalHolds(list -> {}));
        assertEquals(501, notSimulated.statusCode());
    }

    @Test
    void vaultsPlansLocksAndRecoveryPointsSurviveARestart(@TempDir Path data) throws IOException {
        local.close();
        Options options = Options.inMemory().withClock(() -> LocalVault.START).withDataDirectory(data);
        local = new LocalVault(options);
        local.fill();
        local.plan("class", "gold");
        local.put("Orders", "a", "1");
        String arn =
                local.backUp("Orders", Lifecycle.builder().deleteAfterDays(30L).build());
        local.backup.putBackupVaultLockConfiguration(
                lock -> lock.backupVaultName("vault").minRetentionDays(5L).changeableForDays(3L));
        local.close();
        Path files = data.resolve("vaults").resolve("us-east-1");
        Files.createFile(files.resolve("orphan.items"));
        Files.createFile(files.resolve("half.items.tmp"));
        local = new LocalVault(options);
        try (var left = Files.list(files)) {
            assertEquals(
                    List.of(arn.substring(arn.lastIndexOf(':') + 1) + ".items"),
                    left.map(file -> file.getFileName().toString()).toList());
        }
        LocalVault.restore(local.runtime, arn, "Restored", false);
        assertEquals(Map.of("a", "1"), LocalVault.items(local.tables, "Restored"));
        assertThrows(InvalidRequestException.class, () -> local.delete(arn));
        local.runtime.clock().advance(Duration.ofHours(1));
        LocalVault.await(() -> LocalVault.points(local.backup, "vault").size() == 2);
        local.runtime.clock().advance(Duration.ofDays(3));
        assertThrows(
                InvalidRequestException.class,
                () -> local.backup.deleteBackupVaultLockConfiguration(lock -> lock.backupVaultName("vault")));
    }
}
