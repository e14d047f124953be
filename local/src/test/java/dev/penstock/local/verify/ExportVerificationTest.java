package dev.penstock.local.verify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.lambdas.export.S3Objects;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.verify.Difference;
import dev.penstock.local.export.LocalTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** Exports of a stage through the ordinary API: planned, asked for, waited for, taken up again, compared. */
@Tag("rule-16")
class ExportVerificationTest {
    private static final String PREFIX = "penstock-test-";
    private static final Catalog CATALOG = new Catalog(
            List.of(Table.named("Notes").key("id").build()),
            List.of(View.named("NotesById", "Notes").key("note", "id").build()),
            List.of(),
            List.of());

    @TempDir
    private Path folder;

    private LocalTables tables;
    private S3Client s3;
    private BiPredicate<String, Instant> isPast = (consumer, time) -> true;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void start() {
        tables = new LocalTables(folder.resolve("data"));
        s3 = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(tables.endpoint())
                .forcePathStyle(true)
                .region(Region.of(LocalTables.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .build();
        table("Notes", "id");
        table("NotesById", "note");
        tables.clock.advance(Duration.ofMinutes(10));
        for (int i = 0; i < 5; i++) {
            note("n" + i);
        }
        tables.clock.advance(Duration.ofSeconds(2));
    }

    @AfterEach
    void stop() {
        s3.close();
        tables.close();
    }

    @Test
    void thePlanSaysWhatItCostsAndWhatIsLacking() {
        assertEquals(
                List.of(
                        "2 full exports, about 0.000 GB of tables as DescribeTable tells them: 0.00 USD (0.10 USD per GB,"
                                + " list price of \"Data export to Amazon S3\" in us-east-1 by the page \"Amazon DynamoDB"
                                + " on-demand pricing\"), and S3's price for keeping and reading them; tables are read by key"
                                + " where they differ, and an archive that effects keep is read besides"),
                verification("bucket", Duration.ofMinutes(1)).plan());
        tables.recover(PREFIX + "NotesById", false);
        List<String> plan = verification("bucket", Duration.ofMinutes(1)).plan();
        assertEquals("table NotesById has no point-in-time recovery", plan.getFirst());
        assertTrue(plan.getLast().startsWith("1 full exports"), plan::toString);
    }

    @Test
    void nowOnAwsIsTheLatestSecondThatAllTablesHave() throws IOException {
        var report = verification("bucket", Duration.ofMinutes(1)).at(Optional.empty(), 1, true);
        Instant latest = tables.client
                .describeContinuousBackups(describe -> describe.tableName(PREFIX + "Notes"))
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription()
                .latestRestorableDateTime();
        assertEquals(List.of(latest.truncatedTo(ChronoUnit.SECONDS)), report.times());
        assertTrue(report.findings().isEmpty());
    }

    @Test
    void exportsThatTakeTooLongAreTakenUpLater() throws IOException {
        tables.hold();
        Instant time = tables.clock.instant();
        IllegalStateException late = assertThrows(
                IllegalStateException.class,
                () -> verification("bucket", Duration.ofMillis(1)).at(Optional.of(time), 1, false));
        assertTrue(late.getMessage().contains("the same command with --export-at"), late::getMessage);
        tables.release();
        assertTrue(verification("bucket", Duration.ofMinutes(1))
                .at(Optional.of(time), 1, false)
                .findings()
                .isEmpty());
        assertEquals(
                2,
                tables.client
                        .listExports(list -> list.maxResults(25))
                        .exportSummaries()
                        .size());
    }

    @Test
    void aBucketThatIsNotThereIsSaidAtOnce() {
        assertThrows(
                NoSuchBucketException.class,
                () -> verification("missing", Duration.ofMinutes(1)).at(Optional.empty(), 1, false));
    }

    @Test
    void exportsThatFailAreAskedForAgainAndThenToldOf() {
        tables.hold();
        assertThrows(
                IllegalStateException.class,
                () -> verification("bucket", Duration.ZERO).at(Optional.empty(), 1, false));
        tables.buckets.deleteBucket("bucket");
        tables.release();
        tables.buckets.createBucket("bucket", LocalTables.REGION);
        // The first attempts have failed for good; their tokens stand for them, so others are made under new ones.
        assertTrue(assertDoesNotThrow(
                        () -> verification("bucket", Duration.ofMinutes(1)).at(Optional.empty(), 1, false))
                .findings()
                .isEmpty());
        assertEquals(
                2,
                said.stream()
                        .filter(line -> line.contains("attempt 1 failed: S3NoSuchBucket"))
                        .count(),
                said::toString);
        assertEquals(
                4,
                tables.client
                        .listExports(list -> list.maxResults(25))
                        .exportSummaries()
                        .size());
    }

    @Test
    void exportsInAFolderAreComparedAndTheLatestTimeIsTaken() throws IOException {
        var first = verification("bucket", Duration.ofMinutes(1)).at(Optional.empty(), 1, false);
        assertTrue(first.findings().isEmpty());
        tables.client.putItem(put -> put.tableName(PREFIX + "NotesById")
                .item(Map.of(
                        "note", AttributeValue.fromS("n1"),
                        "id", AttributeValue.fromS("n1"),
                        "text", AttributeValue.fromS("forged"))));
        tables.clock.advance(Duration.ofSeconds(2));
        var second = verification("bucket", Duration.ofMinutes(1)).at(Optional.empty(), 1, false);
        Path copy = folder.resolve("copy");
        for (var object : s3.listObjectsV2(list -> list.bucket("bucket")).contents()) {
            Path file = copy.resolve(object.key());
            Files.createDirectories(file.getParent());
            Files.write(
                    file,
                    s3.getObjectAsBytes(get -> get.bucket("bucket").key(object.key()))
                            .asByteArray());
        }
        var report =
                verification("bucket", Duration.ofMinutes(1)).of(ObjectSource.directory(copy), "", copy.toString());
        assertEquals(second.times(), report.times());
        assertEquals(
                List.of(new Difference(
                        "NotesById",
                        "{\"note\":{\"S\":\"n1\"}}",
                        "{\"id\":{\"S\":\"n1\"},\"note\":{\"S\":\"n1\"},\"text\":{\"S\":\"text of n1\"}}",
                        "{\"id\":{\"S\":\"n1\"},\"note\":{\"S\":\"n1\"},\"text\":{\"S\":\"forged\"}}")),
                report.findings().differences());
        assertEquals(report.findings(), second.findings());
    }

    /** A consumer that is an hour behind makes no differences: nothing can be said of what it writes. */
    @Test
    void whatIsBehindItsStreamIsNotCompared() throws IOException {
        isPast = (consumer, time) -> !consumer.equals("NotesProjector");
        var report = verification("bucket", Duration.ofMillis(20)).at(Optional.empty(), 1, true);
        assertEquals(1, report.notCompared().size());
        String said = report.notCompared().getFirst();
        assertTrue(said.startsWith("NotesById: its consumer is behind"), said);
    }

    @Test
    void aTableThatIsNotAmongTheExportsIsSaid() throws IOException {
        var report = verification("bucket", Duration.ofMinutes(1)).at(Optional.empty(), 1, false);
        String time = report.times().getFirst().toString();
        var partly = verification("bucket", Duration.ofMinutes(1))
                .of(new S3Objects(s3, "bucket"), "verify/" + time + "/Notes/", "s3://bucket/verify");
        assertEquals(
                List.of("NotesById: no full export of table NotesById at " + time + " in s3://bucket/verify"),
                partly.notCompared());
    }

    private ExportVerification verification(String bucket, Duration patience) {
        return new ExportVerification(
                new Stage(
                        CATALOG,
                        new TableNames(PREFIX),
                        LocalTables.REGION,
                        region -> tables.client,
                        s3,
                        bucket,
                        (table, item) -> {},
                        tables.clock,
                        isPast,
                        () -> true,
                        Duration.ofMillis(1),
                        patience),
                folder.resolve("temporary"),
                said::add);
    }

    private void note(String id) {
        Map<String, AttributeValue> item =
                Map.of("id", AttributeValue.fromS(id), "text", AttributeValue.fromS("text of " + id));
        tables.client.putItem(put -> put.tableName(PREFIX + "Notes").item(item));
        Map<String, AttributeValue> row = new HashMap<>(item);
        row.put("note", AttributeValue.fromS(id));
        tables.client.putItem(put -> put.tableName(PREFIX + "NotesById").item(row));
    }

    private void table(String name, String key) {
        tables.client.createTable(create -> create.tableName(PREFIX + name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(each -> each.attributeName(key).attributeType(ScalarAttributeType.S))
                .keySchema(each -> each.attributeName(key).keyType(KeyType.HASH)));
        tables.recover(PREFIX + name, true);
    }
}
