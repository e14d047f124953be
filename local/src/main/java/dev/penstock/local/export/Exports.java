package dev.penstock.local.export;

import dev.penstock.lambdas.export.ExportRequest;
import dev.penstock.lambdas.export.ManifestSummary;
import dev.penstock.local.backup.ContinuousBackups;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.s3.ObjectStore;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportResponse;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportStatus;
import software.amazon.awssdk.services.dynamodb.model.ExportSummary;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeResponse;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;
import software.amazon.awssdk.services.dynamodb.model.ListExportsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListExportsResponse;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;

/**
 * The export operations of DynamoDB. An export takes no capacity of the table; it survives a restart: one that was
 * running begins again, and gives the same items, since a point in time does not change. Threadsafe.
 */
public final class Exports {
    private static final int CONCURRENT = 300;
    private static final int PAGE = 25;
    private static final Duration TOKEN_LIFETIME = Duration.ofHours(8);
    private static final Duration LISTED = Duration.ofDays(90);

    private final ObjectStore buckets;
    private final Executor executor;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    /** @param executor runs the exports, such as a virtual thread per task */
    public Exports(ObjectStore buckets, Executor executor) {
        this.buckets = buckets;
        this.executor = executor;
    }

    /** Registers the operations. */
    public void addTo(DynamoDb dynamodb) {
        dynamodb.on("ExportTableToPointInTime", ExportTableToPointInTimeRequest::builder, this::export)
                .on("DescribeExport", DescribeExportRequest::builder, this::describe)
                .on("ListExports", ListExportsRequest::builder, this::list);
    }

    /** Begins again what was running when the process ended. */
    public void resume(RegionStore store) {
        ExportRecord.all(store.registry()).filter(ExportRecord::isRunning).forEach(record -> start(store, record));
    }

    ExportTableToPointInTimeResponse export(RegionStore store, ExportTableToPointInTimeRequest request) {
        ExportRules.checkParameters(request);
        Instant now = store.clock().instant();
        Optional<ExportRecord> replayed = sameToken(store, request, now);
        if (replayed.isPresent()) {
            return answer(replayed.get());
        }
        Table table = store.tables()
                .find(request.tableArn())
                .filter(found -> found.arn().equals(request.tableArn()))
                .orElseThrow(
                        () -> new AwsError(400, "TableNotFoundException", "Table not found: " + request.tableArn()));
        Instant earliest = new ContinuousBackups(store)
                .earliest(table)
                .orElseThrow(() -> new AwsError(
                        400,
                        "PointInTimeRecoveryUnavailableException",
                        "Point in time recovery is not enabled for table '" + table.name() + "'"));
        ExportDescription description = describe(store, request, table, earliest, now);
        ExportFilter.of(request.filterSpecification(), table.keyNames());
        if (running.size() >= CONCURRENT) {
            throw new AwsError(
                    400,
                    "LimitExceededException",
                    "Too many concurrent exports: at most " + CONCURRENT + " can run at a time");
        }
        ExportRecord record = new ExportRecord(request, description);
        record.save(store.registry());
        start(store, record);
        return answer(record);
    }

    private static ExportTableToPointInTimeResponse answer(ExportRecord record) {
        return ExportTableToPointInTimeResponse.builder()
                .exportDescription(record.description())
                .build();
    }

    /** What a token stands for, for eight hours; also after the export FAILED. */
    private static Optional<ExportRecord> sameToken(
            RegionStore store, ExportTableToPointInTimeRequest request, Instant now) {
        if (request.clientToken() == null) {
            return Optional.empty();
        }
        Optional<ExportRecord> same = ExportRecord.all(store.registry())
                .filter(record -> request.clientToken().equals(record.request().clientToken()))
                .filter(record ->
                        record.description().startTime().plus(TOKEN_LIFETIME).isAfter(now))
                .findFirst();
        if (same.isPresent() && !same.get().request().equalsBySdkFields(request)) {
            throw new AwsError(
                    400,
                    "ExportConflictException",
                    "There was a conflict when exporting: the client token " + request.clientToken()
                            + " was used with other parameters");
        }
        return same;
    }

    /**
     * Now, but after the last write, whose number can be ahead of a clock that stands still; whole milliseconds. Later
     * writes get later numbers, so that a window which begins at this time has all of them.
     */
    private static Instant everythingSoFar(RegionStore store, Instant now) {
        Instant afterLast = Micros.toInstant(store.journal().last() + 1);
        Instant latest = afterLast.isAfter(now) ? afterLast : now;
        Instant time = Instant.ofEpochMilli(latest.plusNanos(999_999).toEpochMilli());
        store.journal().observe(Micros.of(time) - 1);
        return time;
    }

    private static ExportDescription describe(
            RegionStore store, ExportTableToPointInTimeRequest request, Table table, Instant earliest, Instant now) {
        String id = ExportRequest.newExportId(now, RandomGenerator.getDefault().nextInt());
        ExportDescription.Builder export = ExportDescription.builder()
                .exportArn(table.arn() + "/export/" + id)
                .exportStatus(ExportStatus.IN_PROGRESS)
                .startTime(Instant.ofEpochMilli(now.toEpochMilli()))
                .tableArn(table.arn())
                .tableId(table.description().tableId())
                .clientToken(request.clientToken())
                .s3Bucket(request.s3Bucket())
                .s3BucketOwner(request.s3BucketOwner())
                .s3Prefix(request.s3Prefix())
                .s3SseAlgorithm(Objects.requireNonNullElse(request.s3SseAlgorithm(), S3SseAlgorithm.AES256))
                .s3SseKmsKeyId(request.s3SseKmsKeyId())
                .exportFormat(Objects.requireNonNullElse(request.exportFormat(), ExportFormat.DYNAMODB_JSON))
                // A full export that was asked for without a type has none in any answer.
                .exportType(request.exportType())
                .filterSpecification(request.filterSpecification());
        if (!ExportRules.isIncremental(request)) {
            if (request.exportTime() == null) {
                return export.exportTime(everythingSoFar(store, now)).build();
            }
            ExportRules.checkTime(request.exportTime(), earliest, now);
            return export.exportTime(request.exportTime()).build();
        }
        var window = request.incrementalExportSpecification();
        Instant to = Objects.requireNonNullElse(window.exportToTime(), now);
        ExportRules.checkWindow(window.exportFromTime(), to, table.description().creationDateTime(), earliest, now);
        return export.incrementalExportSpecification(window.toBuilder()
                        .exportToTime(to)
                        .exportViewType(
                                Objects.requireNonNullElse(window.exportViewType(), ExportViewType.NEW_AND_OLD_IMAGES))
                        .build())
                .build();
    }

    private void start(RegionStore store, ExportRecord record) {
        String arn = record.description().exportArn();
        running.add(arn);
        executor.execute(() -> {
            try {
                record.with(run(store, record)).save(store.registry());
            } finally {
                running.remove(arn);
            }
        });
    }

    private ExportDescription run(RegionStore store, ExportRecord record) {
        ExportDescription export = record.description();
        Optional<Table> table = store.tables()
                .find(export.tableArn())
                .filter(found -> found.description().tableId().equals(export.tableId()));
        if (table.isEmpty()) {
            return failed(store, export, "TableNotFound", "The table was deleted while its export ran");
        }
        if (!buckets.hasBucket(export.s3Bucket())) {
            return failed(store, export, "S3NoSuchBucket", "The specified bucket does not exist: " + export.s3Bucket());
        }
        if (export.s3BucketOwner() != null && !export.s3BucketOwner().equals(Gateway.ACCOUNT)) {
            return failed(
                    store,
                    export,
                    "S3AccessDenied",
                    "The bucket " + export.s3Bucket() + " is not owned by " + export.s3BucketOwner());
        }
        ExportFilter filter = ExportFilter.of(
                record.request().filterSpecification(), table.get().keyNames());
        try {
            ExportJob job =
                    new ExportJob(store, table.get(), filter, export, new BucketObjects(buckets, export.s3Bucket()));
            ManifestSummary summary = job.run();
            return export.toBuilder()
                    .exportStatus(ExportStatus.COMPLETED)
                    .endTime(summary.endTime())
                    .exportManifest(job.manifest())
                    .billedSizeBytes(summary.billedSizeBytes())
                    .itemCount(summary.itemCount())
                    .build();
        } catch (IOException | RuntimeException e) {
            return failed(store, export, "INTERNAL_ERROR", String.valueOf(e.getMessage()));
        }
    }

    private static ExportDescription failed(RegionStore store, ExportDescription export, String code, String message) {
        return export.toBuilder()
                .exportStatus(ExportStatus.FAILED)
                .endTime(store.clock().instant())
                .failureCode(code)
                .failureMessage(message)
                .build();
    }

    DescribeExportResponse describe(RegionStore store, DescribeExportRequest request) {
        return DescribeExportResponse.builder()
                .exportDescription(
                        ExportRecord.find(store.registry(), AwsError.required("exportArn", request.exportArn()))
                                .orElseThrow(() -> new AwsError(
                                        400, "ExportNotFoundException", "Export not found: " + request.exportArn()))
                                .description())
                .build();
    }

    ListExportsResponse list(RegionStore store, ListExportsRequest request) {
        int limit = Objects.requireNonNullElse(request.maxResults(), PAGE);
        if (limit < 1 || limit > PAGE) {
            throw AwsError.validation("1 validation error detected: Value '" + limit
                    + "' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and " + PAGE);
        }
        Instant oldest = store.clock().instant().minus(LISTED);
        List<ExportDescription> all = ExportRecord.all(store.registry())
                .map(ExportRecord::description)
                .filter(export -> export.startTime().isAfter(oldest))
                .filter(export -> request.tableArn() == null
                        || (export.tableArn().equals(request.tableArn())
                                && store.tables().find(export.tableArn()).isPresent()))
                .sorted(Comparator.comparing(ExportDescription::exportArn))
                .filter(export ->
                        request.nextToken() == null || export.exportArn().compareTo(request.nextToken()) > 0)
                .toList();
        List<ExportDescription> page = all.subList(0, Math.min(limit, all.size()));
        return ListExportsResponse.builder()
                .exportSummaries(page.stream()
                        .map(export -> ExportSummary.builder()
                                .exportArn(export.exportArn())
                                .exportStatus(export.exportStatus())
                                .exportType(Objects.requireNonNullElse(export.exportType(), ExportType.FULL_EXPORT))
                                .build())
                        .toList())
                .nextToken(page.size() < all.size() ? page.getLast().exportArn() : null)
                .build();
    }
}
