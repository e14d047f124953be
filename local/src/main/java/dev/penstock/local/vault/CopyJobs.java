package dev.penstock.local.vault;

import dev.penstock.local.gateway.Gateway;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import software.amazon.awssdk.services.backup.model.CopyJob;
import software.amazon.awssdk.services.backup.model.CopyJobState;
import software.amazon.awssdk.services.backup.model.DescribeBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.Lifecycle;

/** Copies recovery points to other vaults, in any region. */
final class CopyJobs {
    private final Function<String, VaultRegion> regions;
    private final JobQueue queue;

    CopyJobs(Function<String, VaultRegion> regions, JobQueue queue) {
        this.regions = regions;
        this.queue = queue;
    }

    /** Begins a copy to the vault of any region; answers its job. */
    CopyJob begin(VaultRegion region, CopyJob asked) {
        CopyJob job = job(region, asked);
        region.documents().put("copy-job/" + job.copyJobId(), job);
        runLater(region, job);
        return job;
    }

    void runLater(VaultRegion region, CopyJob job) {
        queue.run(() -> run(region, job.copyJobId()));
    }

    /** Runs again what a crash has interrupted. */
    void resume(VaultRegion region) {
        region.documents().list("copy-job/", CopyJob::builder).stream()
                .filter(job -> job.completionDate() == null)
                .forEach(job -> runLater(region, job));
    }

    /** A job with an id, if it has none yet, and a beginning; it is to be written down before it is run. */
    static CopyJob job(VaultRegion region, CopyJob asked) {
        String id = asked.copyJobId() == null ? UUID.randomUUID().toString() : asked.copyJobId();
        return asked.toBuilder()
                .accountId(Gateway.ACCOUNT)
                .copyJobId(id)
                .resourceType(Settings.RESOURCE_TYPE)
                .creationDate(asked.creationDate() == null ? region.now() : asked.creationDate())
                .state(CopyJobState.CREATED)
                .build();
    }

    private void run(VaultRegion region, String id) {
        CopyJob job = region.documents().get("copy-job/" + id, CopyJob::builder).orElseThrow();
        CopyJob ended;
        String vaultName = VaultRegion.id(job.destinationBackupVaultArn());
        try {
            if (!Settings.of(region).isAdvanced()) {
                throw Errors.refused("Copying " + Settings.RESOURCE_TYPE
                        + " recovery points needs the advanced features: UpdateRegionSettings");
            }
            VaultRegion to = regions.apply(job.destinationBackupVaultArn().split(":", 6)[3]);
            DescribeBackupVaultResponse vault = to.vaultFor(vaultName, job.destinationRecoveryPointLifecycle());
            DescribeRecoveryPointResponse from = region.point(job.sourceRecoveryPointArn());
            to.files().copy(region.files().file(VaultRegion.id(from)), BackupJobs.pointId(id));
            Lifecycle lifecycle = job.destinationRecoveryPointLifecycle();
            var point = from.toBuilder()
                    .recoveryPointArn(to.arn("recovery-point:" + BackupJobs.pointId(id)))
                    .backupVaultName(vault.backupVaultName())
                    .backupVaultArn(vault.backupVaultArn())
                    .sourceBackupVaultArn(from.backupVaultArn())
                    .lifecycle(lifecycle)
                    .calculatedLifecycle(Lifecycles.calculated(lifecycle, from.creationDate()))
                    .encryptionKeyArn(vault.encryptionKeyArn())
                    .build();
            RecoverySource source = RecoverySource.of(region, from);
            to.documents().append(List.of(to.document(point), source.document(point)));
            ended = job.toBuilder()
                    .state(CopyJobState.COMPLETED)
                    .destinationRecoveryPointArn(point.recoveryPointArn())
                    .backupSizeInBytes(point.backupSizeInBytes())
                    .completionDate(job.creationDate())
                    .build();
        } catch (RuntimeException e) {
            if (queue.isClosed()) {
                return;
            }
            JobQueue.warn(JobQueue.Kind.COPY, id, e);
            ended = job.toBuilder()
                    .state(CopyJobState.FAILED)
                    .statusMessage(e.getMessage())
                    .completionDate(region.now())
                    .build();
        }
        region.documents().put("copy-job/" + id, ended);
        queue.ended(region, JobQueue.Kind.COPY, id, ended.stateAsString(), vaultName);
    }
}
