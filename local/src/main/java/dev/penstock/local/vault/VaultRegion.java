package dev.penstock.local.vault;

import dev.penstock.local.backup.BackupApi;
import dev.penstock.local.backup.ItemFolder;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.journal.Document;
import dev.penstock.local.store.RegionStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.CopyJob;
import software.amazon.awssdk.services.backup.model.DescribeBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.Lifecycle;

/** The vaults of one region and the files of their recovery points. Threadsafe. */
final class VaultRegion {
    private static final String VAULT = "vault/";
    private static final String POINT = "point/";

    private final BackupApi.Region backups;
    private final Documents documents;
    private final ItemFolder files;

    /** When the next recovery point ends; {@code null}: not known. */
    private volatile @Nullable Instant nextEnd;

    /** Cleans up what a crash left in the folder; the job that it interrupted writes it again. */
    VaultRegion(BackupApi.Region backups, Path folder) {
        this.backups = backups;
        this.documents = new Documents(backups.store());
        this.files = new ItemFolder(folder);
        files.keepOnly(documents.list(POINT, DescribeRecoveryPointResponse::builder).stream()
                .map(VaultRegion::id)
                .collect(Collectors.toSet()));
    }

    BackupApi.Region backups() {
        return backups;
    }

    RegionStore store() {
        return backups.store();
    }

    Documents documents() {
        return documents;
    }

    String name() {
        return store().region();
    }

    Instant now() {
        return store().clock().instant();
    }

    String arn(String resource) {
        return "arn:aws:backup:" + name() + ":" + Gateway.ACCOUNT + ":" + resource;
    }

    /** @throws dev.penstock.local.gateway.AwsError ResourceNotFoundException */
    DescribeBackupVaultResponse vault(@Nullable String name) {
        if (name == null) {
            throw Errors.missing("BackupVaultName");
        }
        return documents
                .get(VAULT + name, DescribeBackupVaultResponse::builder)
                .map(this::current)
                .orElseThrow(() -> Errors.notFound("Backup vault " + name));
    }

    /** The vault a job writes to, if its lock lets it keep the recovery point for so long. */
    DescribeBackupVaultResponse vaultFor(String name, @Nullable Lifecycle lifecycle) {
        DescribeBackupVaultResponse vault = vault(name);
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

    List<DescribeBackupVaultResponse> vaults() {
        return documents.list(VAULT, DescribeBackupVaultResponse::builder).stream()
                .map(this::current)
                .toList();
    }

    private DescribeBackupVaultResponse current(DescribeBackupVaultResponse vault) {
        return vault.toBuilder()
                .numberOfRecoveryPoints((long) points(vault.backupVaultName()).size())
                .build();
    }

    void put(DescribeBackupVaultResponse vault) {
        documents.put(VAULT + vault.backupVaultName(), vault);
    }

    boolean hasVault(String name) {
        return documents.get(VAULT + name, DescribeBackupVaultResponse::builder).isPresent();
    }

    void removeVault(String name) {
        documents.append(List.of(Documents.removed(VAULT + name), Documents.removed("policy/" + name)));
    }

    /** The recovery points of a vault, by age. */
    List<DescribeRecoveryPointResponse> points(String vault) {
        sweep();
        return documents.list(POINT + vault + "/", DescribeRecoveryPointResponse::builder);
    }

    /** Those of all vaults. */
    List<DescribeRecoveryPointResponse> points() {
        sweep();
        return documents.list(POINT, DescribeRecoveryPointResponse::builder);
    }

    /** @throws dev.penstock.local.gateway.AwsError ResourceNotFoundException */
    DescribeRecoveryPointResponse point(@Nullable String arn) {
        return points().stream()
                .filter(point -> point.recoveryPointArn().equals(arn))
                .findFirst()
                .map(point -> point.toBuilder()
                        .storageClass(Lifecycles.storageClass(point, now()))
                        .build())
                .orElseThrow(() -> Errors.notFound("Recovery point " + arn));
    }

    /** The document of a recovery point; its file must be whole. */
    Document document(DescribeRecoveryPointResponse point) {
        nextEnd = null;
        return Documents.document(POINT + point.backupVaultName() + "/" + id(point), point);
    }

    void removePoint(DescribeRecoveryPointResponse point) {
        documents.append(List.of(
                Documents.removed(POINT + point.backupVaultName() + "/" + id(point)),
                Documents.removed("source/" + id(point))));
        files.remove(id(point));
    }

    /** Removes the recovery points whose lifecycle is over. */
    void sweep() {
        Instant next = nextEnd;
        Instant now = now();
        if (next != null && next.isAfter(now)) {
            return;
        }
        Instant earliest = Instant.MAX;
        // What is still to be copied stays: when the clock jumps far, a recovery point may be over before its copy is
        // made.
        Set<String> copied = documents.list("copy-job/", CopyJob::builder).stream()
                .filter(job -> job.completionDate() == null)
                .map(CopyJob::sourceRecoveryPointArn)
                .collect(Collectors.toSet());
        for (var point : documents.list(POINT, DescribeRecoveryPointResponse::builder)) {
            if (copied.contains(point.recoveryPointArn())) {
                earliest = now;
            } else if (Lifecycles.isOver(point, now)) {
                removePoint(point);
            } else if (point.calculatedLifecycle() != null
                    && point.calculatedLifecycle().deleteAt() != null
                    && point.calculatedLifecycle().deleteAt().isBefore(earliest)) {
                earliest = point.calculatedLifecycle().deleteAt();
            }
        }
        nextEnd = earliest;
    }

    /** What ends the ARN. */
    static String id(DescribeRecoveryPointResponse point) {
        return id(point.recoveryPointArn());
    }

    static String id(String arn) {
        return arn.substring(arn.lastIndexOf(':') + 1);
    }

    /** The files of items, by the ids of recovery points. */
    ItemFolder files() {
        return files;
    }
}
