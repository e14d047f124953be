package dev.penstock.local.backup;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.Loader;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.RestoreSummary;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * Makes new tables from old items. The target is in status CREATING, unreadable, until the last item is in; if the
 * process ends before that, the next start removes it.
 */
final class Restores {
    private static final System.Logger LOG = System.getLogger(Restores.class.getName());
    /** Of an account (DynamoDB Developer Guide, quotas). */
    private static final int MOST_AT_ONCE = 50;

    private final RegionStore store;
    private final ExecutorService tasks;

    Restores(RegionStore store, ExecutorService tasks) {
        this.store = store;
        this.tasks = tasks;
    }

    /** Where the items come from. Called once, in the background. */
    @FunctionalInterface
    interface Items {
        void forEach(Consumer<Map<String, AttributeValue>> visitor);
    }

    /**
     * Begins a restore.
     *
     * @param declared keys, indexes and settings of the target
     * @param summary where it comes from
     * @param done called when it ended, well or not
     * @throws AwsError TableAlreadyExistsException; TableInUseException while the target is being made;
     *     LimitExceededException beyond 50 at once
     */
    TableDescription begin(
            @Nullable String target, TableDescription declared, RestoreSummary summary, Items items, Runnable done) {
        if (target == null || !target.matches("[a-zA-Z0-9_.-]{3,255}")) {
            throw AwsError.validation(
                    "TargetTableName must have 3 to 255 characters of a-z, A-Z, 0-9, _, - and .; given: " + target);
        }
        store.tables().find(target).ifPresent(there -> {
            throw there.isActive()
                    ? new AwsError(400, "TableAlreadyExistsException", "Table already exists: " + target)
                    : new AwsError(400, "TableInUseException", "Table is being created: " + target);
        });
        long restoring =
                store.tables().all().stream().filter(Table::isRestoring).count();
        if (restoring >= MOST_AT_ONCE) {
            throw new AwsError(
                    400,
                    "LimitExceededException",
                    "Too many concurrent restores: " + restoring + "; at most " + MOST_AT_ONCE);
        }
        Table table = store.create(named(target, declared, summary), created -> List.of());
        Patience.await(tasks.submit(() -> fill(table, items, done)));
        return table.description();
    }

    private TableDescription named(String target, TableDescription declared, RestoreSummary summary) {
        return declared.toBuilder()
                .tableName(target)
                .tableArn("arn:aws:dynamodb:" + store.region() + ":000000000000:table/" + target)
                .tableId(UUID.randomUUID().toString())
                .creationDateTime(store.clock().instant())
                .tableStatus(TableStatus.CREATING)
                .deletionProtectionEnabled(false)
                .itemCount(0L)
                .tableSizeBytes(0L)
                .restoreSummary(summary)
                .build();
    }

    private void fill(Table table, Items items, Runnable done) {
        try {
            try (Loader loader = store.load(table)) {
                items.forEach(item -> loader.add(table, item));
                loader.finish();
            }
            // RestoreSummary is gone once the table is active, as on AWS.
            store.activate(store.declare(
                    table,
                    table.description().toBuilder()
                            .restoreSummary((RestoreSummary) null)
                            .build(),
                    List.of()));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "restoring " + table.name() + " failed; the half-made table is removed", e);
            store.delete(table);
        } finally {
            done.run();
        }
    }

    static RestoreSummary summary(@Nullable String sourceArn, @Nullable String backupArn, Instant time) {
        return RestoreSummary.builder()
                .sourceTableArn(sourceArn)
                .sourceBackupArn(backupArn)
                .restoreDateTime(time)
                .restoreInProgress(true)
                .build();
    }
}
