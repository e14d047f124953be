package dev.penstock.local.recovery;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The process that {@link RecoveryKillTest} kills: begins one thing, says so, and goes on with it. */
final class RecoveryKillChild {
    static final String TABLE = "Orders";
    static final String TARGET = "Restored";
    static final String ROLE = "arn:aws:iam::000000000000:role/backup";

    private RecoveryKillChild() {}

    /** What is begun. */
    enum Work {
        RESTORE,
        BACKUP,
        DELETE,
        VAULT_BACKUP,
        VAULT_COPY,
        VAULT_RESTORE
    }

    /** @param args folder, what to begin, ARN of the recovery point to copy or restore */
    public static void main(String[] args) throws InterruptedException {
        var runtime = LocalRuntime.start(Options.inMemory().withDataDirectory(Path.of(args[0])));
        var tables = runtime.clients().of(DynamoDbClient.class);
        var backup = runtime.clients().of(BackupClient.class);
        String arn = args[2];
        // On another thread, as the answer waits a moment for what is short.
        Thread.ofPlatform().start(() -> begin(Work.valueOf(args[1]), tables, backup, arn));
        awaitBegun(Work.valueOf(args[1]), Path.of(args[0]), tables, backup);
        System.out.println("BEGUN");
        System.out.flush();
        new CountDownLatch(1).await();
    }

    private static void begin(Work work, DynamoDbClient tables, BackupClient backup, String arn) {
        switch (work) {
            case RESTORE ->
                tables.restoreTableToPointInTime(restore ->
                        restore.sourceTableName(TABLE).targetTableName(TARGET).useLatestRestorableTime(true));
            case BACKUP -> tables.createBackup(create -> create.tableName(TABLE).backupName("killed"));
            case DELETE -> tables.deleteTable(delete -> delete.tableName(TABLE));
            case VAULT_BACKUP ->
                backup.startBackupJob(job -> job.backupVaultName("vault")
                        .resourceArn("arn:aws:dynamodb:us-east-1:000000000000:table/" + TABLE)
                        .iamRoleArn(ROLE));
            case VAULT_COPY ->
                backup.startCopyJob(job -> job.recoveryPointArn(arn)
                        .sourceBackupVaultName("vault")
                        .destinationBackupVaultArn("arn:aws:backup:eu-west-1:000000000000:backup-vault:copies")
                        .iamRoleArn(ROLE));
            case VAULT_RESTORE ->
                backup.startRestoreJob(job -> job.recoveryPointArn(arn)
                        .metadata(Map.of("targetTableName", TARGET))
                        .iamRoleArn(ROLE));
        }
    }

    private static void awaitBegun(Work work, Path folder, DynamoDbClient tables, BackupClient backup) {
        boolean begun = false;
        while (!begun) {
            begun = switch (work) {
                case RESTORE -> tables.listTables().tableNames().contains(TARGET);
                case BACKUP -> !tables.listBackups().backupSummaries().isEmpty();
                case DELETE -> isWriting(folder);
                case VAULT_BACKUP ->
                    backup.listBackupJobs(list -> {}).backupJobs().size() > 1;
                case VAULT_COPY -> !backup.listCopyJobs(list -> {}).copyJobs().isEmpty();
                case VAULT_RESTORE -> tables.listTables().tableNames().contains(TARGET);
            };
        }
    }

    /** Whether the backup that a deletion leaves is under way. */
    private static boolean isWriting(Path folder) {
        String[] files = folder.resolve("backups").resolve("us-east-1").toFile().list();
        return files != null && files.length > 0;
    }
}
