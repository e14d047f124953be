package dev.penstock.local.export;

import dev.penstock.local.gateway.AwsError;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;
import software.amazon.awssdk.services.dynamodb.model.IncrementalExportSpecification;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;

/** What ExportTableToPointInTime refuses at once, in the order in which AWS does. */
final class ExportRules {
    private static final Duration SHORTEST_WINDOW = Duration.ofMinutes(15);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(24);
    private static final int LONGEST_PREFIX = 1024;

    private ExportRules() {}

    static boolean isIncremental(ExportTableToPointInTimeRequest request) {
        return request.exportType() == ExportType.INCREMENTAL_EXPORT;
    }

    /** The parameters by themselves. */
    static void checkParameters(ExportTableToPointInTimeRequest request) {
        AwsError.required("tableArn", request.tableArn());
        AwsError.required("s3Bucket", request.s3Bucket());
        if (!request.tableArn().matches("arn:aws[\\w-]*:dynamodb:[\\w-]+:\\d{12}:table/[\\w.-]+")) {
            throw AwsError.validation("Invalid table ARN: " + request.tableArn()
                    + "; ExportTableToPointInTime takes the ARN of a table, not its name");
        }
        oneOf("exportType", request.exportTypeAsString(), ExportType.knownValues());
        oneOf(
                "exportFormat",
                request.exportFormatAsString(),
                software.amazon.awssdk.services.dynamodb.model.ExportFormat.knownValues());
        oneOf("s3SseAlgorithm", request.s3SseAlgorithmAsString(), S3SseAlgorithm.knownValues());
        if (request.s3BucketOwner() != null && !request.s3BucketOwner().matches("[0-9]{12}")) {
            throw AwsError.validation("1 validation error detected: Value '" + request.s3BucketOwner()
                    + "' at 's3BucketOwner' failed to satisfy constraint: Member must satisfy regular expression"
                    + " pattern: [0-9]{12}");
        }
        if (request.s3Prefix() != null && request.s3Prefix().length() > LONGEST_PREFIX) {
            throw AwsError.validation("1 validation error detected: Value '" + request.s3Prefix()
                    + "' at 's3Prefix' failed to satisfy constraint: Member must have length less than or equal to "
                    + LONGEST_PREFIX);
        }
        if (request.s3SseKmsKeyId() != null && request.s3SseAlgorithm() != S3SseAlgorithm.KMS) {
            throw AwsError.validation("S3SseKmsKeyId can only be specified when S3SseAlgorithm is KMS");
        }
        IncrementalExportSpecification window = request.incrementalExportSpecification();
        if (window != null && !isIncremental(request)) {
            throw AwsError.validation(
                    "IncrementalExportSpecification can only be specified when ExportType is INCREMENTAL_EXPORT");
        }
        if (isIncremental(request)) {
            if (request.exportTime() != null) {
                throw AwsError.validation("ExportTime can not be specified when ExportType is INCREMENTAL_EXPORT");
            }
            if (window == null || window.exportFromTime() == null) {
                throw AwsError.validation("ExportFromTime must be provided in IncrementalExportSpecification");
            }
            oneOf("exportViewType", window.exportViewTypeAsString(), ExportViewType.knownValues());
        }
    }

    private static void oneOf(
            String member,
            @org.jspecify.annotations.Nullable String value,
            java.util.Collection<? extends Enum<?>> known) {
        if (value != null && known.stream().noneMatch(one -> one.toString().equals(value))) {
            throw AwsError.validation("1 validation error detected: Value '" + value + "' at '" + member
                    + "' failed to satisfy constraint: Member must satisfy enum value set: " + known);
        }
    }

    /** A full export's time: within the recovery period. */
    static void checkTime(Instant exportTime, Instant earliest, Instant now) {
        if (exportTime.isBefore(earliest) || exportTime.isAfter(now)) {
            throw invalidTime("ExportTime " + exportTime + " is outside of the recovery period, which is " + earliest
                    + " to " + now);
        }
    }

    /** An incremental export's window; every violation is InvalidExportTimeException, never ValidationException. */
    static void checkWindow(Instant from, Instant to, Instant created, Instant earliest, Instant now) {
        if (from.isBefore(created)) {
            throw invalidTime("ExportFromTime " + from + " is before the table was created at " + created);
        }
        Duration length = Duration.between(from, to);
        if (length.compareTo(SHORTEST_WINDOW) < 0 || length.compareTo(LONGEST_WINDOW) > 0) {
            throw invalidTime(
                    "The export period must be between 15 minutes and 24 hours; given: " + from + " to " + to);
        }
        if (from.isBefore(earliest) || to.isAfter(now)) {
            throw invalidTime("The export period " + from + " to " + to
                    + " is outside of the recovery period, which is " + earliest + " to " + now);
        }
    }

    private static AwsError invalidTime(String message) {
        return new AwsError(400, "InvalidExportTimeException", message);
    }
}
