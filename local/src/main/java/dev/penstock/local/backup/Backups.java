package dev.penstock.local.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.ItemFile;
import dev.penstock.local.journal.Registry;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BackupType;

/**
 * The backups of one region. Each is materialised at once, in a file beside the journal, so that the journal can be
 * trimmed and a deleted table still be brought back.
 */
public final class Backups {
    private static final System.Logger LOG = System.getLogger(Backups.class.getName());
    private static final String PREFIX = "backup/";
    /** How long the backup is kept that deleting a table with point-in-time recovery leaves behind. */
    private static final Duration SYSTEM_LIFE = Duration.ofDays(35);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegionStore store;
    private final ItemFolder files;
    private final ContinuousBackups continuous;
    private final ExecutorService tasks;
    private final Set<String> inUse = ConcurrentHashMap.newKeySet();

    /**
     * Cleans up what a crash left half made, and from now on backs up each table with point-in-time recovery that is
     * about to be deleted.
     *
     * @param folder where the files of items go, and nothing else; made if missing
     * @param tasks runs backups in the background
     */
    public Backups(RegionStore store, Path folder, ContinuousBackups continuous, ExecutorService tasks) {
        this.store = store;
        this.files = new ItemFolder(folder);
        this.continuous = continuous;
        this.tasks = tasks;
        all().stream().filter(backup -> !backup.isAvailable()).forEach(this::remove);
        files.keepOnly(all().stream().map(BackupDocument::id).collect(Collectors.toSet()));
        store.beforeDelete(this::beforeDelete);
    }

    /** Every backup there is; expired ones are removed first. */
    Collection<BackupDocument> all() {
        Instant now = store.clock().instant();
        Collection<BackupDocument> all =
                store.registry().list(PREFIX, BackupDocument.class).values();
        all.stream()
                .filter(backup -> backup.expires() != null && !backup.expires().isAfter(now))
                .forEach(this::remove);
        return store.registry().list(PREFIX, BackupDocument.class).values();
    }

    /** @throws AwsError BackupNotFoundException */
    BackupDocument find(@Nullable String arn) {
        AwsError.required("backupArn", arn);
        return all().stream()
                .filter(backup -> backup.arn().equals(arn))
                .findFirst()
                .orElseThrow(() -> new AwsError(400, "BackupNotFoundException", "Backup not found: " + arn));
    }

    /** Removes what has expired, so that it does not stay on disk until somebody looks. */
    public void doWork() {
        all();
    }

    /** Begins a backup of the table as it is now; it becomes AVAILABLE in the background. */
    BackupDocument create(Table table, String name) {
        BackupDocument backup = declare(table, name, BackupType.USER, null);
        store.registry().put(PREFIX + backup.id(), backup);
        Patience.await(tasks.submit(() -> fill(table, backup)));
        return backup;
    }

    /**
     * Removes a backup and its items.
     *
     * @throws AwsError BackupNotFoundException, or BackupInUseException while it is being made or restored from
     */
    BackupDocument delete(@Nullable String arn) {
        BackupDocument backup = find(arn);
        if (!backup.isAvailable() || inUse.contains(backup.id())) {
            throw inUse(backup);
        }
        remove(backup);
        return backup;
    }

    /** Marks a backup as being restored from until the answer is run; AWS lets one restore at a time read it. */
    Runnable use(BackupDocument backup) {
        if (!backup.isAvailable() || !inUse.add(backup.id())) {
            throw inUse(backup);
        }
        return () -> inUse.remove(backup.id());
    }

    /** Visits the items of a backup. */
    void items(BackupDocument backup, Consumer<Map<String, AttributeValue>> visitor) {
        ItemFile.read(files.file(backup.id()), visitor);
    }

    /** A table goes only once its backup is whole on disk, and the two become durable together. */
    private List<Document> beforeDelete(Table table) {
        if (!table.isActive() || continuous.recovery(table).isEmpty()) {
            return List.of();
        }
        Instant expires = store.clock().instant().plus(SYSTEM_LIFE);
        BackupDocument backup = declare(table, table.name() + "$DeletedTableBackup", BackupType.SYSTEM, expires);
        try {
            Snapshots.Size size = Snapshots.write(store, table, backup.time(), files.file(backup.id()));
            return List.of(Registry.document(PREFIX + backup.id(), backup.available(size.bytes(), size.items())));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "table " + table.name() + " is not deleted: its backup cannot be written", e);
            throw new AwsError(
                    500,
                    "InternalServerError",
                    "Table " + table.name() + " is not deleted, because the backup that its deletion leaves cannot be"
                            + " written: " + e.getMessage()
                            + ". Make room for it in the data directory, or disable point-in-time recovery first, which"
                            + " leaves no backup");
        }
    }

    private BackupDocument declare(Table table, String name, BackupType type, @Nullable Instant expires) {
        Instant now = Snapshots.now(store);
        String id = "%014d-%08x"
                .formatted(now.toEpochMilli(), ThreadLocalRandom.current().nextInt());
        return new BackupDocument(
                id,
                table.arn() + "/backup/" + id,
                name,
                type.toString(),
                BackupStatus.CREATING.toString(),
                now,
                expires,
                0,
                0,
                json(table));
    }

    private void fill(Table table, BackupDocument backup) {
        try {
            Snapshots.Size size = Snapshots.write(store, table, backup.time(), files.file(backup.id()));
            store.registry().put(PREFIX + backup.id(), backup.available(size.bytes(), size.items()));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "backup " + backup.arn() + " failed and is removed", e);
            remove(backup);
        }
    }

    private void remove(BackupDocument backup) {
        store.registry().remove(PREFIX + backup.id());
        files.remove(backup.id());
    }

    private static AwsError inUse(BackupDocument backup) {
        return new AwsError(
                400,
                "BackupInUseException",
                "There is another ongoing conflicting backup control plane operation on the backup: " + backup.arn());
    }

    private static JsonNode json(Table table) {
        try {
            return JSON.readTree(Wire.write(table.description()));
        } catch (IOException e) {
            throw new UncheckedIOException("table " + table.name() + " can't be written as JSON", e);
        }
    }
}
