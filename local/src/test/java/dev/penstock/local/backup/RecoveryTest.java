package dev.penstock.local.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.dynamodb.RawClient;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.TestTables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BackupNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BackupTypeFilter;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.InvalidRestoreTimeException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Recovery through the official client: what comes back is what was there at the second asked for. */
class RecoveryTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final MovableClock clock = new MovableClock(Instant::now);
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();

    @TempDir
    Path folder;

    private EmbeddedEngine engine;
    private RegionStore store;
    private BackupApi.Region region;
    private Gateway gateway;
    private DynamoDbClient client;

    @BeforeEach
    void open() {
        engine = EmbeddedEngine.start();
        store = RegionStore.open(
                new RegionStore.Options("eu-west-1", clock, folder.resolve("journal"), engine.client()));
        region = BackupApi.Region.open(store, folder.resolve("backups"), tasks);
        gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "eu-west-1")
                .add(new BackupApi(name -> region).addTo(new DynamoDb(name -> store, clock)));
        client = DynamoDbClient.builder()
                .endpointOverride(gateway.endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
        client.createTable(table -> table.tableName("Orders")
                .attributeDefinitions(TestTables.attribute("id"), TestTables.attribute("status"))
                .keySchema(TestTables.key("id", KeyType.HASH))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .streamSpecification(stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE))
                .globalSecondaryIndexes(index -> index.indexName("byStatus")
                        .keySchema(TestTables.key("status", KeyType.HASH))
                        .projection(projection -> projection.projectionType(ProjectionType.ALL))));
        recovery(true, 7);
    }

    @AfterEach
    void close() {
        client.close();
        gateway.close();
        tasks.close();
        store.close();
        engine.close();
    }

    @Test
    void restoresToThePastSecond() {
        put("a", "OPEN");
        put("b", "OPEN");
        // The protocol carries milliseconds; a second later, what was written is surely before the mark.
        clock.advance(Duration.ofSeconds(1));
        Instant mark = clock.instant();
        clock.advance(Duration.ofSeconds(1));
        put("a", "SHIPPED");
        put("c", "OPEN");
        client.deleteItem(delete -> delete.tableName("Orders").key(Map.of("id", AttributeValue.fromS("b"))));
        restore("Orders", "Restored", mark);
        TableDescription restored = awaitActive("Restored");
        assertEquals(Map.of("a", "OPEN", "b", "OPEN"), items("Restored"));
        assertEquals(2, countByStatus("Restored", "OPEN"));
        assertNull(restored.streamSpecification(), "a restore drops the stream");
        assertNull(restored.restoreSummary(), "the summary is gone once the table is active");
        assertEquals(
                PointInTimeRecoveryStatus.DISABLED,
                client.describeContinuousBackups(describe -> describe.tableName("Restored"))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus());
    }

    @Test
    void windowIsWhatTheSettingAndTheClockSay() {
        Instant before = clock.instant().minusSeconds(5);
        clock.advance(Duration.ofDays(10));
        var description = client.describeContinuousBackups(describe -> describe.tableName("Orders"))
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription();
        assertEquals(7, description.recoveryPeriodInDays());
        assertEquals(
                Duration.ofDays(7),
                Duration.between(description.earliestRestorableDateTime(), description.latestRestorableDateTime()));
        assertThrows(InvalidRestoreTimeException.class, () -> restore("Orders", "Restored", before));
        Instant future = clock.instant().plusSeconds(60);
        assertThrows(InvalidRestoreTimeException.class, () -> restore("Orders", "Restored", future));
    }

    /** Recorded on AWS, of a table for which nothing but "enabled" was asked. */
    @Test
    void continuousBackupsAreDescribedAsRecordedOnAws() throws Exception {
        client.createTable(table -> table.tableName("Recorded")
                .attributeDefinitions(TestTables.attribute("id"))
                .keySchema(TestTables.key("id", KeyType.HASH))
                .billingMode(BillingMode.PAY_PER_REQUEST));
        try (RawClient raw = new RawClient(gateway.endpoint())) {
            for (String request : List.of(
                    "UpdateContinuousBackups {\"TableName\":\"Recorded\",\"PointInTimeRecoverySpecification\":{\"PointInTimeRecoveryEnabled\":true}}",
                    "DescribeContinuousBackups {\"TableName\":\"Recorded\"}")) {
                int space = request.indexOf(' ');
                var answer = raw.send(request.substring(0, space), request.substring(space + 1));
                assertEquals(
                        "{\"ContinuousBackupsDescription\":{\"ContinuousBackupsStatus\":\"ENABLED\","
                                + "\"PointInTimeRecoveryDescription\":{\"PointInTimeRecoveryStatus\":\"ENABLED\","
                                + "\"RecoveryPeriodInDays\":35,\"EarliestRestorableDateTime\":<time>,"
                                + "\"LatestRestorableDateTime\":<time>}}}",
                        answer.json().toString().replaceAll("DateTime\":[0-9.E]+", "DateTime\":<time>"));
            }
        }
    }

    @Test
    void indexOverrideDropsIndexes() {
        client.restoreTableToPointInTime(restore -> restore.sourceTableName("Orders")
                .targetTableName("Restored")
                .useLatestRestorableTime(true)
                .globalSecondaryIndexOverride(List.of()));
        TableDescription restored = awaitActive("Restored");
        assertEquals(0, restored.globalSecondaryIndexes().size());
        assertEquals(1, restored.attributeDefinitions().size());
    }

    @Test
    void backupHoldsTheItemsUntilItIsDeleted() {
        put("a", "OPEN");
        String arn = backUp("before-migration");
        put("a", "SHIPPED");
        put("b", "OPEN");
        var description =
                client.describeBackup(describe -> describe.backupArn(arn)).backupDescription();
        assertEquals(1, description.sourceTableDetails().itemCount());
        assertTrue(description.backupDetails().backupSizeBytes() > 0);
        client.restoreTableFromBackup(restore -> restore.backupArn(arn).targetTableName("Restored"));
        awaitActive("Restored");
        assertEquals(Map.of("a", "OPEN"), items("Restored"));
        clock.advance(Duration.ofDays(400));
        assertEquals(
                1,
                client.listBackups(list -> list.tableName("Orders"))
                        .backupSummaries()
                        .size());
        client.deleteBackup(delete -> delete.backupArn(arn));
        assertThrows(BackupNotFoundException.class, () -> client.describeBackup(describe -> describe.backupArn(arn)));
    }

    @Test
    void halfMadeBackupIsRemovedAtTheNextStart() {
        put("a", "OPEN");
        String whole = backUp("whole");
        BackupDocument document = region.backups().find(whole);
        store.registry()
                .put(
                        "backup/half",
                        new BackupDocument(
                                "half",
                                document.arn() + "-half",
                                "half",
                                "USER",
                                "CREATING",
                                document.time(),
                                null,
                                0,
                                0,
                                document.table()));
        BackupApi.Region again = BackupApi.Region.open(store, folder.resolve("backups"), tasks);
        assertEquals(
                List.of(whole),
                again.backups().all().stream().map(BackupDocument::arn).toList());
    }

    /** A crash leaves the half of a file, or a whole one that no backup names: neither may stay for ever. */
    @Test
    void filesThatNoBackupNamesAreRemovedAtTheNextStart() throws IOException {
        put("a", "OPEN");
        String whole = backUp("whole");
        Path backups = folder.resolve("backups");
        String id = region.backups().find(whole).id();
        for (String name : List.of("orphan.items", "half.items.tmp", id + ".items.tmp", "notes-of-the-user.txt")) {
            Files.createFile(backups.resolve(name));
        }
        BackupApi.Region again = BackupApi.Region.open(store, backups, tasks);
        try (var files = Files.list(backups)) {
            assertEquals(
                    Set.of(id + ".items", "notes-of-the-user.txt"),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
        List<Map<String, AttributeValue>> held = new ArrayList<>();
        again.backups().items(again.backups().find(whole), held::add);
        assertEquals(1, held.size());
    }

    /** Else a crash between the two would leave a backup that looks whole and holds nothing. */
    @Test
    void backupIsGoneBeforeItsFileIs() throws IOException {
        String arn = backUp("stuck");
        Path file = folder.resolve("backups").resolve(region.backups().find(arn).id() + ".items");
        Files.delete(file);
        Files.createDirectories(file.resolve("not-empty"));
        client.deleteBackup(delete -> delete.backupArn(arn));
        assertThrows(BackupNotFoundException.class, () -> client.describeBackup(describe -> describe.backupArn(arn)));
    }

    @Test
    void deletedTableLeavesASystemBackupForThirtyFiveDays() {
        put("a", "OPEN");
        client.deleteTable(delete -> delete.tableName("Orders"));
        var left = client.listBackups(list -> list.backupType(BackupTypeFilter.SYSTEM))
                .backupSummaries();
        assertEquals("Orders$DeletedTableBackup", left.getFirst().backupName());
        client.restoreTableFromBackup(
                restore -> restore.backupArn(left.getFirst().backupArn()).targetTableName("Orders"));
        awaitActive("Orders");
        assertEquals(Map.of("a", "OPEN"), items("Orders"));
        clock.advance(Duration.ofDays(35));
        assertEquals(
                0,
                client.listBackups(list -> list.backupType(BackupTypeFilter.SYSTEM))
                        .backupSummaries()
                        .size());
    }

    /** A disk that takes no more must not cost a table whose backup was promised. */
    @Test
    void tableStaysWhenItsSystemBackupCannotBeWritten() throws Exception {
        put("a", "OPEN");
        Path backups = folder.resolve("backups");
        Files.delete(backups);
        try (RawClient raw = new RawClient(gateway.endpoint())) {
            var answer = raw.send("DeleteTable", "{\"TableName\":\"Orders\"}");
            assertEquals(500, answer.status(), answer.toString());
            assertEquals("InternalServerError", answer.code());
            assertTrue(answer.message().startsWith("Table Orders is not deleted"), answer.toString());
        }
        assertEquals(TableStatus.ACTIVE, described("Orders").tableStatus());
        put("b", "OPEN");
        assertEquals(Map.of("a", "OPEN", "b", "OPEN"), items("Orders"));
        assertEquals(List.of(), List.copyOf(region.backups().all()));

        Files.createDirectory(backups);
        client.deleteTable(delete -> delete.tableName("Orders"));
        String left = client.listBackups(list -> list.backupType(BackupTypeFilter.SYSTEM))
                .backupSummaries()
                .getFirst()
                .backupArn();
        client.restoreTableFromBackup(restore -> restore.backupArn(left).targetTableName("Orders"));
        awaitActive("Orders");
        assertEquals(Map.of("a", "OPEN", "b", "OPEN"), items("Orders"));
    }

    private void recovery(boolean enabled, Integer days) {
        client.updateContinuousBackups(update -> update.tableName("Orders")
                .pointInTimeRecoverySpecification(
                        recovery -> recovery.pointInTimeRecoveryEnabled(enabled).recoveryPeriodInDays(days)));
    }

    private void put(String id, String status) {
        client.putItem(put -> put.tableName("Orders")
                .item(Map.of("id", AttributeValue.fromS(id), "status", AttributeValue.fromS(status))));
    }

    private void restore(String source, String target, Instant time) {
        client.restoreTableToPointInTime(restore ->
                restore.sourceTableName(source).targetTableName(target).restoreDateTime(time));
    }

    private String backUp(String name) {
        String arn = client.createBackup(backup -> backup.tableName("Orders").backupName(name))
                .backupDetails()
                .backupArn();
        Await.until(
                LIMIT,
                "the backup " + arn,
                () -> client.describeBackup(describe -> describe.backupArn(arn))
                                .backupDescription()
                                .backupDetails()
                                .backupStatus()
                        == BackupStatus.AVAILABLE);
        return arn;
    }

    private TableDescription awaitActive(String table) {
        Await.until(LIMIT, "table " + table, () -> described(table).tableStatus() == TableStatus.ACTIVE);
        return described(table);
    }

    private TableDescription described(String table) {
        return client.describeTable(describe -> describe.tableName(table)).table();
    }

    private Map<String, String> items(String table) {
        Map<String, String> items = new TreeMap<>();
        client.scan(scan -> scan.tableName(table))
                .items()
                .forEach(
                        item -> items.put(item.get("id").s(), item.get("status").s()));
        return items;
    }

    private int countByStatus(String table, String status) {
        return client.query(query -> query.tableName(table)
                        .indexName("byStatus")
                        .keyConditionExpression("#s = :s")
                        .expressionAttributeNames(Map.of("#s", "status"))
                        .expressionAttributeValues(Map.of(":s", AttributeValue.fromS(status))))
                .count();
    }
}
