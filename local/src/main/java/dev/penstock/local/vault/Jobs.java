package dev.penstock.local.vault;

import dev.penstock.local.journal.Document;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.CopyJob;
import software.amazon.awssdk.services.backup.model.DescribeBackupJobResponse;
import software.amazon.awssdk.services.backup.model.DescribeRestoreJobResponse;

/**
 * Backup, copy and restore jobs. Each is a document before it is begun and ends in one append with its result, under ids
 * that follow from its own: a job that a crash interrupted is run again at the next start and leaves nothing twice.
 */
final class Jobs implements AutoCloseable {
    /** How long finished jobs are listed (AWS Backup: ListBackupJobs). */
    private static final Duration LISTED = Duration.ofDays(30);

    private final JobQueue queue;
    private final BackupJobs backups;
    private final CopyJobs copies;
    private final RestoreJobs restores;

    Jobs(Function<String, VaultRegion> regions, JobQueue.Events events) {
        queue = new JobQueue(events);
        copies = new CopyJobs(regions, queue);
        backups = new BackupJobs(queue, copies);
        restores = new RestoreJobs(queue);
    }

    /**
     * The id of a job: with a token the same for each request that gives it, so that a retry finds the job there.
     *
     * @param token the idempotency token of a request
     */
    static String id(JobQueue.Kind kind, @Nullable String token) {
        return token == null
                ? UUID.randomUUID().toString()
                : UUID.nameUUIDFromBytes((kind + " " + token).getBytes(StandardCharsets.UTF_8))
                        .toString();
    }

    BackupJobs backups() {
        return backups;
    }

    CopyJobs copies() {
        return copies;
    }

    RestoreJobs restores() {
        return restores;
    }

    /** Runs again what a crash has interrupted, and forgets what ended long ago. */
    void resume(VaultRegion region) {
        backups.resume(region);
        copies.resume(region);
        restores.resume(region);
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

    @Override
    public void close() {
        queue.close();
    }
}
