package dev.penstock.local.backup;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsDescription;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsStatus;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoverySpecification;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;

/**
 * Which tables of a region can be restored to which times. The journal keeps every change of every table anyway; this
 * decides what AWS would let a user restore.
 */
public final class ContinuousBackups {
    private static final String DOCUMENT = "recovery";

    private final RegionStore store;

    public ContinuousBackups(RegionStore store) {
        this.store = store;
    }

    /** @throws AwsError TableNotFoundException when there is no such table */
    ContinuousBackupsDescription describe(@Nullable String tableName) {
        return describe(table(store, tableName));
    }

    /** @throws AwsError TableNotFoundException; ValidationException for a period that is not 1 to 35 days */
    ContinuousBackupsDescription update(@Nullable String tableName, PointInTimeRecoverySpecification asked) {
        Table table = table(store, tableName);
        if (Boolean.TRUE.equals(asked.pointInTimeRecoveryEnabled())) {
            Optional<Recovery> before = recovery(table);
            int days = asked.recoveryPeriodInDays() != null
                    ? asked.recoveryPeriodInDays()
                    : before.map(Recovery::days).orElse(Recovery.MAX_DAYS);
            var since =
                    before.map(Recovery::since).orElseGet(() -> store.clock().instant());
            store.registry().put(table.document(DOCUMENT), new Recovery(since, days));
        } else {
            store.registry().remove(table.document(DOCUMENT));
        }
        return describe(table);
    }

    /** Empty when point-in-time recovery is off. */
    Optional<Recovery> recovery(Table table) {
        return store.registry().get(table.document(DOCUMENT), Recovery.class);
    }

    /**
     * The times that a table can be restored or exported at.
     *
     * @throws AwsError PointInTimeRecoveryUnavailableException when it is off for this table
     */
    Recovery.Window window(Table table) {
        return recovery(table)
                .map(recovery -> recovery.window(store.clock().instant()))
                .orElseThrow(() -> new AwsError(
                        400,
                        "PointInTimeRecoveryUnavailableException",
                        "Point in time recovery is not enabled for table '" + table.name() + "'"));
    }

    /** The earliest time that a table can be restored to or exported at; empty when recovery is off. */
    public Optional<Instant> earliest(Table table) {
        return recovery(table)
                .map(recovery -> recovery.window(store.clock().instant()).earliest());
    }

    private ContinuousBackupsDescription describe(Table table) {
        Optional<Recovery> recovery = recovery(table);
        return ContinuousBackupsDescription.builder()
                .continuousBackupsStatus(ContinuousBackupsStatus.ENABLED)
                .pointInTimeRecoveryDescription(description -> {
                    if (recovery.isEmpty()) {
                        description.pointInTimeRecoveryStatus(PointInTimeRecoveryStatus.DISABLED);
                        return;
                    }
                    Recovery.Window window = recovery.get().window(store.clock().instant());
                    description
                            .pointInTimeRecoveryStatus(PointInTimeRecoveryStatus.ENABLED)
                            .recoveryPeriodInDays(recovery.get().days())
                            .earliestRestorableDateTime(window.earliest())
                            .latestRestorableDateTime(window.latest());
                })
                .build();
    }

    /** A table by name or ARN, with the error of the recovery operations. */
    static Table table(RegionStore store, @Nullable String nameOrArn) {
        return store.tables()
                .find(AwsError.required("tableName", nameOrArn))
                .filter(Table::isActive)
                .orElseThrow(() -> new AwsError(400, "TableNotFoundException", "Table not found: " + nameOrArn));
    }
}
