package dev.penstock.lambdas.export;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;

/**
 * {@code manifest-summary.json}: what was exported, from when, how much. Member names and order are AWS's.
 *
 * @param exportTime of a full export; null for an incremental one
 * @param exportFromTime inclusive start of an incremental export's window; null for a full one
 * @param exportToTime exclusive end of that window
 * @param s3Prefix as requested, null if none
 */
public record ManifestSummary(
        String exportArn,
        Instant startTime,
        Instant endTime,
        String tableArn,
        String tableId,
        @Nullable Instant exportTime,
        @Nullable Instant exportFromTime,
        @Nullable Instant exportToTime,
        @Nullable ExportViewType outputView,
        String s3Bucket,
        @Nullable String s3Prefix,
        String s3SseAlgorithm,
        @Nullable String s3SseKmsKeyId,
        String manifestFilesS3Key,
        long billedSizeBytes,
        long itemCount,
        ExportFormat outputFormat) {

    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    public boolean isIncremental() {
        return exportFromTime != null;
    }

    /** The last element of the ARN: {@code 01693685827463-2d8752fd}. */
    public String exportId() {
        return exportArn.substring(exportArn.lastIndexOf('/') + 1);
    }

    String toJson() {
        LineBuilder json =
                new LineBuilder().ascii("{\"version\":\"").ascii(isIncremental() ? "2023-08-01\"" : "2020-06-30\"");
        member(json, "exportArn", exportArn);
        member(json, "startTime", TIME.format(startTime));
        member(json, "endTime", TIME.format(endTime));
        member(json, "tableArn", tableArn);
        member(json, "tableId", tableId);
        member(json, "exportTime", time(exportTime));
        member(json, "exportFromTime", time(exportFromTime));
        member(json, "exportToTime", time(exportToTime));
        json.ascii(",\"s3Bucket\":").json(s3Bucket);
        nullable(json, "s3Prefix", s3Prefix);
        member(json, "s3SseAlgorithm", s3SseAlgorithm);
        nullable(json, "s3SseKmsKeyId", s3SseKmsKeyId);
        member(json, "manifestFilesS3Key", manifestFilesS3Key);
        json.ascii(",\"billedSizeBytes\":").ascii(Long.toString(billedSizeBytes));
        json.ascii(",\"itemCount\":").ascii(Long.toString(itemCount));
        member(json, "outputFormat", outputFormat.toString());
        member(json, "outputView", outputView == null ? null : outputView.toString());
        member(json, "exportType", isIncremental() ? "INCREMENTAL_EXPORT" : "FULL_EXPORT");
        return json.ascii('}').toString();
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : TIME.format(time);
    }

    private static void member(LineBuilder json, String name, @Nullable String value) {
        if (value != null) {
            json.ascii(",\"").ascii(name).ascii("\":").json(value);
        }
    }

    /** Members that AWS shows as null when they were not given. */
    private static void nullable(LineBuilder json, String name, @Nullable String value) {
        if (value == null) {
            json.ascii(",\"").ascii(name).ascii("\":null");
        } else {
            member(json, name, value);
        }
    }

    static ManifestSummary fromJson(String document) {
        Map<String, @Nullable Object> json = Json.parseObject(document);
        String view = optional(json, "outputView");
        return new ManifestSummary(
                required(json, "exportArn"),
                Instant.parse(required(json, "startTime")),
                Instant.parse(required(json, "endTime")),
                required(json, "tableArn"),
                required(json, "tableId"),
                instant(json, "exportTime"),
                instant(json, "exportFromTime"),
                instant(json, "exportToTime"),
                view == null ? null : ExportViewType.fromValue(view),
                required(json, "s3Bucket"),
                optional(json, "s3Prefix"),
                required(json, "s3SseAlgorithm"),
                optional(json, "s3SseKmsKeyId"),
                required(json, "manifestFilesS3Key"),
                number(json, "billedSizeBytes"),
                number(json, "itemCount"),
                ExportFormat.fromValue(required(json, "outputFormat")));
    }

    private static String required(Map<String, @Nullable Object> json, String name) {
        String value = optional(json, name);
        if (value == null) {
            throw new MalformedException("manifest-summary.json needs the member " + name, 0);
        }
        return value;
    }

    private static @Nullable String optional(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof String text ? text : null;
    }

    private static @Nullable Instant instant(Map<String, @Nullable Object> json, String name) {
        String text = optional(json, name);
        return text == null ? null : Instant.parse(text);
    }

    private static long number(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof BigDecimal number ? number.longValueExact() : 0;
    }
}
