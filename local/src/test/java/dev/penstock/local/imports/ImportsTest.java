package dev.penstock.local.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.export.Codec;
import dev.penstock.local.export.LocalTables;
import dev.penstock.local.gateway.Gateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ImportConflictException;
import software.amazon.awssdk.services.dynamodb.model.ImportNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ImportStatus;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableCreationParameters;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

class ImportsTest {
    @TempDir
    static Path folder;

    private static LocalTables tables;
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
    void name(TestInfo test) {
        name = "T" + Integer.toHexString((test.getDisplayName() + test.getTestMethod()).hashCode());
        tables.log.clear();
        tables.release();
    }

    private void object(String key, String text) {
        tables.buckets.put("bucket", name + "/" + key, text.getBytes(StandardCharsets.UTF_8), "text/plain");
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

    private ImportTableDescription load(InputFormat format, Consumer<ImportTableRequest.Builder> more) {
        String arn = tables.client
                .importTable(request -> {
                    request.inputFormat(format)
                            .s3BucketSource(s -> s.s3Bucket("bucket").s3KeyPrefix(name + "/data"))
                            .tableCreationParameters(table(name));
                    more.accept(request);
                })
                .importTableDescription()
                .importArn();
        return describe(arn);
    }

    private static ImportTableDescription describe(String arn) {
        return tables.client.describeImport(d -> d.importArn(arn)).importTableDescription();
    }

    private Set<Map<String, AttributeValue>> items() {
        return new HashSet<>(tables.client.scan(scan -> scan.tableName(name)).items());
    }

    private static String line(String pk, int sk) {
        return "{\"Item\":{\"pk\":{\"S\":\"" + pk + "\"},\"sk\":{\"N\":\"" + sk + "\"}}}\n";
    }

    private static void counts(ImportTableDescription done, long processed, long imported, long errors) {
        assertEquals(
                List.of(processed, imported, errors),
                List.of(done.processedItemCount(), done.importedItemCount(), done.errorCount()));
    }

    @ParameterizedTest
    @EnumSource(value = InputCompressionType.class, names = "UNKNOWN_TO_SDK_VERSION", mode = EnumSource.Mode.EXCLUDE)
    void everyCompression(InputCompressionType compression) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = Codec.valueOf(compression.toString()).compress(bytes, 1)) {
            out.write((line("a", 1) + line("b", 2)).getBytes(StandardCharsets.UTF_8));
        }
        tables.buckets.put("bucket", name + "/data", bytes.toByteArray(), "application/octet-stream");
        ImportTableDescription done = load(InputFormat.DYNAMODB_JSON, i -> i.inputCompressionType(compression));
        assertEquals(ImportStatus.COMPLETED, done.importStatus(), done::toString);
        counts(done, 2, 2, 0);
        assertEquals(Set.of(LocalTables.key("a", 1), LocalTables.key("b", 2)), items());
    }

    @Test
    void ion() {
        object("data.ion", "$ion_1_0 {Item:{pk:\"a\",sk:1.,price:2d3,tags:$dynamodb_SS::[\"x\"]}}\n");
        assertEquals(ImportStatus.COMPLETED, load(InputFormat.ION, i -> {}).importStatus());
        Map<String, AttributeValue> item = items().iterator().next();
        assertEquals(AttributeValue.fromN("2000"), item.get("price"));
        assertEquals(AttributeValue.fromSs(List.of("x")), item.get("tags"));
    }

    @Test
    void csvKeysHaveTheirTypeAndEverythingElseIsAString() {
        object("data.csv", "pk,sk,total,note\na,1,10.50,\"x, \"\"y\"\"\"\nb,2,,\n");
        assertEquals(ImportStatus.COMPLETED, load(InputFormat.CSV, i -> {}).importStatus());
        assertEquals(
                Set.of(
                        Map.of(
                                "pk", AttributeValue.fromS("a"),
                                "sk", AttributeValue.fromN("1"),
                                "total", AttributeValue.fromS("10.50"),
                                "note", AttributeValue.fromS("x, \"y\"")),
                        LocalTables.key("b", 2)),
                items());
    }

    @Test
    void csvWithAHeaderListAndAnotherDelimiterHasDataInItsFirstLine() {
        object("data.csv", "a;1\nb;2\n");
        ImportTableDescription done = load(
                InputFormat.CSV,
                i -> i.inputFormatOptions(o -> o.csv(c -> c.delimiter(";").headerList("pk", "sk"))));
        counts(done, 2, 2, 0);
    }

    @Test
    void indexesAreMadeAndTheirKeysChecked() {
        object(
                "data",
                line("a", 1).replace("}}}", "},\"g\":{\"S\":\"x\"}}}")
                        + line("b", 2).replace("}}}", "},\"g\":{\"N\":\"1\"}}}"));
        TableCreationParameters indexed = table(name).toBuilder()
                .attributeDefinitions(
                        pk -> pk.attributeName("pk").attributeType(ScalarAttributeType.S),
                        sk -> sk.attributeName("sk").attributeType(ScalarAttributeType.N),
                        g -> g.attributeName("g").attributeType(ScalarAttributeType.S))
                .globalSecondaryIndexes(gsi -> gsi.indexName("byG")
                        .keySchema(g -> g.attributeName("g").keyType(KeyType.HASH))
                        .projection(p -> p.projectionType(ProjectionType.ALL)))
                .build();
        ImportTableDescription done = load(InputFormat.DYNAMODB_JSON, i -> i.tableCreationParameters(indexed));
        counts(done, 2, 1, 1);
        assertTrue(tables.log.getFirst().getValue().contains("Type mismatch for Index Key g Expected: S Actual: N"));
        assertEquals(
                1,
                tables.client
                        .query(q -> q.tableName(name)
                                .indexName("byG")
                                .keyConditionExpression("g = :g")
                                .expressionAttributeValues(Map.of(":g", AttributeValue.fromS("x"))))
                        .count());
    }

    @Test
    void failedIsNotRolledBackAndTheErrorIsLogged() {
        object("data", line("a", 1) + "{\"Item\":{\"sk\":{\"N\":\"1\"}}}\n" + line("c", 3));
        ImportTableDescription done = load(InputFormat.DYNAMODB_JSON, i -> {});
        assertEquals(ImportStatus.FAILED, done.importStatus());
        assertEquals("ItemValidationError", done.failureCode());
        assertEquals(
                "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs"
                        + " for more details.",
                done.failureMessage());
        counts(done, 3, 2, 1);
        assertEquals(
                TableStatus.ACTIVE,
                tables.client.describeTable(d -> d.tableName(name)).table().tableStatus());
        assertEquals(2, items().size());
        String id = done.importArn().substring(done.importArn().lastIndexOf('/') + 1);
        assertTrue(id.matches("\\d{14}-[0-9a-f]{8}"), id);
        assertEquals(
                Map.entry(
                        id + "/error",
                        "{\"itemS3Pointer\":{\"bucket\":\"bucket\",\"key\":\"" + name + "/data\",\"itemIndex\":1},"
                                + "\"importArn\":\"" + done.importArn()
                                + "\",\"errorMessages\":[\"One or more parameter"
                                + " values were invalid: Missing the key pk in the item\"]}"),
                tables.log.getFirst());
        assertEquals(
                "arn:aws:logs:eu-central-1:000000000000:log-group:/aws-dynamodb/imports:*",
                done.cloudWatchLogGroupArn());
    }

    @Test
    void anUnparseableLineStopsTheRestOfItsObjectOnly() {
        object(
                "data1",
                line("a", 1) + line("a", 2) + line("a", 3) + line("a", 4) + line("a", 5) + "garbage\n" + line("a", 7)
                        + line("a", 8) + line("a", 9) + line("a", 10));
        ImportTableDescription done = load(InputFormat.DYNAMODB_JSON, i -> {});
        counts(done, 6, 5, 1);
        name += "b";
        object("data1", "garbage\n" + line("a", 1));
        object("data2", line("a", 2));
        counts(load(InputFormat.DYNAMODB_JSON, i -> {}), 2, 1, 1);
    }

    @Test
    void duplicateKeysAreNeitherErrorsNorCounted() {
        object("data", line("a", 1) + line("a", 1) + line("a", 1));
        counts(load(InputFormat.DYNAMODB_JSON, i -> {}), 3, 3, 0);
        assertEquals(1, items().size());
    }

    @Test
    void thePrefixIsRawText() {
        object("data/1", line("a", 1));
        object("data2/1", line("b", 1));
        object("data.bak", line("c", 1));
        counts(load(InputFormat.DYNAMODB_JSON, i -> {}), 3, 3, 0);
    }

    @Test
    void anEmptyPrefixGivesAnEmptyTable() {
        assertEquals(
                ImportStatus.COMPLETED, load(InputFormat.DYNAMODB_JSON, i -> {}).importStatus());
        assertEquals(Set.of(), items());
    }

    @Test
    void aWrongCompressionIsFoundLate() {
        object("data", line("a", 1));
        ImportTableDescription done =
                load(InputFormat.DYNAMODB_JSON, i -> i.inputCompressionType(InputCompressionType.GZIP));
        assertEquals("ItemValidationError", done.failureCode());
        counts(done, 1, 0, 1);
    }

    @Test
    void aMissingBucketFailsWithoutATable() {
        ImportTableDescription done = load(InputFormat.DYNAMODB_JSON, i -> i.s3BucketSource(s -> s.s3Bucket("absent")));
        assertEquals("S3NoSuchBucket", done.failureCode());
        assertTrue(tables.store.tables().find(name).isEmpty());
    }

    @Test
    void aBucketOfAnotherAccountIsDeniedLaterWithoutATable() {
        object("data", line("a", 1));
        ImportTableDescription done = load(
                InputFormat.DYNAMODB_JSON,
                i -> i.s3BucketSource(s -> s.s3Bucket("bucket").s3BucketOwner("999999999999")));
        assertEquals(ImportStatus.FAILED, done.importStatus());
        assertEquals("S3AccessDenied", done.failureCode());
        assertEquals("999999999999", done.s3BucketSource().s3BucketOwner());
        assertTrue(tables.store.tables().find(name).isEmpty());
    }

    @Test
    void anOwnerThatIsNoAccountIsRefusedAtOnce() {
        object("data", line("a", 1));
        DynamoDbException refused = assertThrows(
                DynamoDbException.class,
                () -> load(
                        InputFormat.DYNAMODB_JSON,
                        i -> i.s3BucketSource(s -> s.s3Bucket("bucket").s3BucketOwner("me"))));
        assertTrue(refused.getMessage().contains("pattern: [0-9]{12}"), refused::getMessage);
        assertEquals(
                ImportStatus.COMPLETED,
                load(
                                InputFormat.DYNAMODB_JSON,
                                i -> i.s3BucketSource(s ->
                                        s.s3Bucket("bucket").s3KeyPrefix("data").s3BucketOwner(Gateway.ACCOUNT)))
                        .importStatus());
    }

    @Test
    void tokens() {
        object("data", line("a", 1));
        tables.hold();
        ImportTableDescription first = load(InputFormat.DYNAMODB_JSON, i -> i.clientToken(name));
        ImportTableDescription again = load(
                InputFormat.DYNAMODB_JSON,
                i -> i.clientToken(name)
                        .s3BucketSource(s -> s.s3Bucket("bucket").s3KeyPrefix("other")));
        assertEquals(first.importArn(), again.importArn(), "a changed prefix is silently ignored");
        assertThrows(
                ImportConflictException.class,
                () -> load(
                        InputFormat.DYNAMODB_JSON,
                        i -> i.clientToken(name).tableCreationParameters(table(name + "x"))));
        tables.release();
        assertEquals(ImportStatus.COMPLETED, describe(first.importArn()).importStatus());
        assertThrows(ResourceInUseException.class, () -> load(InputFormat.DYNAMODB_JSON, i -> i.clientToken(name)));
    }

    @Test
    void ofTwoImportsOfOneNameTheLaterFails() {
        object("data", line("a", 1));
        tables.hold();
        String first = load(InputFormat.DYNAMODB_JSON, i -> {}).importArn();
        String second = load(InputFormat.DYNAMODB_JSON, i -> {}).importArn();
        tables.release();
        assertEquals(ImportStatus.COMPLETED, describe(first).importStatus());
        assertEquals("TableAlreadyExists", describe(second).failureCode());
        assertEquals(
                2,
                tables.client
                        .listImports(l -> l.tableArn(describe(first).tableArn()))
                        .importSummaryList()
                        .size());
    }

    @Test
    void refusedAtOnce() {
        refused(i -> i.tableCreationParameters(
                table(name).toBuilder().billingMode((BillingMode) null).build()));
        refused(i -> i.inputFormat("PARQUET"));
        refused(i -> i.inputFormat(InputFormat.CSV).inputFormatOptions(o -> o.csv(c -> c.delimiter("#"))));
        refused(i -> i.inputFormat(InputFormat.CSV).inputFormatOptions(o -> o.csv(c -> c.headerList("a", "b"))));
        assertThrows(
                ImportNotFoundException.class,
                () -> describe("arn:aws:dynamodb:eu-central-1:000000000000:table/T/import/absent"));
    }

    private void refused(Consumer<ImportTableRequest.Builder> more) {
        DynamoDbException e = assertThrows(DynamoDbException.class, () -> load(InputFormat.DYNAMODB_JSON, more));
        assertEquals("ValidationException", e.awsErrorDetails().errorCode());
    }
}
