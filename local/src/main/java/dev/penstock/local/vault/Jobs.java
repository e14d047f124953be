package dev.penstock.local.vault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.backup.Snapshots;
import dev.penstock.local.dynamodb.TagOperations;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.journal.Document;
import dev.penstock.local.store.Table;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.BackupJobState;
import software.amazon.awssdk.services.backup.model.BackupRule;
import software.amazon.awssdk.services.backup.model.CopyAction;
import software.amazon.awssdk.services.backup.model.CopyJob;
import software.amazon.awssdk.services.backup.model.CopyJobState;
import software.amazon.awssdk.services.backup.model.DescribeBackupJobResponse;
import software.amazon.awssdk.services.backup.model.DescribeBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.DescribeRestoreJobResponse;
import software.amazon.awssdk.services.backup.model.Lifecycle;
import software.amazon.awssdk.services.backup.model.RecoveryPointCreator;
import software.amazon.awssdk.services.backup.model.RecoveryPointStatus;
import software.amazon.awssdk.services.backup.model.RestoreJobStatus;
import software.amazon.awssdk.services.backup.model.StartRestoreJobRequest;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/**
 * Runs backup, copy and restore jobs, one after the other. Each is a document before it is begun and ends in one append
 * with its result, under ids that follow from its own: a job that a crash interrupted is run again at the next start and
 * leaves nothing twice.
 */
final class Jobs implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
    /** How long finished jobs are listed (AWS Backup: ListBackupJobs). */
    private static final Duration LISTED = Duration.ofDays(30);

    private static final long CLOSE_SECONDS = 30;

    private final Function<String, VaultRegion> regions;
    private final Events events;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("penstock-backup-jobs").factory());
    private volatile boolean isClosed;

    /** Told when a job changed: what EventBridge and CloudWatch get to know. */
    interface Events {
        void jobEnded(VaultRegion region, Kind kind, String id, String state, String vault);
    }

    /** The kinds of jobs. */
    enum Kind {
        BACKUP("Backup"),
        COPY("Copy"),
        RESTORE("Restore");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** As in names of events and metrics. */
        String title() {
            return title;
        }
    }

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

    Jobs(Function<String, VaultRegion> regions, Events events) {
        this.regions = regions;
        this.events = events;
    }

    /** Begins a backup; answers its job. */
    DescribeBackupJobResponse backUp(VaultRegion region, Order order) {
        String id = UUID.randomUUID().toString();
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
        run(() -> backUp(region, id));
        return job;
    }

    /** Begins a copy to the vault of any region; answers its job. */
    CopyJob copy(VaultRegion region, CopyJob asked) {
        CopyJob job = copyJob(region, asked);
        region.documents().put("copy-job/" + job.copyJobId(), job);
        run(() -> copy(region, job.copyJobId()));
        return job;
    }

    private static CopyJob copyJob(VaultRegion region, CopyJob asked) {
        String id = UUID.randomUUID().toString();
        return asked.toBuilder()
                .accountId(Gateway.ACCOUNT)
                .copyJobId(id)
                .resourceType(Settings.RESOURCE_TYPE)
                .creationDate(asked.creationDate() == null ? region.now() : asked.creationDate())
                .state(CopyJobState.CREATED)
                .build();
    }

    /** Begins a restore; answers its job. */
    DescribeRestoreJobResponse restore(
            VaultRegion region, StartRestoreJobRequest asked, DescribeRecoveryPointResponse point) {
        String id = UUID.randomUUID().toString();
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
        run(() -> restore(region, id));
        return job;
    }

    /** Runs again what a crash has interrupted, and forgets what ended long ago. */
    void resume(VaultRegion region) {
        region.documents().list("backup-job/", DescribeBackupJobResponse::builder).stream()
                .filter(job -> job.completionDate() == null)
                .forEach(job -> run(() -> backUp(region, job.backupJobId())));
        region.documents().list("copy-job/", CopyJob::builder).stream()
                .filter(job -> job.completionDate() == null)
                .forEach(job -> run(() -> copy(region, job.copyJobId())));
        region.documents().list("restore-job/", DescribeRestoreJobResponse::builder).stream()
                .filter(job -> job.completionDate() == null)
                .forEach(job -> run(() -> restore(region, job.restoreJobId())));
        forget(region);
    }

    /** Removes the jobs that ended more than 30 days ago. */
    void forget(VaultRegion region) {
        Instant horizon = region.now().minus(LISTED);
        List<Document> old = new ArrayList<>();
        region.documents().list("backup-job/", DescribeBackupJobResponse::builder).stream()
                .filter(job -> isBefore(job.completionDate(), horizon))
                .forEach(job -> old.add(Documents.removed("backup-job/" + job.backupJobId())));
        region.documents().list("copy-job/", CopyJob::builder).stream()
                .filter(job -> isBefore(job.completionDate(), horizon))
                .forEach(job -> old.add(Documents.removed("copy-job/" + job.copyJobId())));
        region.documents().list("restore-job/", DescribeRestoreJobResponse::builder).stream()
                .filter(job -> isBefore(job.completionDate(), horizon))
                .forEach(job -> old.add(Documents.removed("restore-job/" + job.restoreJobId())));
        if (!old.isEmpty()) {
            region.documents().append(old);
        }
    }

    private static boolean isBefore(@Nullable Instant completed, Instant horizon) {
        return completed != null && completed.isBefore(horizon);
    }

    private void run(Runnable job) {
        if (!isClosed) {
            worker.execute(() -> {
                if (!isClosed) {
                    job.run();
                }
            });
        }
    }

    private void backUp(VaultRegion region, String id) {
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
            DescribeBackupVaultResponse vault = vault(region, job.backupVaultName(), rule.lifecycle());
            Table table = region.store()
                    .tables()
                    .find(job.resourceArn())
                    .filter(Table::isActive)
                    .orElseThrow(() -> Errors.notFound("Table " + job.resourceArn()));
            Map<String, String> tags = new HashMap<>(TagOperations.of(region.store(), table));
            tags.putAll(rule.recoveryPointTags());
            var size = Snapshots.write(region.store(), table, task.time(), region.file(pointId(id)));
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
                copies.add(copyJob(region, copyOf(point, action, job)));
            }
            ended.add(region.document(point));
            ended.add(source(point, table.description(), tags));
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
            if (isClosed) {
                return; // The next start runs it again.
            }
            warn("backup", id, e);
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
        events.jobEnded(region, Kind.BACKUP, id, state, job.backupVaultName());
        copies.forEach(copy -> run(() -> copy(region, copy.copyJobId())));
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

    /** The vault a job writes to, if its lock lets it keep the recovery point for so long. */
    private static DescribeBackupVaultResponse vault(VaultRegion region, String name, @Nullable Lifecycle lifecycle) {
        DescribeBackupVaultResponse vault = region.vault(name);
        if (Boolean.TRUE.equals(vault.locked())) {
            Optional<Long> days = Lifecycles.days(lifecycle);
            boolean isTooShort =
                    vault.minRetentionDays() != null && days.isPresent() && days.get() < vault.minRetentionDays();
            boolean isTooLong =
                    vault.maxRetentionDays() != null && (days.isEmpty() || days.get() > vault.maxRetentionDays());
            if (isTooShort || isTooLong) {
                throw Errors.refused("Retention of "
                        + days.map(number -> number + " days").orElse("no end") + " is not within the lock of vault "
                        + name + ": " + vault.minRetentionDays() + " to " + vault.maxRetentionDays() + " days");
            }
        }
        return vault;
    }

    private void copy(VaultRegion region, String id) {
        CopyJob job = region.documents().get("copy-job/" + id, CopyJob::builder).orElseThrow();
        CopyJob ended;
        String vaultName = VaultRegion.id(job.destinationBackupVaultArn());
        try {
            if (!Settings.of(region).isAdvanced()) {
                throw Errors.refused("Copying " + Settings.RESOURCE_TYPE
                        + " recovery points needs the advanced features: UpdateRegionSettings");
            }
            VaultRegion to = regions.apply(job.destinationBackupVaultArn().split(":", 6)[3]);
            DescribeBackupVaultResponse vault = vault(to, vaultName, job.destinationRecoveryPointLifecycle());
            DescribeRecoveryPointResponse from = region.point(job.sourceRecoveryPointArn());
            copyFile(region.file(VaultRegion.id(from)), to.file(pointId(id)));
            Lifecycle lifecycle = job.destinationRecoveryPointLifecycle();
            var point = from.toBuilder()
                    .recoveryPointArn(to.arn("recovery-point:" + pointId(id)))
                    .backupVaultName(vault.backupVaultName())
                    .backupVaultArn(vault.backupVaultArn())
                    .sourceBackupVaultArn(from.backupVaultArn())
                    .lifecycle(lifecycle)
                    .calculatedLifecycle(Lifecycles.calculated(lifecycle, from.creationDate()))
                    .encryptionKeyArn(vault.encryptionKeyArn())
                    .build();
            Source source = source(region, from);
            to.documents().append(List.of(to.document(point), source(point, source.table(), source.tags())));
            ended = job.toBuilder()
                    .state(CopyJobState.COMPLETED)
                    .destinationRecoveryPointArn(point.recoveryPointArn())
                    .backupSizeInBytes(point.backupSizeInBytes())
                    .completionDate(latest(job.creationDate(), job.creationDate()))
                    .build();
        } catch (RuntimeException e) {
            if (isClosed) {
                return;
            }
            warn("copy", id, e);
            ended = job.toBuilder()
                    .state(CopyJobState.FAILED)
                    .statusMessage(e.getMessage())
                    .completionDate(region.now())
                    .build();
        }
        region.documents().put("copy-job/" + id, ended);
        events.jobEnded(region, Kind.COPY, id, ended.stateAsString(), vaultName);
    }

    private void restore(VaultRegion region, String id) {
        var job = region.documents()
                .get("restore-job/" + id, DescribeRestoreJobResponse::builder)
                .orElseThrow();
        var asked = region.documents()
                .get("restore-request/" + id, StartRestoreJobRequest::builder)
                .orElseThrow();
        String target = JobOperations.target(asked);
        try {
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
                    region.file(VaultRegion.id(point)),
                    source(region, point).table(),
                    point.recoveryPointArn(),
                    point.creationDate(),
                    target,
                    () -> end(region, job, asked, null));
        } catch (RuntimeException e) {
            if (!isClosed) {
                warn("restore", id, e);
                end(region, job, asked, e.getMessage());
            }
        }
    }

    private void end(
            VaultRegion region,
            DescribeRestoreJobResponse job,
            StartRestoreJobRequest asked,
            @Nullable String problem) {
        if (isClosed) {
            return;
        }
        Optional<Table> made =
                region.store().tables().find(JobOperations.target(asked)).filter(Table::isActive);
        var ended = job.toBuilder().completionDate(region.now());
        List<Document> documents = new ArrayList<>(List.of(Documents.removed("restore-request/" + job.restoreJobId())));
        if (problem == null && made.isPresent()) {
            ended.status(RestoreJobStatus.COMPLETED)
                    .percentDone("100.00%")
                    .createdResourceArn(made.get().arn());
            if (Boolean.TRUE.equals(asked.copySourceTagsToRestoredResource())) {
                Map<String, String> tags =
                        source(region, region.point(job.recoveryPointArn())).tags();
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
        events.jobEnded(
                region,
                Kind.RESTORE,
                job.restoreJobId(),
                ended.build().statusAsString(),
                VaultRegion.id(job.backupVaultArn()));
    }

    /** The table and the tags that a recovery point was made of. */
    private record Source(TableDescription table, Map<String, String> tags) {}

    private record SourceDocument(JsonNode table, Map<String, String> tags) {}

    private static Document source(
            DescribeRecoveryPointResponse point, TableDescription table, Map<String, String> tags) {
        return Documents.document("source/" + VaultRegion.id(point), new SourceDocument(Documents.json(table), tags));
    }

    private static Source source(VaultRegion region, DescribeRecoveryPointResponse point) {
        SourceDocument document = region.documents()
                .task("source/" + VaultRegion.id(point), SourceDocument.class)
                .orElseThrow();
        return new Source(Wire.read(document.table(), TableDescription.builder()), document.tags());
    }

    /** Whole or not at all. */
    private static void copyFile(Path from, Path to) {
        Path temporary = to.resolveSibling(to.getFileName() + ".tmp");
        try {
            Files.copy(from, temporary, StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + from + " to " + to, e);
        }
    }

    private static void warn(String kind, String id, RuntimeException e) {
        LOG.log(e instanceof AwsError ? Level.DEBUG : Level.ERROR, kind + " job " + id + " failed", e);
    }

    /** The recovery point that a job makes: the same however often it runs. */
    static String pointId(String jobId) {
        return UUID.nameUUIDFromBytes(jobId.getBytes(StandardCharsets.UTF_8)).toString();
    }

    static String resourceName(String tableArn) {
        return tableArn.substring(tableArn.lastIndexOf('/') + 1);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Waits for the job that is under way; those that wait are run at the next start. */
    @Override
    public void close() {
        isClosed = true;
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
