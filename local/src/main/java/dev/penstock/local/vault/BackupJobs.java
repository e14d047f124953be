package dev.penstock.local.vault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.backup.Snapshots;
import dev.penstock.local.dynamodb.TagOperations;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.journal.Document;
import dev.penstock.local.store.Table;
import dev.penstock.local.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.BackupJobState;
import software.amazon.awssdk.services.backup.model.BackupRule;
import software.amazon.awssdk.services.backup.model.CopyAction;
import software.amazon.awssdk.services.backup.model.CopyJob;
import software.amazon.awssdk.services.backup.model.DescribeBackupJobResponse;
import software.amazon.awssdk.services.backup.model.DescribeBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.RecoveryPointCreator;
import software.amazon.awssdk.services.backup.model.RecoveryPointStatus;

/** Makes recovery points. */
final class BackupJobs {
    private final JobQueue queue;
    private final CopyJobs copyJobs;

    /**
     * What a backup job is to do.
     *
     * @param created when it says it began
     * @param time the table's state at this moment is what it holds
     */
    record Order(
            String resourceArn,
            BackupRule rule,
            @Nullable String roleArn,
            @Nullable RecoveryPointCreator creator,
            Instant created,
            Instant time) {}

    /** What of an order the model of a job has no member for, to the microsecond. */
    private record Task(Instant time, JsonNode rule) {}

    BackupJobs(JobQueue queue, CopyJobs copyJobs) {
        this.queue = queue;
        this.copyJobs = copyJobs;
    }

    /** Begins a backup under an id of its own. */
    void begin(VaultRegion region, Order order) {
        begin(region, UUID.randomUUID().toString(), order);
    }

    /** Begins a backup under that id; answers its job. */
    DescribeBackupJobResponse begin(VaultRegion region, String id, Order order) {
        String vault = order.rule().targetBackupVaultName();
        var job = DescribeBackupJobResponse.builder()
                .accountId(Gateway.ACCOUNT)
                .backupJobId(id)
                .backupVaultName(vault)
                .backupVaultArn(region.arn("backup-vault:" + vault))
                .recoveryPointArn(region.arn("recovery-point:" + pointId(id)))
                .recoveryPointLifecycle(order.rule().lifecycle())
                .resourceArn(order.resourceArn())
                .resourceName(resourceName(order.resourceArn()))
                .resourceType(Settings.RESOURCE_TYPE)
                .iamRoleArn(order.roleArn())
                .createdBy(order.creator())
                .creationDate(order.created())
                .state(BackupJobState.CREATED)
                .percentDone("0.0")
                .build();
        region.documents()
                .append(List.of(
                        Documents.document("backup-job/" + id, job),
                        Documents.document("task/" + id, new Task(order.time(), Documents.json(order.rule())))));
        queue.run(() -> run(region, id));
        return job;
    }

    /** Runs again what a crash has interrupted. */
    void resume(VaultRegion region) {
        region.documents().list("backup-job/", DescribeBackupJobResponse::builder).stream()
                .filter(job -> job.completionDate() == null)
                .forEach(job -> queue.run(() -> run(region, job.backupJobId())));
    }

    private void run(VaultRegion region, String id) {
        var job = region.documents()
                .get("backup-job/" + id, DescribeBackupJobResponse::builder)
                .orElseThrow();
        Task task = region.documents().task("task/" + id, Task.class).orElseThrow();
        BackupRule rule = Wire.read(task.rule(), BackupRule.builder());
        Instant completed = latest(job.creationDate(), task.time());
        List<Document> ended = new ArrayList<>(List.of(Documents.removed("task/" + id)));
        List<CopyJob> copies = new ArrayList<>();
        try {
            region.documents()
                    .put(
                            "backup-job/" + id,
                            job.toBuilder().state(BackupJobState.RUNNING).build());
            DescribeBackupVaultResponse vault = region.vaultFor(job.backupVaultName(), rule.lifecycle());
            Table table = region.store()
                    .tables()
                    .find(job.resourceArn())
                    .filter(Table::isActive)
                    .orElseThrow(() -> Errors.notFound("Table " + job.resourceArn()));
            Map<String, String> tags = new HashMap<>(TagOperations.of(region.store(), table));
            tags.putAll(rule.recoveryPointTags());
            var size = Snapshots.write(
                    region.store(), table, task.time(), region.files().file(pointId(id)));
            var point = DescribeRecoveryPointResponse.builder()
                    .recoveryPointArn(job.recoveryPointArn())
                    .backupVaultName(vault.backupVaultName())
                    .backupVaultArn(vault.backupVaultArn())
                    .vaultType(vault.vaultType())
                    .resourceArn(job.resourceArn())
                    .resourceName(job.resourceName())
                    .resourceType(job.resourceType())
                    .createdBy(job.createdBy())
                    .iamRoleArn(job.iamRoleArn())
                    .status(RecoveryPointStatus.COMPLETED)
                    .creationDate(job.creationDate())
                    .completionDate(completed)
                    .backupSizeInBytes(size.bytes())
                    .lifecycle(rule.lifecycle())
                    .calculatedLifecycle(Lifecycles.calculated(rule.lifecycle(), job.creationDate()))
                    .encryptionKeyArn(vault.encryptionKeyArn())
                    .isEncrypted(true)
                    .build();
            for (CopyAction action : rule.copyActions()) {
                copies.add(CopyJobs.job(region, copyOf(point, action, job)));
            }
            ended.add(region.document(point));
            ended.add(new RecoverySource(table.description(), tags).document(point));
            copies.forEach(copy -> ended.add(Documents.document("copy-job/" + copy.copyJobId(), copy)));
            ended.add(Documents.document(
                    "backup-job/" + id,
                    job.toBuilder()
                            .state(BackupJobState.COMPLETED)
                            .percentDone("100.0")
                            .completionDate(completed)
                            .backupSizeInBytes(size.bytes())
                            .bytesTransferred(size.bytes())
                            .build()));
        } catch (RuntimeException e) {
            if (queue.isClosed()) {
                return; // The next start runs it again.
            }
            JobQueue.warn(JobQueue.Kind.BACKUP, id, e);
            ended.add(Documents.document(
                    "backup-job/" + id,
                    job.toBuilder()
                            .state(BackupJobState.FAILED)
                            .statusMessage(e.getMessage())
                            .completionDate(completed)
                            .build()));
        }
        region.documents().append(ended);
        String state = ended.size() > 2 ? "COMPLETED" : "FAILED";
        queue.ended(region, JobQueue.Kind.BACKUP, id, state, job.backupVaultName());
        copies.forEach(copy -> copyJobs.runLater(region, copy));
    }

    private static CopyJob copyOf(
            DescribeRecoveryPointResponse point, CopyAction action, DescribeBackupJobResponse job) {
        return CopyJob.builder()
                .sourceBackupVaultArn(point.backupVaultArn())
                .sourceRecoveryPointArn(point.recoveryPointArn())
                .destinationBackupVaultArn(action.destinationBackupVaultArn())
                .destinationRecoveryPointLifecycle(action.lifecycle())
                .resourceArn(point.resourceArn())
                .resourceName(point.resourceName())
                .iamRoleArn(point.iamRoleArn())
                .createdBy(point.createdBy())
                .createdByBackupJobId(job.backupJobId())
                .creationDate(job.creationDate())
                .build();
    }

    static String resourceName(String tableArn) {
        return tableArn.substring(tableArn.lastIndexOf('/') + 1);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** The recovery point that a job makes: the same however often it runs. */
    static String pointId(String jobId) {
        return UUID.nameUUIDFromBytes(jobId.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
