package dev.penstock.local.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.TestTables;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/**
 * The code of each error of the recovery operations (DynamoDB API Reference, errors of each operation; live answers for
 * a table that a restore is filling), through the official client. Restores and backups are held while the tests run.
 */
class RecoveryErrorsTest {
    private static final String ARN = "arn:aws:dynamodb:eu-west-1:000000000000:table/";
    /** Of an account (DynamoDB Developer Guide, quotas). */
    private static final int MOST_AT_ONCE = 50;

    private static final MovableClock CLOCK = new MovableClock(Instant::now);
    private static final CountDownLatch HOLD = new CountDownLatch(1);

    /** One after the other, so that what holds the first holds all. */
    private static final ExecutorService TASKS = Executors.newSingleThreadExecutor();

    @TempDir
    static Path folder;

    private static EmbeddedEngine engine;
    private static RegionStore store;
    private static Gateway gateway;
    private static DynamoDbClient client;
    private static String free;
    private static String read;
    private static String making;

    @BeforeAll
    static void open() {
        engine = EmbeddedEngine.start();
        store = RegionStore.open(
                new RegionStore.Options("eu-west-1", CLOCK, folder.resolve("journal"), engine.client()));
        BackupApi.Region region = BackupApi.Region.open(store, folder.resolve("backups"), TASKS);
        gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "eu-west-1")
                .add(new BackupApi(name -> region).addTo(new DynamoDb(name -> store, CLOCK)));
        client = DynamoDbClient.builder()
                .endpointOverride(gateway.endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
        TestTables.create(client, "Orders");
        TestTables.create(client, "NoRecovery");
        client.updateContinuousBackups(update -> update.tableName("Orders")
                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
        free = backUp("free");
        read = backUp("read");
        Await.until(
                Duration.ofSeconds(60),
                "the backups",
                () -> Stream.of(free, read)
                        .allMatch(arn -> client.describeBackup(describe -> describe.backupArn(arn))
                                        .backupDescription()
                                        .backupDetails()
                                        .backupStatus()
                                == BackupStatus.AVAILABLE));
        TASKS.submit(() -> HOLD.await(5, TimeUnit.MINUTES));
        making = backUp("making");
        client.restoreTableFromBackup(restore -> restore.backupArn(read).targetTableName("FromBackup"));
        client.restoreTableToPointInTime(restore ->
                restore.sourceTableName("Orders").targetTableName("Restoring").useLatestRestorableTime(true));
    }

    @AfterAll
    static void close() {
        HOLD.countDown();
        client.close();
        gateway.close();
        TASKS.close();
        store.close();
        engine.close();
    }

    /** What is asked, and what the answer must be. */
    record Case(String name, Consumer<DynamoDbClient> request, String code, String fragment) {
        @Override
        public String toString() {
            return name + ": " + code;
        }
    }

    @ParameterizedTest
    @MethodSource({"restores", "backups", "settings", "whileARestoreFillsTheTable"})
    void isRefusedWithTheCodeOfAws(Case bad) {
        var refused = assertThrows(DynamoDbException.class, () -> bad.request().accept(client));
        assertEquals(bad.code(), refused.awsErrorDetails().errorCode(), refused.getMessage());
        assertEquals(400, refused.statusCode());
        String message = refused.awsErrorDetails().errorMessage();
        assertTrue(message.contains(bad.fragment()), message);
    }

    @Test
    void fiftyRestoresAtOnceAreTheMost() {
        for (int i = restoring(); i < MOST_AT_ONCE; i++) {
            var held = TestTables.described("eu-west-1", "Held" + i).toBuilder()
                    .tableStatus(TableStatus.CREATING)
                    .restoreSummary(Restores.summary(ARN + "Orders", null, CLOCK.instant()))
                    .build();
            store.create(held, created -> List.of());
        }
        var refused = assertThrows(
                LimitExceededException.class,
                () -> toPointInTime("Orders", "TooMany", r -> {}).accept(client));
        assertTrue(refused.getMessage().contains("at most 50"), refused.getMessage());
        assertThrows(
                LimitExceededException.class,
                () -> client.restoreTableFromBackup(
                        restore -> restore.backupArn(free).targetTableName("TooMany")));
    }

    private static int restoring() {
        return (int) store.tables().all().stream()
                .filter(table -> table.description().restoreSummary() != null)
                .count();
    }

    static Stream<Case> restores() {
        Instant yesterday = CLOCK.instant().minus(Duration.ofDays(1));
        Instant tomorrow = CLOCK.instant().plus(Duration.ofDays(1));
        return Stream.of(
                new Case(
                        "no such table", toPointInTime("Missing", "New", r -> {}), "TableNotFoundException", "Missing"),
                new Case(
                        "no such ARN",
                        toPointInTime(null, "New", r -> r.sourceTableArn(ARN + "Missing")),
                        "TableNotFoundException",
                        "Missing"),
                new Case(
                        "no ARN of a table",
                        toPointInTime(null, "New", r -> r.sourceTableArn("arn:aws:s3:::Orders")),
                        "ValidationException",
                        "Invalid table ARN"),
                new Case(
                        "recovery is off",
                        toPointInTime("NoRecovery", "New", r -> {}),
                        "PointInTimeRecoveryUnavailableException",
                        "NoRecovery"),
                new Case("before the window", at(yesterday), "InvalidRestoreTimeException", "must be between"),
                new Case("after the window", at(tomorrow), "InvalidRestoreTimeException", "must be between"),
                new Case("no time", at(null), "ValidationException", "RestoreDateTime"),
                new Case(
                        "two times",
                        toPointInTime("Orders", "New", r -> r.restoreDateTime(CLOCK.instant())),
                        "ValidationException",
                        "RestoreDateTime"),
                new Case(
                        "the target is there",
                        toPointInTime("Orders", "NoRecovery", r -> {}),
                        "TableAlreadyExistsException",
                        "NoRecovery"),
                new Case(
                        "the target is being made",
                        toPointInTime("Orders", "Restoring", r -> {}),
                        "TableInUseException",
                        "Restoring"),
                new Case(
                        "the source is being made",
                        toPointInTime("Restoring", "New", r -> {}),
                        "TableNotFoundException",
                        "Restoring"),
                new Case(
                        "no name of a table",
                        toPointInTime("Orders", "a b", r -> {}),
                        "ValidationException",
                        "TargetTableName"),
                new Case(
                        "an index that the source lacks",
                        toPointInTime(
                                "Orders",
                                "New",
                                r -> r.globalSecondaryIndexOverride(index -> index.indexName("more")
                                        .keySchema(TestTables.key("id", KeyType.HASH))
                                        .projection(all -> all.projectionType(ProjectionType.ALL)))),
                        "ValidationException",
                        "can drop indexes, not add them"),
                new Case(
                        "provisioned without capacity",
                        toPointInTime("Orders", "New", r -> r.billingModeOverride("PROVISIONED")),
                        "ValidationException",
                        "ProvisionedThroughputOverride"),
                new Case("no such backup", fromBackup("none", "New"), "BackupNotFoundException", "none"),
                new Case(
                        "the target of a backup is there",
                        fromBackup("free", "Orders"),
                        "TableAlreadyExistsException",
                        ""),
                new Case(
                        "the target of a backup is being made",
                        fromBackup("free", "Restoring"),
                        "TableInUseException",
                        ""),
                new Case("the backup is being read", fromBackup("read", "New"), "BackupInUseException", "backup/"),
                new Case("the backup is being made", fromBackup("making", "New"), "BackupInUseException", "backup/"));
    }

    static Stream<Case> backups() {
        return Stream.of(
                new Case(
                        "back up no such table",
                        c -> backUp(c, "Missing", "some"),
                        "TableNotFoundException",
                        "Missing"),
                new Case(
                        "back up what is being made",
                        c -> backUp(c, "Restoring", "some"),
                        "TableNotFoundException",
                        ""),
                new Case(
                        "a name with spaces",
                        c -> backUp(c, "Orders", "no spaces"),
                        "ValidationException",
                        "BackupName"),
                new Case(
                        "describe no such backup",
                        c -> c.describeBackup(b -> b.backupArn(arn("none"))),
                        "BackupNotFoundException",
                        "none"),
                new Case(
                        "delete no such backup",
                        c -> c.deleteBackup(b -> b.backupArn(arn("none"))),
                        "BackupNotFoundException",
                        "none"),
                new Case(
                        "delete what is being read",
                        c -> c.deleteBackup(b -> b.backupArn(read)),
                        "BackupInUseException",
                        "backup/"),
                new Case(
                        "delete what is being made",
                        c -> c.deleteBackup(b -> b.backupArn(making)),
                        "BackupInUseException",
                        "backup/"),
                new Case("list none", c -> c.listBackups(list -> list.limit(0)), "ValidationException", "Limit"),
                new Case("list too many", c -> c.listBackups(list -> list.limit(101)), "ValidationException", "Limit"));
    }

    static Stream<Case> settings() {
        return Stream.of(
                new Case("recovery of no such table", recovery("Missing", 35), "TableNotFoundException", "Missing"),
                new Case("recovery of what is being made", recovery("Restoring", 35), "TableNotFoundException", ""),
                new Case("0 days", recovery("Orders", 0), "ValidationException", "between 1 and 35"),
                new Case("36 days", recovery("Orders", 36), "ValidationException", "between 1 and 35"),
                new Case(
                        "no setting",
                        c -> c.updateContinuousBackups(update -> update.tableName("Orders")),
                        "ValidationException",
                        "pointInTimeRecoverySpecification"),
                new Case(
                        "describe no such table",
                        c -> c.describeContinuousBackups(describe -> describe.tableName("Missing")),
                        "TableNotFoundException",
                        "Missing"));
    }

    static Stream<Case> whileARestoreFillsTheTable() {
        String notFound = "ResourceNotFoundException";
        Map<String, AttributeValue> key = Map.of("id", AttributeValue.fromS("a"));
        return Stream.of(
                new Case(
                        "tag",
                        c -> c.tagResource(tag -> tag.resourceArn(ARN + "Restoring")
                                .tags(Tag.builder().key("k").value("v").build())),
                        notFound,
                        "not found"),
                new Case(
                        "untag",
                        c -> c.untagResource(
                                tag -> tag.resourceArn(ARN + "Restoring").tagKeys("k")),
                        notFound,
                        "not found"),
                new Case(
                        "TTL",
                        c -> c.updateTimeToLive(update -> update.tableName("Restoring")
                                .timeToLiveSpecification(
                                        ttl -> ttl.enabled(true).attributeName("until"))),
                        notFound,
                        "not found"),
                new Case(
                        "UpdateTable",
                        c -> c.updateTable(
                                update -> update.tableName("Restoring").deletionProtectionEnabled(true)),
                        notFound,
                        "not found"),
                new Case(
                        "read", c -> c.getItem(get -> get.tableName("Restoring").key(key)), notFound, "not found"),
                new Case("scan", c -> c.scan(scan -> scan.tableName("Restoring")), notFound, "not found"),
                new Case(
                        "write",
                        c -> c.putItem(put -> put.tableName("Restoring").item(key)),
                        notFound,
                        "not found"),
                new Case(
                        "delete",
                        c -> c.deleteTable(delete -> delete.tableName("Restoring")),
                        "ResourceInUseException",
                        "being created"));
    }

    /** By the latest time, unless another is asked for. */
    private static Consumer<DynamoDbClient> toPointInTime(
            String source, String target, Consumer<RestoreTableToPointInTimeRequest.Builder> more) {
        return c -> c.restoreTableToPointInTime(restore -> restore.sourceTableName(source)
                .targetTableName(target)
                .useLatestRestorableTime(true)
                .applyMutation(more));
    }

    private static Consumer<DynamoDbClient> at(Instant time) {
        return toPointInTime(
                "Orders", "New", r -> r.useLatestRestorableTime(null).restoreDateTime(time));
    }

    private static Consumer<DynamoDbClient> fromBackup(String backup, String target) {
        return c -> c.restoreTableFromBackup(
                restore -> restore.backupArn(arn(backup)).targetTableName(target));
    }

    /** Cases are made before the backups are. */
    private static String arn(String backup) {
        return switch (backup) {
            case "free" -> free;
            case "read" -> read;
            case "making" -> making;
            default -> ARN + "Orders/backup/01700000000000-" + backup;
        };
    }

    private static Consumer<DynamoDbClient> recovery(String table, int days) {
        return c -> c.updateContinuousBackups(update -> update.tableName(table)
                .pointInTimeRecoverySpecification(
                        recovery -> recovery.pointInTimeRecoveryEnabled(true).recoveryPeriodInDays(days)));
    }

    private static String backUp(String name) {
        return backUp(client, "Orders", name);
    }

    private static String backUp(DynamoDbClient c, String table, String name) {
        return c.createBackup(backup -> backup.tableName(table).backupName(name))
                .backupDetails()
                .backupArn();
    }
}
