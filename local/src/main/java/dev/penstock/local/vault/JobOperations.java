package dev.penstock.local.vault;

import dev.penstock.local.backup.Snapshots;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.store.Table;
import dev.penstock.local.wire.RestOperations;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.BackupJob;
import software.amazon.awssdk.services.backup.model.BackupRule;
import software.amazon.awssdk.services.backup.model.CopyJob;
import software.amazon.awssdk.services.backup.model.DescribeBackupJobRequest;
import software.amazon.awssdk.services.backup.model.DescribeBackupJobResponse;
import software.amazon.awssdk.services.backup.model.DescribeCopyJobRequest;
import software.amazon.awssdk.services.backup.model.DescribeCopyJobResponse;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.DescribeRegionSettingsRequest;
import software.amazon.awssdk.services.backup.model.DescribeRestoreJobRequest;
import software.amazon.awssdk.services.backup.model.DescribeRestoreJobResponse;
import software.amazon.awssdk.services.backup.model.ListBackupJobsRequest;
import software.amazon.awssdk.services.backup.model.ListBackupJobsResponse;
import software.amazon.awssdk.services.backup.model.ListCopyJobsRequest;
import software.amazon.awssdk.services.backup.model.ListCopyJobsResponse;
import software.amazon.awssdk.services.backup.model.ListRestoreJobsRequest;
import software.amazon.awssdk.services.backup.model.ListRestoreJobsResponse;
import software.amazon.awssdk.services.backup.model.RestoreJobsListMember;
import software.amazon.awssdk.services.backup.model.StartBackupJobRequest;
import software.amazon.awssdk.services.backup.model.StartBackupJobResponse;
import software.amazon.awssdk.services.backup.model.StartCopyJobRequest;
import software.amazon.awssdk.services.backup.model.StartCopyJobResponse;
import software.amazon.awssdk.services.backup.model.StartRestoreJobRequest;
import software.amazon.awssdk.services.backup.model.StartRestoreJobResponse;
import software.amazon.awssdk.services.backup.model.UpdateRegionSettingsRequest;
import software.amazon.awssdk.services.backup.model.UpdateRegionSettingsResponse;

/**
 * Jobs on demand, the jobs there were, and which services of a region are backed up at all. A request with the
 * idempotency token of an earlier one does nothing: it is answered with the job that is there.
 */
final class JobOperations {
    private final Function<String, VaultRegion> regions;
    private final Jobs jobs;

    JobOperations(Function<String, VaultRegion> regions, Jobs jobs) {
        this.regions = regions;
        this.jobs = jobs;
    }

    void addTo(RestOperations routes) {
        routes.on("PUT", "/backup-jobs", StartBackupJobRequest::builder, this::backUp)
                .on("GET", "/backup-jobs", ListBackupJobsRequest::builder, this::backupJobs)
                .on("GET", "/backup-jobs/{backupJobId}", DescribeBackupJobRequest::builder, this::backupJob)
                .on("PUT", "/copy-jobs", StartCopyJobRequest::builder, this::copy)
                .on("GET", "/copy-jobs", ListCopyJobsRequest::builder, this::copyJobs)
                .on("GET", "/copy-jobs/{copyJobId}", DescribeCopyJobRequest::builder, this::copyJob)
                .on("PUT", "/restore-jobs", StartRestoreJobRequest::builder, this::restore)
                .on("GET", "/restore-jobs", ListRestoreJobsRequest::builder, this::restoreJobs)
                .on("GET", "/restore-jobs/{restoreJobId}", DescribeRestoreJobRequest::builder, this::restoreJob)
                .on(
                        "GET",
                        "/account-settings",
                        DescribeRegionSettingsRequest::builder,
                        (asked, http) -> Settings.describe(regions.apply(http.region())))
                .on("PUT", "/account-settings", UpdateRegionSettingsRequest::builder, (asked, http) -> {
                    Settings.update(
                            regions.apply(http.region()),
                            asked.resourceTypeOptInPreference(),
                            asked.resourceTypeManagementPreference());
                    return UpdateRegionSettingsResponse.builder().build();
                });
    }

    private synchronized StartBackupJobResponse backUp(StartBackupJobRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        if (asked.resourceArn() == null || asked.iamRoleArn() == null) {
            throw Errors.missing("ResourceArn and IamRoleArn");
        }
        String id = Jobs.id(JobQueue.Kind.BACKUP, asked.idempotencyToken());
        var same = region.documents().get("backup-job/" + id, StartBackupJobResponse::builder);
        if (same.isPresent()) {
            return same.get();
        }
        Lifecycles.check(asked.lifecycle());
        String vault = region.vault(asked.backupVaultName()).backupVaultName();
        if (!asked.resourceArn().startsWith("arn:aws:dynamodb:" + region.name() + ":")) {
            throw Errors.invalid("ResourceArn must be that of a table of " + region.name()
                    + ": nothing else is backed up here; given: " + asked.resourceArn());
        }
        if (region.store()
                .tables()
                .find(asked.resourceArn())
                .filter(Table::isActive)
                .isEmpty()) {
            throw Errors.notFound("Resource " + asked.resourceArn());
        }
        var rule = BackupRule.builder()
                .ruleName("on-demand")
                .targetBackupVaultName(vault)
                .lifecycle(asked.lifecycle())
                .recoveryPointTags(asked.hasRecoveryPointTags() ? asked.recoveryPointTags() : null)
                .build();
        DescribeBackupJobResponse job = jobs.backups()
                .begin(
                        region,
                        id,
                        new BackupJobs.Order(
                                asked.resourceArn(),
                                rule,
                                asked.iamRoleArn(),
                                null,
                                region.now(),
                                Snapshots.now(region.store())));
        return Documents.as(job, StartBackupJobResponse.builder());
    }

    private DescribeBackupJobResponse backupJob(DescribeBackupJobRequest asked, Request http) {
        return regions.apply(http.region())
                .documents()
                .get("backup-job/" + asked.backupJobId(), DescribeBackupJobResponse::builder)
                .orElseThrow(() -> Errors.notFound("Backup job " + asked.backupJobId()));
    }

    private ListBackupJobsResponse backupJobs(ListBackupJobsRequest asked, Request http) {
        List<BackupJob> found =
                regions.apply(http.region()).documents().list("backup-job/", BackupJob::builder).stream()
                        .filter(job -> is(asked.byResourceArn(), job.resourceArn()))
                        .filter(job -> is(asked.byStateAsString(), job.stateAsString()))
                        .filter(job -> is(asked.byBackupVaultName(), job.backupVaultName()))
                        .filter(job -> is(asked.byResourceType(), job.resourceType()))
                        .filter(job -> asked.byCreatedAfter() == null
                                || job.creationDate().isAfter(asked.byCreatedAfter()))
                        .filter(job -> asked.byCreatedBefore() == null
                                || job.creationDate().isBefore(asked.byCreatedBefore()))
                        .sorted(Comparator.comparing(BackupJob::creationDate).reversed())
                        .toList();
        var page = Page.of(found, asked.maxResults(), asked.nextToken());
        return ListBackupJobsResponse.builder()
                .backupJobs(page.members())
                .nextToken(page.next())
                .build();
    }

    private static boolean is(@Nullable String wanted, @Nullable String value) {
        return wanted == null || wanted.equals(value);
    }

    private synchronized StartCopyJobResponse copy(StartCopyJobRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        if (asked.destinationBackupVaultArn() == null || asked.iamRoleArn() == null) {
            throw Errors.missing("DestinationBackupVaultArn and IamRoleArn");
        }
        String[] parts = asked.destinationBackupVaultArn().split(":", 7);
        if (parts.length != 7 || !parts[2].equals("backup") || !parts[5].equals("backup-vault")) {
            throw Errors.invalid("DestinationBackupVaultArn must be the ARN of a backup vault; given: "
                    + asked.destinationBackupVaultArn());
        }
        String id = Jobs.id(JobQueue.Kind.COPY, asked.idempotencyToken());
        var same = region.documents().get("copy-job/" + id, StartCopyJobResponse::builder);
        if (same.isPresent()) {
            return same.get();
        }
        Lifecycles.check(asked.lifecycle());
        DescribeRecoveryPointResponse point = region.point(asked.recoveryPointArn());
        region.vault(asked.sourceBackupVaultName());
        regions.apply(parts[3]).vault(parts[6]);
        CopyJob job = jobs.copies()
                .begin(
                        region,
                        CopyJob.builder()
                                .copyJobId(id)
                                .sourceBackupVaultArn(point.backupVaultArn())
                                .sourceRecoveryPointArn(point.recoveryPointArn())
                                .destinationBackupVaultArn(asked.destinationBackupVaultArn())
                                .destinationRecoveryPointLifecycle(asked.lifecycle())
                                .resourceArn(point.resourceArn())
                                .resourceName(point.resourceName())
                                .iamRoleArn(asked.iamRoleArn())
                                .build());
        return Documents.as(job, StartCopyJobResponse.builder());
    }

    private DescribeCopyJobResponse copyJob(DescribeCopyJobRequest asked, Request http) {
        return DescribeCopyJobResponse.builder()
                .copyJob(regions.apply(http.region())
                        .documents()
                        .get("copy-job/" + asked.copyJobId(), CopyJob::builder)
                        .orElseThrow(() -> Errors.notFound("Copy job " + asked.copyJobId())))
                .build();
    }

    private ListCopyJobsResponse copyJobs(ListCopyJobsRequest asked, Request http) {
        List<CopyJob> found = regions.apply(http.region()).documents().list("copy-job/", CopyJob::builder).stream()
                .filter(job -> is(asked.byResourceArn(), job.resourceArn()))
                .filter(job -> is(asked.byStateAsString(), job.stateAsString()))
                .filter(job -> is(asked.byDestinationVaultArn(), job.destinationBackupVaultArn()))
                .sorted(Comparator.comparing(CopyJob::creationDate).reversed())
                .toList();
        var page = Page.of(found, asked.maxResults(), asked.nextToken());
        return ListCopyJobsResponse.builder()
                .copyJobs(page.members())
                .nextToken(page.next())
                .build();
    }

    private synchronized StartRestoreJobResponse restore(StartRestoreJobRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        if (asked.recoveryPointArn() == null || asked.metadata().isEmpty()) {
            throw Errors.missing("RecoveryPointArn and Metadata");
        }
        String id = Jobs.id(JobQueue.Kind.RESTORE, asked.idempotencyToken());
        var same = region.documents().get("restore-job/" + id, StartRestoreJobResponse::builder);
        if (same.isPresent()) {
            return same.get();
        }
        if (asked.resourceType() != null && !asked.resourceType().equals(Settings.RESOURCE_TYPE)) {
            throw Errors.invalid("ResourceType must be " + Settings.RESOURCE_TYPE
                    + ": nothing else is restored here; given: " + asked.resourceType());
        }
        String target = RestoreMetadata.of(asked.metadata(), region.name()).target();
        DescribeRecoveryPointResponse point = region.point(asked.recoveryPointArn());
        if (region.store().tables().find(target).isPresent()) {
            throw Errors.exists("Table " + target);
        }
        return StartRestoreJobResponse.builder()
                .restoreJobId(jobs.restores().begin(region, id, asked, point).restoreJobId())
                .build();
    }

    private DescribeRestoreJobResponse restoreJob(DescribeRestoreJobRequest asked, Request http) {
        return regions.apply(http.region())
                .documents()
                .get("restore-job/" + asked.restoreJobId(), DescribeRestoreJobResponse::builder)
                .orElseThrow(() -> Errors.notFound("Restore job " + asked.restoreJobId()));
    }

    private ListRestoreJobsResponse restoreJobs(ListRestoreJobsRequest asked, Request http) {
        List<RestoreJobsListMember> found =
                regions.apply(http.region()).documents().list("restore-job/", RestoreJobsListMember::builder).stream()
                        .filter(job -> is(asked.byStatusAsString(), job.statusAsString()))
                        .sorted(Comparator.comparing(RestoreJobsListMember::creationDate)
                                .reversed())
                        .toList();
        var page = Page.of(found, asked.maxResults(), asked.nextToken());
        return ListRestoreJobsResponse.builder()
                .restoreJobs(page.members())
                .nextToken(page.next())
                .build();
    }
}
