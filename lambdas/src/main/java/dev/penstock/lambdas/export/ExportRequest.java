package dev.penstock.lambdas.export;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;

/**
 * What an export is of and how it is written; {@link ExportWriter} adds what only the end can tell.
 *
 * @param exportId zero-padded start time in milliseconds, a dash, 8 hexadecimal digits
 * @param exportTime of a full export; null for an incremental one, which has the other two
 * @param s3Prefix stored verbatim and joined with a slash; null if none
 */
public record ExportRequest(
        String tableArn,
        String tableId,
        String exportId,
        Instant startTime,
        @Nullable Instant exportTime,
        @Nullable Instant exportFromTime,
        @Nullable Instant exportToTime,
        @Nullable ExportViewType outputView,
        String s3Bucket,
        @Nullable String s3Prefix,
        String s3SseAlgorithm,
        @Nullable String s3SseKmsKeyId,
        ExportFormat format) {

    public ExportRequest {
        if ((exportTime == null) == (exportFromTime == null || exportToTime == null)) {
            throw new IllegalArgumentException(
                    "an export has either exportTime (full) or exportFromTime and exportToTime"
                            + " (incremental); given: " + exportTime + ", " + exportFromTime + ", " + exportToTime);
        }
    }

    /** The id that AWS would give an export started at this time: 14 digits of milliseconds and 8 hexadecimal digits. */
    public static String newExportId(Instant startTime, int random) {
        return "%014d-%08x".formatted(startTime.toEpochMilli(), random);
    }

    public static ExportRequest full(
            String tableArn,
            String tableId,
            Instant start,
            int random,
            Instant exportTime,
            String bucket,
            @Nullable String prefix,
            ExportFormat format) {
        return new ExportRequest(
                tableArn,
                tableId,
                newExportId(start, random),
                start,
                exportTime,
                null,
                null,
                null,
                bucket,
                prefix,
                "AES256",
                null,
                format);
    }

    public static ExportRequest incremental(
            String tableArn,
            String tableId,
            Instant start,
            int random,
            Instant from,
            Instant to,
            ExportViewType view,
            String bucket,
            @Nullable String prefix,
            ExportFormat format) {
        return new ExportRequest(
                tableArn,
                tableId,
                newExportId(start, random),
                start,
                null,
                from,
                to,
                view,
                bucket,
                prefix,
                "AES256",
                null,
                format);
    }

    public boolean isIncremental() {
        return exportFromTime != null;
    }

    public String exportArn() {
        return tableArn + "/export/" + exportId;
    }

    /** Folder of the manifests, without a slash at its end. */
    public String folder() {
        return root() + "/" + exportId;
    }

    /** Folder of the data files: one per full export, one shared by all incremental exports below the same prefix. */
    public String dataFolder() {
        return (isIncremental() ? root() : folder()) + "/data";
    }

    private String root() {
        return s3Prefix == null || s3Prefix.isEmpty() ? "AWSDynamoDB" : s3Prefix + "/AWSDynamoDB";
    }

    public String manifestSummaryKey() {
        return folder() + "/manifest-summary.json";
    }
}
