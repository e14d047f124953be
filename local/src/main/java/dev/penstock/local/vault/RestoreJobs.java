package dev.penstock.local.vault;

import dev.penstock.local.backup.Snapshots;
import dev.penstock.local.dynamodb.TagOperations;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.journal.Document;
import dev.penstock.local.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.DescribeRestoreJobResponse;
import software.amazon.awssdk.services.backup.model.RestoreJobStatus;
import software.amazon.awssdk.services.backup.model.StartRestoreJobRequest;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** Makes tables of recovery points. */
final class RestoreJobs {
    private final JobQueue queue;

    RestoreJobs(JobQueue queue) {
        this.queue = queue;
    }

    /** Begins a restore under that id; answers its job. */
    DescribeRestoreJobResponse begin(
            VaultRegion region, String id, StartRestoreJobRequest asked, DescribeRecoveryPointResponse point) {
        var job = DescribeRestoreJobResponse.builder()
                .accountId(Gateway.ACCOUNT)
                .restoreJobId(id)
                .recoveryPointArn(point.recoveryPointArn())
                .recoveryPointCreationDate(point.creationDate())
                .sourceResourceArn(point.resourceArn())
                .backupVaultArn(point.backupVaultArn())
                .backupSizeInBytes(point.backupSizeInBytes())
                .resourceType(Settings.RESOURCE_TYPE)
                .iamRoleArn(asked.iamRoleArn())
                .creationDate(region.now())
                .status(RestoreJobStatus.PENDING)
                .percentDone("0.00%")
                .build();
        region.documents()
                .append(List.of(
                        Documents.document("restore-job/" + id, job),
                        Documents.document("restore-request/" + id, asked)));
        queue.run(() -> run(region, id));
        return job;
    }

    /** Runs again what a crash has interrupted; its half-made table is gone by then. */
    void resume(VaultRegion region) {
        region.documents().list("restore-job/", DescribeRestoreJobResponse::builder).stream()
                .filter(job -> job.completionDate() == null)
                .forEach(job -> queue.run(() -> run(region, job.restoreJobId())));
    }

    private void run(VaultRegion region, String id) {
        var job = region.documents()
                .get("restore-job/" + id, DescribeRestoreJobResponse::builder)
                .orElseThrow();
        var asked = region.documents()
                .get("restore-request/" + id, StartRestoreJobRequest::builder)
                .orElseThrow();
        try {
            var metadata = RestoreMetadata.of(asked.metadata(), region.name());
            String target = metadata.target();
            if (region.store().tables().find(target).isPresent()) {
                // It was not there when the job was accepted, so this job made it before it was interrupted.
                end(region, job, asked, null);
                return;
            }
            region.documents()
                    .put(
                            "restore-job/" + id,
                            job.toBuilder().status(RestoreJobStatus.RUNNING).build());
            DescribeRecoveryPointResponse point = region.point(job.recoveryPointArn());
            Snapshots.restore(
                    region.backups(),
                    region.files().file(VaultRegion.id(point)),
                    RecoverySource.of(region, point).table(),
                    point.recoveryPointArn(),
                    point.creationDate(),
                    target,
                    metadata.encryption(),
                    () -> end(region, job, asked, null));
        } catch (RuntimeException e) {
            if (!queue.isClosed()) {
                JobQueue.warn(JobQueue.Kind.RESTORE, id, e);
                end(region, job, asked, e.getMessage());
            }
        }
    }

    private void end(
            VaultRegion region,
            DescribeRestoreJobResponse job,
            StartRestoreJobRequest asked,
            @Nullable String problem) {
        if (queue.isClosed()) {
            return;
        }
        Optional<Table> made = region.store()
                .tables()
                .find(RestoreMetadata.of(asked.metadata(), region.name()).target())
                .filter(Table::isActive);
        var ended = job.toBuilder().completionDate(region.now());
        List<Document> documents = new ArrayList<>(List.of(Documents.removed("restore-request/" + job.restoreJobId())));
        if (problem == null && made.isPresent()) {
            ended.status(RestoreJobStatus.COMPLETED)
                    .percentDone("100.00%")
                    .createdResourceArn(made.get().arn());
            if (Boolean.TRUE.equals(asked.copySourceTagsToRestoredResource())) {
                Map<String, String> tags = RecoverySource.of(region, region.point(job.recoveryPointArn()))
                        .tags();
                documents.addAll(TagOperations.documents(
                        made.get(),
                        tags.entrySet().stream()
                                .map(tag -> Tag.builder()
                                        .key(tag.getKey())
                                        .value(tag.getValue())
                                        .build())
                                .toList()));
            }
        } else {
            ended.status(RestoreJobStatus.FAILED)
                    .statusMessage(problem == null ? "the restore did not complete; its table is removed" : problem);
        }
        documents.add(Documents.document("restore-job/" + job.restoreJobId(), ended.build()));
        region.documents().append(documents);
        queue.ended(
                region,
                JobQueue.Kind.RESTORE,
                job.restoreJobId(),
                ended.build().statusAsString(),
                VaultRegion.id(job.backupVaultArn()));
    }
}
