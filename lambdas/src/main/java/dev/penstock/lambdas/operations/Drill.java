package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.operations.DrillRun.Step;
import dev.penstock.lambdas.operations.RestoreCompleter.Mode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;
import software.amazon.awssdk.services.dynamodb.model.TableAlreadyExistsException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableInUseException;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * Proves that a table can be restored: restores it as it was at a time T, exports it as it was at the same T, compares
 * the two and deletes what it restored. The live table goes on meanwhile, so comparing with it would prove nothing.
 *
 * <p>Each tick takes the steps that can be taken. What is to be asked for is written down before, under names and tokens
 * that follow from it, so a tick that crashes anywhere is simply followed by the next.
 */
final class Drill {
    /** Between the ends of two drills of a table. */
    static final Duration EVERY = Duration.ofDays(7);

    /** What is not over then is given up, so that no restored table stays and costs money. */
    static final Duration LONGEST = Duration.ofHours(24);

    /**
     * So long a table that was asked for may not be seen: DescribeTable is eventually consistent. Less than between two
     * ticks.
     */
    static final Duration SETTLES = Duration.ofMinutes(10);

    private final DynamoDbClient client;
    private final DrillRuns runs;
    private final DrillComparison comparison;
    private final Place place;
    private final InstantSource clock;

    /**
     * Where it works.
     *
     * @param physicalName of a table by its logical name
     * @param keyId the customer key of the bucket; empty: S3's own
     * @param mostBytes tables larger than this are left out, because restoring them costs too much
     */
    record Place(UnaryOperator<String> physicalName, String bucket, String keyId, long mostBytes) {}

    Drill(DynamoDbClient client, DrillRuns runs, DrillComparison comparison, Place place, InstantSource clock) {
        this.client = client;
        this.runs = runs;
        this.comparison = comparison;
        this.place = place;
        this.clock = clock;
    }

    /**
     * Takes the next steps for a table.
     *
     * @param hasTime whether more can be compared in this tick
     * @return the drill as it stands; empty: none is due, or another tick is faster
     * @throws IllegalStateException when a drill is over that proved nothing; its row says why
     */
    Optional<DrillRun> tick(String table, BooleanSupplier hasTime) {
        Optional<DrillRun> last = runs.find(table);
        DrillRun run;
        if (last.isEmpty() || last.get().step() == Step.DONE) {
            if (last.isPresent() && last.get().started().plus(EVERY).isAfter(clock.instant())) {
                return Optional.empty();
            }
            run = begin(table);
            if (!runs.replace(last, run)) {
                return Optional.empty();
            }
        } else {
            run = last.get();
        }
        return follow(run, hasTime);
    }

    private DrillRun begin(String table) {
        String source = place.physicalName().apply(table);
        Instant now = clock.instant();
        long bytes = client.describeTable(request -> request.tableName(source))
                .table()
                .tableSizeBytes();
        if (bytes > place.mostBytes()) {
            return DrillRun.skipped(
                    table, now, "%d bytes are more than the cap of %d".formatted(bytes, place.mostBytes()));
        }
        Instant latest = latestRestorable(source);
        return DrillRun.begin(table, latest.truncatedTo(ChronoUnit.SECONDS), now, latest);
    }

    private Instant latestRestorable(String source) {
        var recovery = client.describeContinuousBackups(request -> request.tableName(source))
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription();
        if (recovery.latestRestorableDateTime() == null) {
            throw new IllegalStateException(
                    ("point-in-time recovery of %s is %s, so nothing can be restored; turn it on:"
                                    + " aws dynamodb update-continuous-backups --table-name %s"
                                    + " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true")
                            .formatted(source, recovery.pointInTimeRecoveryStatusAsString(), source));
        }
        return recovery.latestRestorableDateTime();
    }

    private Optional<DrillRun> follow(DrillRun begun, BooleanSupplier hasTime) {
        DrillRun run = begun;
        while (run.step() != Step.DONE) {
            DrillRun next = isLate(run)
                    ? run.over("not over after " + LONGEST.toHours() + " hours: its table is deleted", clock.instant())
                    : step(run, hasTime);
            if (next == null) {
                return Optional.of(run);
            }
            if (!runs.replace(Optional.of(run), next)) {
                return Optional.empty();
            }
            run = next;
        }
        if (run.isFailure()) {
            throw new IllegalStateException("the drill of %s failed: %d differences in %d items; %s"
                    .formatted(
                            run.table(),
                            run.progress().differences(),
                            run.progress().compared(),
                            run.problem()));
        }
        return Optional.of(run);
    }

    private boolean isLate(DrillRun run) {
        return run.step() != Step.DELETING && run.started().plus(LONGEST).isBefore(clock.instant());
    }

    /** The drill after its next step; {@code null}: it has to wait. */
    private @Nullable DrillRun step(DrillRun run, BooleanSupplier hasTime) {
        return switch (run.step()) {
            case ASKING -> ask(run);
            case RESTORING -> restore(run);
            case COMPARING -> compare(run, hasTime);
            case COMPLETING -> complete(run);
            case DELETING -> delete(run);
            case DONE -> run;
        };
    }

    private DrillRun ask(DrillRun run) {
        String source = place.physicalName().apply(run.table());
        TableDescription described =
                client.describeTable(request -> request.tableName(source)).table();
        try {
            client.restoreTableToPointInTime(request ->
                    request.sourceTableName(source).targetTableName(target(run)).restoreDateTime(run.at()));
        } catch (TableAlreadyExistsException | TableInUseException | ResourceInUseException asked) {
            // A tick before this one got as far as here: the name holds the time, so it is the same restore.
        }
        String export = client.exportTableToPointInTime(request -> {
                    request.tableArn(described.tableArn())
                            .s3Bucket(place.bucket())
                            .s3Prefix(run.prefix())
                            .exportFormat(ExportFormat.DYNAMODB_JSON)
                            .exportTime(run.at())
                            .clientToken(run.clientToken());
                    if (!place.keyId().isEmpty()) {
                        request.s3SseAlgorithm(S3SseAlgorithm.KMS).s3SseKmsKeyId(place.keyId());
                    }
                })
                .exportDescription()
                .exportArn();
        return run.asked(export, clock.instant());
    }

    private @Nullable DrillRun restore(DrillRun run) {
        Optional<TableStatus> status = status(target(run));
        if (status.isEmpty()) {
            return isSettled(run) ? run.over("the restored table is gone: the restore failed", clock.instant()) : null;
        }
        if (status.get() != TableStatus.ACTIVE) {
            return null;
        }
        // Whatever has expired at T and was not deleted yet would be deleted here and compared as missing.
        return isCompleted(run, settings(run).withoutExpiry()) ? run.restored(clock.instant()) : null;
    }

    private @Nullable DrillRun complete(DrillRun run) {
        return isCompleted(run, settings(run)) ? run.over("", clock.instant()) : null;
    }

    private TableSettings settings(DrillRun run) {
        return TableSettings.of(client, place.physicalName().apply(run.table()));
    }

    private boolean isCompleted(DrillRun run, TableSettings settings) {
        return RestoreCompleter.isComplete(new RestoreCompleter(client).complete(settings, target(run), Mode.DRILL));
    }

    private @Nullable DrillRun compare(DrillRun run, BooleanSupplier hasTime) {
        ExportDescription export = client.describeExport(request -> request.exportArn(run.exportArn()))
                .exportDescription();
        return switch (export.exportStatus()) {
            case COMPLETED ->
                hasTime.getAsBoolean()
                        ? comparison.next(run, target(run), export.exportManifest(), hasTime, clock.instant())
                        : null;
            case FAILED ->
                run.over("the export failed: " + export.failureCode() + " " + export.failureMessage(), clock.instant());
            default -> null;
        };
    }

    /** Not done before the table would be seen, so that none stays which a late answer has hidden. */
    private @Nullable DrillRun delete(DrillRun run) {
        Optional<TableStatus> status = status(target(run));
        if (status.isEmpty()) {
            return isSettled(run) ? run.done(clock.instant()) : null;
        }
        if (status.get() == TableStatus.ACTIVE) {
            try {
                client.deleteTable(request -> request.tableName(target(run)));
            } catch (ResourceNotFoundException | ResourceInUseException stale) {
                // It is being deleted, or is not what it was called: the next tick sees.
            }
        }
        return null;
    }

    private boolean isSettled(DrillRun run) {
        return !run.since().plus(SETTLES).isAfter(clock.instant());
    }

    private String target(DrillRun run) {
        return place.physicalName().apply(run.table()) + run.targetSuffix();
    }

    private Optional<TableStatus> status(String table) {
        try {
            return Optional.of(client.describeTable(request -> request.tableName(table))
                    .table()
                    .tableStatus());
        } catch (ResourceNotFoundException gone) {
            return Optional.empty();
        }
    }
}
