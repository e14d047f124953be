package dev.penstock.local.export;

import static dev.penstock.local.export.LocalTables.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.gateway.Gateway;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportStatus;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportType;

/** Single facts of ExportTableToPointInTime as the service was seen to answer, one test each. */
class ExportFactsTest {
    @TempDir
    static Path folder;

    private static LocalTables tables;
    private String arn = "";
    private String name = "";

    @BeforeAll
    static void start() {
        tables = new LocalTables(folder);
    }

    @AfterAll
    static void stop() {
        tables.close();
    }

    @BeforeEach
    void table(TestInfo test) {
        name = "F" + Integer.toHexString(String.valueOf(test.getTestMethod()).hashCode());
        tables.release();
        arn = tables.table(name);
    }

    private String begin(Consumer<ExportTableToPointInTimeRequest.Builder> more) {
        return tables.client
                .exportTableToPointInTime(request -> {
                    request.tableArn(arn).s3Bucket("bucket").s3Prefix(name);
                    more.accept(request);
                })
                .exportDescription()
                .exportArn();
    }

    private ExportDescription export(Consumer<ExportTableToPointInTimeRequest.Builder> more) {
        String export = begin(more);
        return tables.client.describeExport(d -> d.exportArn(export)).exportDescription();
    }

    private void refused(String code, String message, Consumer<ExportTableToPointInTimeRequest.Builder> more) {
        DynamoDbException e = assertThrows(DynamoDbException.class, () -> begin(more));
        assertEquals(code, e.awsErrorDetails().errorCode());
        assertEquals(400, e.statusCode());
        assertTrue(e.awsErrorDetails().errorMessage().contains(message), e::getMessage);
    }

    private static Consumer<ExportTableToPointInTimeRequest.Builder> window(Instant from, Instant to) {
        return e -> e.exportType(ExportType.INCREMENTAL_EXPORT)
                .incrementalExportSpecification(w -> w.exportFromTime(from).exportToTime(to));
    }

    @Test
    void anIncrementalExportNeedsExportFromTime() {
        refused(
                "ValidationException",
                "ExportFromTime must be provided in IncrementalExportSpecification",
                e -> e.exportType(ExportType.INCREMENTAL_EXPORT).incrementalExportSpecification(w -> {}));
    }

    @Test
    void aFullExportTakesNoIncrementalSpecification() {
        Instant from = tables.clock.instant();
        refused(
                "ValidationException",
                "IncrementalExportSpecification",
                e -> e.exportType(ExportType.FULL_EXPORT).incrementalExportSpecification(w -> w.exportFromTime(from)));
    }

    @Test
    void creationIsCheckedBeforeTheLengthOfTheWindow() {
        Instant created = tables.clock.instant();
        tables.clock.advance(Duration.ofHours(1));
        refused(
                "InvalidExportTimeException",
                "before the table was created",
                window(created.minusSeconds(60), created.plusSeconds(60)));
    }

    @Test
    void anEmptyIncrementalExportBillsTenMegabytes() {
        Instant from = tables.clock.instant();
        Instant to = tables.clock.advance(Duration.ofMinutes(15));
        ExportDescription export = export(window(from, to));
        assertEquals(10_000_000, export.billedSizeBytes());
        assertEquals(0, export.itemCount());
    }

    @Test
    void aKeyConditionReducesWhatIsBilledAFilterDoesNot() {
        for (int i = 0; i < 10; i++) {
            tables.client.putItem(put -> put.tableName(name).item(item("a", 1, "x".repeat(1000))));
            String pk = "p" + i;
            tables.client.putItem(put -> put.tableName(name).item(item(pk, 1, "x".repeat(1000))));
        }
        Map<String, AttributeValue> values = Map.of(":a", AttributeValue.fromS("a"));
        long all = export(e -> {}).billedSizeBytes();
        long key = export(e -> e.filterSpecification(
                        f -> f.keyConditionExpression("pk = :a").expressionAttributeValues(values)))
                .billedSizeBytes();
        long filter = export(e ->
                        e.filterSpecification(f -> f.filterExpression("v = :a").expressionAttributeValues(values)))
                .billedSizeBytes();
        assertTrue(key * 5 < all, key + " of " + all);
        assertEquals(all, filter);
    }

    @Test
    void anEmptyFilterIsRefused() {
        refused("ValidationException", "The specification can not be empty", e -> e.filterSpecification(f -> {}));
    }

    @Test
    void aFilterHasFourKilobytesAndThreeHundredOperatorsAtMost() {
        Map<String, AttributeValue> values = Map.of(":a", AttributeValue.fromS("a"));
        String tooLong = "v = :a OR " + "w".repeat(4096) + " = :a";
        refused(
                "ValidationException",
                "size has exceeded the maximum",
                e -> e.filterSpecification(f -> f.filterExpression(tooLong).expressionAttributeValues(values)));
        String many = "v=:a" + " OR v=:a".repeat(300);
        refused(
                "ValidationException",
                "operators",
                e -> e.filterSpecification(f -> f.filterExpression(many).expressionAttributeValues(values)));
    }

    @Test
    void theBucketMayBeInAnotherRegion() {
        tables.buckets.createBucket("abroad", "us-west-2");
        assertEquals(ExportStatus.COMPLETED, export(e -> e.s3Bucket("abroad")).exportStatus());
    }

    @Test
    void aBucketOfAnotherAccountIsDeniedLater() {
        ExportDescription export = export(e -> e.s3BucketOwner("999999999999"));
        assertEquals(ExportStatus.FAILED, export.exportStatus());
        assertEquals("S3AccessDenied", export.failureCode());
    }

    @Test
    void anOwnerThatIsNoAccountIsRefusedAtOnce() {
        assertThrows(DynamoDbException.class, () -> export(e -> e.s3BucketOwner("me")));
        assertEquals(
                ExportStatus.COMPLETED,
                export(e -> e.s3BucketOwner(Gateway.ACCOUNT)).exportStatus());
    }

    @Test
    void withoutATokenARetryIsASecondExport() {
        assertNotEquals(begin(e -> {}), begin(e -> {}));
    }

    @Test
    void anEmptyTableHasNineObjects() {
        ExportDescription export = export(e -> {});
        String exportFolder = export.exportManifest().replace("manifest-summary.json", "");
        assertEquals(9, tables.buckets.list("bucket", exportFolder).size());
        assertEquals(4, tables.buckets.list("bucket", exportFolder + "data/").size());
    }

    @Test
    void threeHundredExportsAtATime() {
        tables.hold();
        for (int i = 0; i < 300; i++) {
            begin(e -> {});
        }
        refused("LimitExceededException", "300", e -> {});
        tables.crash();
        tables.exports.resume(tables.store);
    }

    @Test
    void exportsAreListedForNinetyDays() {
        String export = begin(e -> {});
        tables.clock.advance(Duration.ofDays(89));
        assertEquals(List.of(export), listed());
        tables.clock.advance(Duration.ofDays(2));
        assertEquals(List.of(), listed());
        assertEquals(
                ExportStatus.COMPLETED,
                tables.client
                        .describeExport(d -> d.exportArn(export))
                        .exportDescription()
                        .exportStatus());
    }

    private List<String> listed() {
        return tables.client.listExports(l -> l.tableArn(arn)).exportSummaries().stream()
                .map(summary -> summary.exportArn())
                .toList();
    }
}
