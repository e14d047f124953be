package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.recovery.RecoveryKillChild.Work;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import dev.penstock.local.store.ChildJvm;
import dev.penstock.local.store.TestTables;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.BackupJobState;
import software.amazon.awssdk.services.backup.model.CopyJobState;
import software.amazon.awssdk.services.backup.model.RecoveryPointByBackupVault;
import software.amazon.awssdk.services.backup.model.RestoreJobStatus;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BackupTypeFilter;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A process is killed in the middle of a restore, a backup and a copy: what was half made is removed or finished. */
class RecoveryKillTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int ITEMS = 6_000;
    private static final int BATCH = 25;

    @TempDir
    Path folder;

    private String pointArn = "none";

    @BeforeEach
    void fill() {
        try (var runtime = LocalRuntime.start(Options.inMemory().withDataDirectory(folder))) {
            var tables = runtime.clients().of(DynamoDbClient.class);
            TestTables.create(tables, RecoveryKillChild.TABLE);
            tables.updateContinuousBackups(update -> update.tableName(RecoveryKillChild.TABLE)
                    .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
            for (int from = 0; from < ITEMS; from += BATCH) {
                List<WriteRequest> batch = new ArrayList<>();
                for (int i = from; i < from + BATCH; i++) {
                    var item = Map.of(
                            "id", AttributeValue.fromS("item" + i), "filler", AttributeValue.fromS("x".repeat(500)));
                    batch.add(WriteRequest.builder()
                            .putRequest(put -> put.item(item))
                            .build());
                }
                tables.batchWriteItem(write -> write.requestItems(Map.of(RecoveryKillChild.TABLE, batch)));
            }
            var backup = runtime.clients().of(BackupClient.class);
            backup.createBackupVault(vault -> vault.backupVaultName("vault"));
            runtime.clients("eu-west-1")
                    .of(BackupClient.class)
                    .createBackupVault(vault -> vault.backupVaultName("copies"));
            backup.startBackupJob(job -> job.backupVaultName("vault")
                    .resourceArn("arn:aws:dynamodb:us-east-1:000000000000:table/" + RecoveryKillChild.TABLE)
                    .iamRoleArn(RecoveryKillChild.ROLE));
            Await.until(
                    LIMIT, "the first backup", () -> !points(backup, "vault").isEmpty());
            pointArn = points(backup, "vault").getFirst().recoveryPointArn();
        }
    }

    @ParameterizedTest
    @EnumSource(Work.class)
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void whatIsHalfMadeIsRemovedOrFinished(Work work) throws Exception {
        Process child = start(work);
        try (var lines = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("BEGUN", lines.readLine());
        }
        child.destroyForcibly();
        assertTrue(child.waitFor(10, TimeUnit.SECONDS));
        try (var runtime = LocalRuntime.start(Options.inMemory().withDataDirectory(folder))) {
            check(work, runtime);
        }
    }

    private void check(Work work, LocalRuntime runtime) throws IOException {
        var tables = runtime.clients().of(DynamoDbClient.class);
        var backup = runtime.clients().of(BackupClient.class);
        if (work == Work.DELETE) {
            checkDeletion(tables);
            return;
        }
        assertEquals(ITEMS, count(tables, RecoveryKillChild.TABLE));
        switch (work) {
            case RESTORE ->
                assertFalse(
                        tables.listTables().tableNames().contains(RecoveryKillChild.TARGET),
                        "6,000 items are not restored in the moment before the kill");
            case BACKUP -> {
                for (var summary : tables.listBackups().backupSummaries()) {
                    assertEquals(BackupStatus.AVAILABLE, summary.backupStatus());
                    tables.restoreTableFromBackup(restore ->
                            restore.backupArn(summary.backupArn()).targetTableName(RecoveryKillChild.TARGET));
                    awaitTable(tables);
                }
                assertFiles("backups", tables.listBackups().backupSummaries().size());
            }
            case VAULT_BACKUP -> {
                Await.until(
                        LIMIT,
                        "the backup to be made after all",
                        () -> backup.listBackupJobs(list -> list.byState(BackupJobState.COMPLETED))
                                        .backupJobs()
                                        .size()
                                == 2);
                assertEquals(2, points(backup, "vault").size());
                assertFiles("vaults/us-east-1", 2);
                restore(backup, tables, points(backup, "vault").getLast().recoveryPointArn());
            }
            case VAULT_COPY -> {
                var away = runtime.clients("eu-west-1").of(BackupClient.class);
                Await.until(
                        LIMIT,
                        "the copy to be made after all",
                        () -> backup.listCopyJobs(list -> list.byState(CopyJobState.COMPLETED))
                                        .copyJobs()
                                        .size()
                                == 1);
                assertEquals(1, points(away, "copies").size());
                assertFiles("vaults/eu-west-1", 1);
                restore(
                        away,
                        runtime.clients("eu-west-1").of(DynamoDbClient.class),
                        points(away, "copies").getFirst().recoveryPointArn());
            }
            case DELETE -> throw new IllegalStateException("has its own check");
            case VAULT_RESTORE -> {
                Await.until(
                        LIMIT,
                        "the restore to be made after all",
                        () -> backup.listRestoreJobs(list -> list.byStatus(RestoreJobStatus.COMPLETED))
                                        .restoreJobs()
                                        .size()
                                == 1);
                assertEquals(ITEMS, count(tables, RecoveryKillChild.TARGET));
            }
        }
    }

    /** The table and no backup, or a backup and no table. */
    private void checkDeletion(DynamoDbClient tables) throws IOException {
        var left = tables.listBackups(list -> list.backupType(BackupTypeFilter.SYSTEM))
                .backupSummaries();
        assertFiles("backups", left.size());
        if (left.isEmpty()) {
            assertEquals(ITEMS, count(tables, RecoveryKillChild.TABLE));
        } else {
            assertFalse(tables.listTables().tableNames().contains(RecoveryKillChild.TABLE));
            tables.restoreTableFromBackup(restore ->
                    restore.backupArn(left.getFirst().backupArn()).targetTableName(RecoveryKillChild.TARGET));
            awaitTable(tables);
        }
    }

    /** Nothing half-written is among them, and nothing that no backup names. */
    private void assertFiles(String below, int expected) throws IOException {
        try (var files = Files.walk(folder.resolve(below))) {
            assertEquals(expected, files.filter(Files::isRegularFile).count());
        }
    }

    private static void restore(BackupClient backup, DynamoDbClient tables, String arn) {
        backup.startRestoreJob(job -> job.recoveryPointArn(arn)
                .metadata(Map.of("targetTableName", RecoveryKillChild.TARGET))
                .iamRoleArn(RecoveryKillChild.ROLE));
        awaitTable(tables);
    }

    private static void awaitTable(DynamoDbClient tables) {
        Await.until(
                LIMIT,
                "the restored table",
                () -> tables.listTables().tableNames().contains(RecoveryKillChild.TARGET)
                        && tables.describeTable(describe -> describe.tableName(RecoveryKillChild.TARGET))
                                .table()
                                .tableStatusAsString()
                                .equals("ACTIVE"));
        assertEquals(ITEMS, count(tables, RecoveryKillChild.TARGET));
    }

    private static int count(DynamoDbClient tables, String table) {
        return tables.scanPaginator(scan -> scan.tableName(table).select(Select.COUNT)).stream()
                .mapToInt(page -> page.count())
                .sum();
    }

    private static List<RecoveryPointByBackupVault> points(BackupClient client, String vault) {
        return client.listRecoveryPointsByBackupVault(list -> list.backupVaultName(vault))
                .recoveryPoints();
    }

    private Process start(Work work) throws IOException {
        return ChildJvm.of(RecoveryKillChild.class, folder.toString(), work.name(), pointArn)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
