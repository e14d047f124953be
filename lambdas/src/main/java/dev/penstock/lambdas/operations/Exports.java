package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.operations.ExportRun.Kind;
import dev.penstock.lambdas.operations.ExportRun.Status;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;
import software.amazon.awssdk.services.dynamodb.model.InvalidExportTimeException;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;

/**
 * Exports a table step by step. The wish is written down before it is asked for, under a client token that follows from it:
 * whenever a tick crashes, the next one takes the same step again, and DynamoDB gives the same export back.
 */
final class Exports {

    /** Attempts at one window before it waits for a person; the alarm on failed ticks has gone off by then. */
    static final int MOST_ATTEMPTS = 5;

    private final DynamoDbClient client;
    private final ExportRuns runs;
    private final Destination destination;
    private final Consumer<ExportRun> register;
    private final InstantSource clock;

    /**
     * Where exports go.
     *
     * @param tableArn the ARN of a table by its logical name
     * @param keyId the customer key of the bucket; empty: S3's own
     */
    record Destination(UnaryOperator<String> tableArn, String bucket, String keyId) {}

    /** @param register makes a finished export queryable; may be called again for the same one */
    Exports(
            DynamoDbClient client,
            ExportRuns runs,
            Destination destination,
            Consumer<ExportRun> register,
            InstantSource clock) {
        this.client = client;
        this.runs = runs;
        this.destination = destination;
        this.register = register;
        this.clock = clock;
    }

    /** Takes the next step for a table. */
    Status tick(String table, Kind kind) {
        Optional<ExportRun> last = runs.find(table, kind);
        if (last.isPresent() && last.get().status() == Status.RUNNING) {
            return follow(last.get());
        }
        Optional<ExportRun> due = switch (kind) {
            case FULL -> ExportPlan.full(table, last, clock.instant());
            case INCREMENTAL -> ExportPlan.incremental(table, last, runs.find(table, Kind.FULL), clock.instant());
        };
        if (due.isEmpty() || !runs.replace(last, due.get())) {
            return Status.DONE;
        }
        return follow(due.get());
    }

    private Status follow(ExportRun run) {
        if (run.exportArn().isEmpty()) {
            try {
                runs.replace(Optional.of(run), run.started(start(run)));
                return Status.RUNNING;
            } catch (InvalidExportTimeException outside) {
                return giveUp(run, outside);
            }
        }
        ExportDescription export = client.describeExport(request -> request.exportArn(run.exportArn()))
                .exportDescription();
        return switch (export.exportStatus()) {
            case COMPLETED -> {
                register.accept(run);
                runs.replace(Optional.of(run), run.done());
                yield Status.DONE;
            }
            case FAILED -> {
                if (run.attempt() < MOST_ATTEMPTS) {
                    runs.replace(Optional.of(run), run.failed());
                }
                throw new IllegalStateException("export of %s, attempt %d, failed: %s %s"
                        .formatted(run.table(), run.attempt(), export.failureCode(), export.failureMessage()));
            }
            default -> Status.RUNNING;
        };
    }

    /**
     * The recovery period does not reach back to the run, and never will: its table is younger, or was made anew, or its
     * recovery was switched off in between. A full export is made a little later; windows need a new one to begin at.
     */
    private Status giveUp(ExportRun run, InvalidExportTimeException outside) {
        runs.forget(run);
        if (run.kind() == Kind.FULL) {
            return Status.DONE;
        }
        runs.find(run.table(), Kind.FULL)
                .filter(full -> full.status() == Status.DONE)
                .ifPresent(runs::forget);
        throw new IllegalStateException(
                "changes of %s from %s to %s can't be exported any more; the next full export begins anew: %s"
                        .formatted(run.table(), run.from(), run.to(), outside.getMessage()),
                outside);
    }

    private String start(ExportRun run) {
        return client.exportTableToPointInTime(request -> {
                    request.tableArn(destination.tableArn().apply(run.table()))
                            .s3Bucket(destination.bucket())
                            .s3Prefix(run.prefix())
                            .exportFormat(ExportFormat.DYNAMODB_JSON)
                            .clientToken(run.clientToken());
                    if (!destination.keyId().isEmpty()) {
                        request.s3SseAlgorithm(S3SseAlgorithm.KMS).s3SseKmsKeyId(destination.keyId());
                    }
                    switch (run.kind()) {
                        case FULL -> request.exportType(ExportType.FULL_EXPORT).exportTime(run.to());
                        case INCREMENTAL ->
                            request.exportType(ExportType.INCREMENTAL_EXPORT)
                                    .incrementalExportSpecification(window -> window.exportFromTime(run.from())
                                            .exportToTime(run.to())
                                            .exportViewType(ExportViewType.NEW_AND_OLD_IMAGES));
                    }
                })
                .exportDescription()
                .exportArn();
    }
}
