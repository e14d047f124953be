package dev.penstock.local.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.dynamodb.TableDescriptions;
import dev.penstock.local.export.LocalTables;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ImportStatus;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableCreationParameters;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Single facts of ImportTable as the service was seen to answer, and what a restart does to an import. */
class ImportFactsTest {
    @TempDir
    Path folder;

    private LocalTables tables;

    @BeforeEach
    void start() {
        tables = new LocalTables(folder);
    }

    @AfterEach
    void stop() {
        tables.close();
    }

    private static TableCreationParameters table(String name) {
        return TableCreationParameters.builder()
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        pk -> pk.attributeName("pk").attributeType(ScalarAttributeType.S),
                        sk -> sk.attributeName("sk").attributeType(ScalarAttributeType.N))
                .keySchema(
                        pk -> pk.attributeName("pk").keyType(KeyType.HASH),
                        sk -> sk.attributeName("sk").keyType(KeyType.RANGE))
                .build();
    }

    private String begin(String name, String prefix, Consumer<ImportTableRequest.Builder> more) {
        return tables.client
                .importTable(request -> {
                    request.inputFormat(InputFormat.DYNAMODB_JSON)
                            .s3BucketSource(s -> s.s3Bucket("bucket").s3KeyPrefix(prefix))
                            .tableCreationParameters(table(name));
                    more.accept(request);
                })
                .importTableDescription()
                .importArn();
    }

    private ImportTableDescription describe(String arn) {
        return tables.client.describeImport(d -> d.importArn(arn)).importTableDescription();
    }

    private ImportTableDescription load(String name, String prefix, Consumer<ImportTableRequest.Builder> more) {
        return describe(begin(name, prefix, more));
    }

    private static void gzip(ImportTableRequest.Builder request) {
        request.inputCompressionType(InputCompressionType.GZIP);
    }

    private void lines(String key, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("{\"Item\":{\"pk\":{\"S\":\"p").append(i).append("\"},\"sk\":{\"N\":\"1\"}}}\n");
        }
        tables.buckets.put("bucket", key, text.toString().getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    private ExportDescription export(Consumer<ExportTableToPointInTimeRequest.Builder> more) {
        String arn = tables.client
                .exportTableToPointInTime(e -> {
                    e.tableArn(tables.store.tables().described("Shop").arn())
                            .s3Bucket("bucket")
                            .s3Prefix("exports");
                    more.accept(e);
                })
                .exportDescription()
                .exportArn();
        return tables.client.describeExport(d -> d.exportArn(arn)).exportDescription();
    }

    private void shop() {
        tables.table("Shop");
        for (int i = 0; i < 10; i++) {
            int sk = i;
            tables.client.putItem(put -> put.tableName("Shop").item(LocalTables.item("p", sk, "v")));
        }
    }

    @Test
    void atTheRootOfAnExportItsManifestsAreFourErrorsThoughAllItemsLoad() {
        shop();
        String root = export(e -> {}).exportManifest().replace("manifest-summary.json", "");
        ImportTableDescription done = load("Copy", root, ImportFactsTest::gzip);
        assertEquals(ImportStatus.FAILED, done.importStatus());
        assertEquals(4, done.errorCount());
        assertEquals(10, done.importedItemCount());
    }

    @Test
    void theFilesOfAnIncrementalExportCannotBeImported() {
        Instant from = tables.clock.instant();
        shop();
        Instant to = tables.clock.advance(Duration.ofMinutes(20));
        export(e -> e.exportType(ExportType.INCREMENTAL_EXPORT)
                .incrementalExportSpecification(w -> w.exportFromTime(from).exportToTime(to)));
        ImportTableDescription done = load("Copy", "exports/AWSDynamoDB/data/", ImportFactsTest::gzip);
        assertEquals(ImportStatus.FAILED, done.importStatus());
        assertEquals(0, done.importedItemCount());
    }

    @Test
    void oneObjectsKeyIsAPrefixToo() {
        lines("one.json", 3);
        assertEquals(3, load("Copy", "one.json", i -> {}).importedItemCount());
    }

    @Test
    void theCountersCountUncompressedBytes() {
        lines("data", 3);
        ImportTableDescription done = load("Copy", "data", i -> {});
        assertEquals(3, done.processedItemCount());
        assertEquals(tables.buckets.list("bucket", "data").getFirst().size(), done.processedSizeBytes());
        assertEquals(0, done.errorCount());
    }

    @Test
    void fiftyImportsAtATime() {
        tables.hold();
        for (int i = 0; i < 50; i++) {
            begin("Copy" + i, "none", request -> {});
        }
        DynamoDbException e = assertThrows(DynamoDbException.class, () -> begin("Copy50", "none", request -> {}));
        assertEquals("LimitExceededException", e.awsErrorDetails().errorCode());
    }

    @Test
    void aHeaderListHas255ColumnsAtMost() {
        List<String> columns = new ArrayList<>(List.of("pk", "sk"));
        columns.addAll(Collections.nCopies(254, "c"));
        DynamoDbException e = assertThrows(
                DynamoDbException.class,
                () -> begin(
                        "Copy",
                        "none",
                        request -> request.inputFormat(InputFormat.CSV)
                                .inputFormatOptions(o -> o.csv(csv -> csv.headerList(columns)))));
        assertEquals("ValidationException", e.awsErrorDetails().errorCode());
    }

    @Test
    void theTableIsActiveWhenTheImportIsDoneAndNoStreamShowsIt() {
        lines("data", 3);
        load("Copy", "data", i -> {});
        var made = tables.client.describeTable(d -> d.tableName("Copy")).table();
        assertEquals(TableStatus.ACTIVE, made.tableStatus());
        assertNull(made.latestStreamArn());
        assertEquals(3, tables.client.scan(s -> s.tableName("Copy")).count());
    }

    /** The process ends while an import has filled a part of its table. */
    @Test
    void anImportThatRanAtTheEndBeginsAgainWithAnEmptyTable() {
        lines("data", 10);
        tables.hold();
        String arn = begin("Copy", "data", i -> {});
        var half =
                TableDescriptions.of(ImportRules.table(table("Copy")), LocalTables.REGION, tables.clock.instant())
                        .toBuilder()
                        .tableStatus(TableStatus.CREATING)
                        .build();
        var made = tables.store.create(half, table -> List.of());
        try (var loader = tables.store.load(made)) {
            loader.add(made, LocalTables.item("half", 1, "done"));
            loader.finish();
        }
        tables.crash();
        tables.close();

        tables = new LocalTables(folder);
        assertEquals(ImportStatus.IN_PROGRESS, describe(arn).importStatus());
        tables.imports.resume(tables.store);
        ImportTableDescription done = describe(arn);
        assertEquals(ImportStatus.COMPLETED, done.importStatus(), done::toString);
        assertEquals(10, done.importedItemCount());
        assertTrue(tables.client.scan(s -> s.tableName("Copy")).items().stream()
                .noneMatch(item -> item.get("pk").s().equals("half")));
    }
}
