package dev.penstock.local.imports;

import dev.penstock.lambdas.export.ExportRequest;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.dynamodb.TableDescriptions;
import dev.penstock.local.export.BucketObjects;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.s3.ObjectStore;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.model.DescribeImportRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeImportResponse;
import software.amazon.awssdk.services.dynamodb.model.ImportStatus;
import software.amazon.awssdk.services.dynamodb.model.ImportSummary;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ImportTableResponse;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.ListImportsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListImportsResponse;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * The import operations of DynamoDB. FAILED is not rolled back: the table keeps what could be imported, as on AWS. An
 * import that ran when the process ended begins again. Threadsafe.
 */
public final class Imports {
    private static final int CONCURRENT = 50;
    private static final int PAGE = 25;
    private static final Duration TOKEN_LIFETIME = Duration.ofHours(8);
    private static final Duration LISTED = Duration.ofDays(90);
    private static final String SOME_FAILED = "Some of the items failed validation checks and were not imported."
            + " Please check CloudWatch error logs for more details.";

    private final ObjectStore buckets;
    private final ImportLog log;
    private final Executor executor;
    private final Map<String, Optional<ImportJob>> running = new ConcurrentHashMap<>();

    /** @param executor runs the imports, such as a virtual thread per task */
    public Imports(ObjectStore buckets, ImportLog log, Executor executor) {
        this.buckets = buckets;
        this.log = log;
        this.executor = executor;
    }

    /** Registers the operations. */
    public void addTo(DynamoDb dynamodb) {
        dynamodb.on("ImportTable", ImportTableRequest::builder, this::importTable)
                .on("DescribeImport", DescribeImportRequest::builder, this::describe)
                .on("ListImports", ListImportsRequest::builder, this::list);
    }

    /** Begins again what was running when the process ended; its half-filled table is gone by then. */
    public void resume(RegionStore store) {
        ImportRecord.all(store.registry())
                .filter(ImportRecord::isRunning)
                .forEach(record -> start(store, record.description()));
    }

    /** The last element of an import's ARN. */
    static String id(ImportTableDescription description) {
        return description.importArn().substring(description.importArn().lastIndexOf('/') + 1);
    }

    ImportTableResponse importTable(RegionStore store, ImportTableRequest request) {
        ImportRules.check(request);
        Instant now = store.clock().instant();
        Optional<ImportTableDescription> replayed = sameToken(store, request, now);
        if (replayed.isPresent()) {
            return answer(replayed.get());
        }
        String name = request.tableCreationParameters().tableName();
        if (store.tables().find(name).isPresent()) {
            throw new AwsError(400, "ResourceInUseException", "Table already exists: " + name);
        }
        if (running.size() >= CONCURRENT) {
            throw new AwsError(
                    400,
                    "LimitExceededException",
                    "Too many concurrent imports: at most " + CONCURRENT + " can run at a time");
        }
        ImportTableDescription description = description(store, request, now);
        new ImportRecord(description).save(store.registry());
        start(store, description);
        return answer(description);
    }

    private static ImportTableResponse answer(ImportTableDescription description) {
        return ImportTableResponse.builder().importTableDescription(description).build();
    }

    /** While the import runs its token gives the same import, whatever else changed but the table's name. */
    private static Optional<ImportTableDescription> sameToken(
            RegionStore store, ImportTableRequest request, Instant now) {
        if (request.clientToken() == null) {
            return Optional.empty();
        }
        Optional<ImportTableDescription> same = ImportRecord.all(store.registry())
                .map(ImportRecord::description)
                .filter(one -> request.clientToken().equals(one.clientToken()))
                .filter(one -> one.startTime().plus(TOKEN_LIFETIME).isAfter(now))
                .findFirst();
        String name = request.tableCreationParameters().tableName();
        if (same.isPresent()
                && !same.get().tableCreationParameters().tableName().equals(name)) {
            throw new AwsError(
                    400,
                    "ImportConflictException",
                    "There was a conflict when importing: the client token " + request.clientToken()
                            + " was used for table "
                            + same.get().tableCreationParameters().tableName());
        }
        return same.filter(one -> one.importStatus() == ImportStatus.IN_PROGRESS);
    }

    private static ImportTableDescription description(RegionStore store, ImportTableRequest request, Instant now) {
        var table = TableDescriptions.of(ImportRules.table(request.tableCreationParameters()), store.region(), now);
        String id = ExportRequest.newExportId(now, RandomGenerator.getDefault().nextInt());
        return ImportTableDescription.builder()
                .importArn(table.tableArn() + "/import/" + id)
                .importStatus(ImportStatus.IN_PROGRESS)
                .tableArn(table.tableArn())
                .tableId(table.tableId())
                .clientToken(request.clientToken())
                .s3BucketSource(request.s3BucketSource())
                .errorCount(0L)
                .cloudWatchLogGroupArn("arn:aws:logs:" + store.region() + ":" + Gateway.ACCOUNT + ":log-group:"
                        + ImportLog.GROUP + ":*")
                .inputFormat(request.inputFormat())
                .inputFormatOptions(request.inputFormatOptions())
                .inputCompressionType(
                        Objects.requireNonNullElse(request.inputCompressionType(), InputCompressionType.NONE))
                .tableCreationParameters(request.tableCreationParameters())
                .startTime(now)
                .processedSizeBytes(0L)
                .processedItemCount(0L)
                .importedItemCount(0L)
                .build();
    }

    private void start(RegionStore store, ImportTableDescription description) {
        running.put(description.importArn(), Optional.empty());
        executor.execute(() -> {
            try {
                new ImportRecord(run(store, description)).save(store.registry());
            } finally {
                running.remove(description.importArn());
            }
        });
    }

    private ImportTableDescription run(RegionStore store, ImportTableDescription description) {
        String bucket = description.s3BucketSource().s3Bucket();
        if (!buckets.hasBucket(bucket)) {
            return failed(store, description, "S3NoSuchBucket", "The specified bucket does not exist: " + bucket);
        }
        // All buckets are this account's. S3 answers 403 where the owner is another than the expected one (User Guide,
        // "Verifying bucket ownership with bucket owner condition"); an export then is FAILED with this code.
        String owner = description.s3BucketSource().s3BucketOwner();
        if (owner != null && !owner.equals(Gateway.ACCOUNT)) {
            return failed(store, description, "S3AccessDenied", "The bucket " + bucket + " is not owned by " + owner);
        }
        Table table;
        synchronized (this) {
            if (store.tables()
                    .find(description.tableCreationParameters().tableName())
                    .isPresent()) {
                return failed(
                        store,
                        description,
                        "TableAlreadyExists",
                        "Table already exists: "
                                + description.tableCreationParameters().tableName());
            }
            try {
                table = create(store, description);
            } catch (RuntimeException e) {
                return failed(store, description, "TableCreationFailed", String.valueOf(e.getMessage()));
            }
        }
        ImportJob job = new ImportJob(store, table, description, new BucketObjects(buckets, bucket), log);
        running.put(description.importArn(), Optional.of(job));
        try {
            job.run();
        } catch (RuntimeException e) {
            store.activate(table);
            return failed(store, counted(description, job), "INTERNAL_ERROR", String.valueOf(e.getMessage()));
        }
        store.activate(table);
        ImportTableDescription ended = counted(description, job);
        return job.errors.get() > 0
                ? failed(store, ended, "ItemValidationError", SOME_FAILED)
                : ended.toBuilder()
                        .importStatus(ImportStatus.COMPLETED)
                        .endTime(store.clock().instant())
                        .build();
    }

    private static Table create(RegionStore store, ImportTableDescription description) {
        var table = TableDescriptions.of(
                        ImportRules.table(description.tableCreationParameters()),
                        store.region(),
                        store.clock().instant())
                .toBuilder()
                .tableStatus(TableStatus.CREATING)
                .tableId(description.tableId())
                .build();
        return store.create(table, made -> List.of());
    }

    private static ImportTableDescription counted(ImportTableDescription description, ImportJob job) {
        return description.toBuilder()
                .processedSizeBytes(job.processedBytes.get())
                .processedItemCount(job.processed.get())
                .importedItemCount(job.imported.get())
                .errorCount(job.errors.get())
                .build();
    }

    private static ImportTableDescription failed(
            RegionStore store, ImportTableDescription description, String code, String message) {
        return description.toBuilder()
                .importStatus(ImportStatus.FAILED)
                .endTime(store.clock().instant())
                .failureCode(code)
                .failureMessage(message)
                .build();
    }

    DescribeImportResponse describe(RegionStore store, DescribeImportRequest request) {
        ImportTableDescription description = ImportRecord.find(
                        store.registry(), AwsError.required("importArn", request.importArn()))
                .orElseThrow(
                        () -> new AwsError(400, "ImportNotFoundException", "Import not found: " + request.importArn()))
                .description();
        Optional<ImportJob> job = running.getOrDefault(description.importArn(), Optional.empty());
        boolean counts = description.importStatus() == ImportStatus.IN_PROGRESS && job.isPresent();
        return DescribeImportResponse.builder()
                .importTableDescription(counts ? counted(description, job.get()) : description)
                .build();
    }

    ListImportsResponse list(RegionStore store, ListImportsRequest request) {
        int limit = Objects.requireNonNullElse(request.pageSize(), PAGE);
        if (limit < 1 || limit > PAGE) {
            throw AwsError.validation("1 validation error detected: Value '" + limit
                    + "' at 'pageSize' failed to satisfy constraint: Member must have value between 1 and " + PAGE);
        }
        Instant oldest = store.clock().instant().minus(LISTED);
        List<ImportTableDescription> all = ImportRecord.all(store.registry())
                .map(ImportRecord::description)
                .filter(one -> one.startTime().isAfter(oldest))
                .filter(one -> request.tableArn() == null || one.tableArn().equals(request.tableArn()))
                .sorted(Comparator.comparing(ImportTableDescription::importArn))
                .filter(one -> request.nextToken() == null || one.importArn().compareTo(request.nextToken()) > 0)
                .toList();
        List<ImportTableDescription> page = all.subList(0, Math.min(limit, all.size()));
        return ListImportsResponse.builder()
                .importSummaryList(page.stream().map(Imports::summary).toList())
                .nextToken(page.size() < all.size() ? page.getLast().importArn() : null)
                .build();
    }

    private static ImportSummary summary(ImportTableDescription one) {
        return ImportSummary.builder()
                .importArn(one.importArn())
                .importStatus(one.importStatus())
                .tableArn(one.tableArn())
                .s3BucketSource(one.s3BucketSource())
                .cloudWatchLogGroupArn(one.cloudWatchLogGroupArn())
                .inputFormat(one.inputFormat())
                .startTime(one.startTime())
                .endTime(one.endTime())
                .build();
    }
}
