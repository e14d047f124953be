package dev.penstock.local.export;

import static dev.penstock.local.export.LocalTables.item;
import static dev.penstock.local.export.LocalTables.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.export.Change;
import dev.penstock.lambdas.export.ExportReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExportConflictException;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ExportStatus;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;
import software.amazon.awssdk.services.dynamodb.model.InvalidExportTimeException;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;
import software.amazon.awssdk.services.dynamodb.model.TableNotFoundException;

class ExportsTest {
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
        name = "T" + Integer.toHexString((test.getDisplayName() + test.getTestMethod()).hashCode());
        arn = tables.table(name);
    }

    private void put(Map<String, AttributeValue> item) {
        tables.client.putItem(put -> put.tableName(name).item(item));
    }

    private static Instant pass(Duration time) {
        return tables.clock.advance(time);
    }

    private ExportDescription export(Consumer<ExportTableToPointInTimeRequest.Builder> more) {
        String export = tables.client
                .exportTableToPointInTime(request -> {
                    request.tableArn(arn).s3Bucket("bucket").s3Prefix(name);
                    more.accept(request);
                })
                .exportDescription()
                .exportArn();
        return tables.client
                .describeExport(describe -> describe.exportArn(export))
                .exportDescription();
    }

    private static Set<Map<String, AttributeValue>> items(ExportDescription export) throws IOException {
        Set<Map<String, AttributeValue>> items = new HashSet<>();
        read(export).items(items::add);
        return items;
    }

    private static List<Change> changes(ExportDescription export) throws IOException {
        List<Change> changes = new ArrayList<>();
        read(export).changes(changes::add);
        return changes;
    }

    private static ExportReader read(ExportDescription export) throws IOException {
        assertEquals(ExportStatus.COMPLETED, export.exportStatus(), export::toString);
        ExportReader reader = ExportReader.open(new BucketObjects(tables.buckets, "bucket"), export.exportManifest());
        reader.verify();
        return reader;
    }

    @ParameterizedTest
    @EnumSource(
            value = ExportFormat.class,
            names = {"DYNAMODB_JSON", "ION"})
    void aFullExportIsTheTableAtThatSecond(ExportFormat format) throws IOException {
        put(item("a", 1, "old"));
        put(item("b", 1, "gone"));
        Instant at = pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        put(item("a", 1, "new"));
        put(item("c", 1, "late"));
        tables.client.deleteItem(delete -> delete.tableName(name).key(key("b", 1)));
        ExportDescription export = export(e -> e.exportTime(at).exportFormat(format));
        assertEquals(Set.of(item("a", 1, "old"), item("b", 1, "gone")), items(export));
        assertEquals(2, export.itemCount());
        assertTrue(export.billedSizeBytes() > 0);
        assertEquals(Set.of(item("a", 1, "new"), item("c", 1, "late")), items(export(e -> e.exportFormat(format))));
    }

    @Test
    void whatDescribeExportShowsOfADefaultExport() throws IOException {
        ExportDescription export = export(e -> {});
        assertNull(export.exportType(), "a default full export has no type in any answer");
        assertEquals(ExportFormat.DYNAMODB_JSON, export.exportFormat());
        assertEquals(S3SseAlgorithm.AES256, export.s3SseAlgorithm());
        String id = export.exportArn().substring(export.exportArn().lastIndexOf('/') + 1);
        assertTrue(id.matches("\\d{14}-[0-9a-f]{8}"), id);
        assertEquals(export.startTime().toEpochMilli(), Long.parseLong(id.substring(0, 14)));
        assertEquals(name + "/AWSDynamoDB/" + id + "/manifest-summary.json", export.exportManifest());
        ExportReader reader = read(export);
        assertEquals(4, reader.files().size(), "an empty partition gives an empty file");
        assertEquals(export.exportTime(), reader.summary().exportTime());
    }

    @Test
    void anIncrementalExportHasOneNetChangePerKey() throws IOException {
        put(item("updated", 1, "before"));
        put(item("deleted", 1, "before"));
        put(item("same", 1, "before"));
        Instant from = pass(Duration.ofSeconds(1));
        put(item("updated", 1, "between"));
        Instant updated = pass(Duration.ofMinutes(5));
        put(item("updated", 1, "after"));
        put(item("inserted", 1, "after"));
        put(item("fleeting", 1, "x"));
        tables.client.deleteItem(delete -> delete.tableName(name).key(key("fleeting", 1)));
        tables.client.deleteItem(delete -> delete.tableName(name).key(key("deleted", 1)));
        Instant to = pass(Duration.ofMinutes(15));
        put(item("updated", 1, "too late"));
        ExportDescription export = incremental(from, to, ExportViewType.NEW_AND_OLD_IMAGES);
        List<Change> changes = changes(export);
        assertEquals(3, changes.size(), changes::toString);
        Map<String, Change> byKey = changes.stream()
                .collect(java.util.stream.Collectors.toMap(
                        c -> c.keys().get("pk").s(), c -> c));
        Change update = byKey.get("updated");
        assertEquals(item("updated", 1, "before"), update.oldImage());
        assertEquals(item("updated", 1, "after"), update.newImage());
        assertEquals(updated.toEpochMilli(), update.writeTimestampMicros() / 1000);
        assertNull(byKey.get("inserted").oldImage());
        assertNull(byKey.get("deleted").newImage());
        assertEquals(10_000_000, export.billedSizeBytes(), "AWS bills 10 MB at least");

        List<Change> newOnly = changes(incremental(from, to, ExportViewType.NEW_IMAGE));
        assertTrue(newOnly.stream().allMatch(change -> change.oldImage() == null));
        assertEquals(3, newOnly.size(), "a delete is its keys alone");
    }

    private ExportDescription incremental(Instant from, Instant to, ExportViewType view) {
        return export(e -> e.exportType(ExportType.INCREMENTAL_EXPORT)
                .incrementalExportSpecification(
                        w -> w.exportFromTime(from).exportToTime(to).exportViewType(view)));
    }

    @Test
    void filteredExports() throws IOException {
        put(item("a", 1, "x"));
        put(item("a", 2, "y"));
        put(item("b", 1, "x"));
        ExportDescription export =
                export(e -> e.filterSpecification(f -> f.keyConditionExpression("pk = :p AND #s < :s")
                        .filterExpression("v = :v")
                        .projectionExpression("v, sk")
                        .expressionAttributeNames(Map.of("#s", "sk"))
                        .expressionAttributeValues(Map.of(
                                ":p", AttributeValue.fromS("a"),
                                ":s", AttributeValue.fromN("5"),
                                ":v", AttributeValue.fromS("x")))));
        assertEquals(Set.of(Map.of("v", AttributeValue.fromS("x"), "sk", AttributeValue.fromN("1"))), items(export));
        refused("ValidationException", e -> e.filterSpecification(f -> {}));
        refused(
                "ValidationException",
                e -> e.filterSpecification(f -> f.keyConditionExpression("pk = :p")
                        .filterExpression("sk > :p")
                        .expressionAttributeValues(Map.of(":p", AttributeValue.fromS("a")))));
        refused("ValidationException", e -> e.filterSpecification(f -> f.filterExpression("v = :undefined")));
    }

    private void refused(String code, Consumer<ExportTableToPointInTimeRequest.Builder> more) {
        DynamoDbException e = assertThrows(DynamoDbException.class, () -> export(more));
        assertEquals(code, e.awsErrorDetails().errorCode());
        assertEquals(400, e.statusCode());
    }

    @Test
    void parametersAreRefusedAtOnce() {
        refused("ValidationException", e -> e.tableArn(name));
        refused("ValidationException", e -> e.s3SseKmsKeyId("alias/k"));
        refused("ValidationException", e -> e.s3SseAlgorithm("aws:kms"));
        refused("ValidationException", e -> e.s3Prefix("x".repeat(1025)));
        Instant from = tables.clock.instant();
        refused("ValidationException", e -> e.exportType(ExportType.INCREMENTAL_EXPORT));
        refused("ValidationException", e -> e.incrementalExportSpecification(w -> w.exportFromTime(from)));
        refused(
                "ValidationException",
                e -> e.exportType(ExportType.INCREMENTAL_EXPORT)
                        .incrementalExportSpecification(
                                w -> w.exportFromTime(from).exportViewType("NEW_IMAGES")));
        assertThrows(
                TableNotFoundException.class,
                () -> export(e -> e.tableArn("arn:aws:dynamodb:eu-central-1:000000000000:table/Absent")));
    }

    @Test
    void recoveryIsCheckedBeforeTheBucket() {
        tables.recover(name, false);
        assertThrows(PointInTimeRecoveryUnavailableException.class, () -> export(e -> e.s3Bucket("absent")));
    }

    @Test
    void everyWindowViolationIsInvalidExportTime() {
        Instant start = tables.clock.instant();
        Instant later = pass(Duration.ofHours(30));
        windowRefused(start.minusSeconds(1), start.plusSeconds(1000));
        windowRefused(start, start.plusSeconds(899));
        windowRefused(start, start.plus(Duration.ofHours(24)).plusSeconds(1));
        windowRefused(later.minusSeconds(800), later.plusSeconds(200));
        assertEquals(
                ExportStatus.COMPLETED,
                incremental(start, start.plusSeconds(900), ExportViewType.NEW_IMAGE)
                        .exportStatus());
        assertThrows(InvalidExportTimeException.class, () -> export(e -> e.exportTime(later.plusSeconds(1))));
        assertThrows(InvalidExportTimeException.class, () -> export(e -> e.exportTime(start.minusSeconds(1))));
    }

    private void windowRefused(Instant from, Instant to) {
        assertThrows(InvalidExportTimeException.class, () -> incremental(from, to, ExportViewType.NEW_IMAGE));
    }

    @Test
    void aTokenGivesTheSameExportForEightHours() {
        ExportDescription first = export(e -> e.clientToken("t-" + name));
        assertEquals(first, export(e -> e.clientToken("t-" + name)));
        assertThrows(
                ExportConflictException.class,
                () -> export(e -> e.clientToken("t-" + name).exportFormat(ExportFormat.ION)));
        pass(Duration.ofHours(8));
        assertNotEquals(
                first.exportArn(), export(e -> e.clientToken("t-" + name)).exportArn());
    }

    @Test
    void aMissingBucketFailsLaterAndItsTokenStaysFailed() {
        ExportDescription failed = export(e -> e.s3Bucket("absent").clientToken("f-" + name));
        assertEquals(ExportStatus.FAILED, failed.exportStatus());
        assertEquals("S3NoSuchBucket", failed.failureCode());
        assertEquals(
                failed, export(e -> e.s3Bucket("absent").clientToken("f-" + name)), "a new token is needed to retry");
    }

    @Test
    void listsAndDescribesAfterTheTableIsGone() {
        ExportDescription export = export(e -> {});
        assertEquals(
                List.of(export.exportArn()),
                tables.client.listExports(l -> l.tableArn(arn)).exportSummaries().stream()
                        .map(s -> s.exportArn())
                        .toList());
        tables.client.deleteTable(delete -> delete.tableName(name));
        assertEquals(List.of(), tables.client.listExports(l -> l.tableArn(arn)).exportSummaries());
        assertEquals(
                export,
                tables.client
                        .describeExport(d -> d.exportArn(export.exportArn()))
                        .exportDescription());
        assertThrows(
                ExportNotFoundException.class, () -> tables.client.describeExport(d -> d.exportArn(arn + "/export/x")));
    }

    @Test
    void anExportThatRanAtTheEndBeginsAgain() throws IOException {
        put(item("a", 1, "x"));
        tables.hold();
        ExportDescription running = export(e -> {});
        assertEquals(ExportStatus.IN_PROGRESS, running.exportStatus());
        assertNull(running.itemCount());
        put(item("b", 1, "later"));
        tables.exports.resume(tables.store);
        tables.release();
        ExportDescription ended = tables.client
                .describeExport(d -> d.exportArn(running.exportArn()))
                .exportDescription();
        assertTrue(items(ended).contains(item("a", 1, "x")));
    }
}
