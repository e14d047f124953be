package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.local.clients.Await;
import dev.penstock.local.recovery.CutoverCommand;
import dev.penstock.local.recovery.DiffCommand;
import dev.penstock.local.recovery.RepairCommand;
import dev.penstock.local.recovery.RestoreCommand;
import dev.penstock.local.redelivery.RedriveCommand;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.RecoveryPointByBackupVault;
import software.amazon.awssdk.services.backup.model.RestoreJobStatus;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Data is brought back on the synthesized stacks: through the plain SDK, by AWS Backup, and by the commands. */
class RecoveryIT extends RunningStorefront {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String VAULT = "penstock-local-vault";
    private static final String AWAY = "eu-west-1";

    RecoveryIT() {
        super(11, 10);
    }

    @Test
    void whatWasOverwrittenAndDeletedComesBackAtTheMark() {
        var expected = orders(60);
        expected.values().forEach(order -> put("Orders", order));
        var before = items(dynamoDb, "Orders");
        Instant mark = mark();
        spoil(expected);

        dynamoDb.restoreTableToPointInTime(restore -> restore.sourceTableName("Orders")
                .targetTableName("Orders-at-mark")
                .restoreDateTime(mark));
        awaitActive(dynamoDb, "Orders-at-mark");
        assertEquals(before, items(dynamoDb, "Orders-at-mark"));
        dynamoDb.deleteTable(delete -> delete.tableName("Orders-at-mark"));
    }

    @Test
    void aBackupHoldsTheTableAsItWas() {
        orders(20).values().forEach(order -> put("Orders", order));
        var before = items(dynamoDb, "Orders");
        String arn = dynamoDb.createBackup(create -> create.tableName("Orders").backupName("before-the-change"))
                .backupDetails()
                .backupArn();
        Await.until(
                LIMIT,
                "the backup",
                () -> dynamoDb.describeBackup(describe -> describe.backupArn(arn))
                        .backupDescription()
                        .backupDetails()
                        .backupStatusAsString()
                        .equals("AVAILABLE"));
        spoil(before);
        dynamoDb.restoreTableFromBackup(restore -> restore.backupArn(arn).targetTableName("Orders-from-backup"));
        awaitActive(dynamoDb, "Orders-from-backup");
        assertEquals(before, items(dynamoDb, "Orders-from-backup"));
        dynamoDb.deleteTable(delete -> delete.tableName("Orders-from-backup"));
    }

    /** The plans are the stacks', the night is the clock's. */
    @Test
    void thePlansOfTheStacksBackUpEveryNightAndCopyToTheSecondRegion() {
        orders(20).values().forEach(order -> put("Orders", order));
        var before = items(dynamoDb, "Orders");
        // What is a day old is gone from the streams.
        Await.until(LIMIT, "the projector", this::settled);
        var now = control.now();
        // The plan's next hour, three at night, whatever time of day it is.
        var night = now.minus(Duration.ofHours(3))
                .truncatedTo(ChronoUnit.DAYS)
                .plus(Duration.ofHours(27))
                .plusSeconds(1);
        control.advance(Duration.between(now, night));
        var home = runtime.clients().of(BackupClient.class);
        var away = runtime.clients(AWAY).of(BackupClient.class);
        Await.until(
                LIMIT,
                "the nightly recovery point",
                () -> !points(home, "Orders").isEmpty());
        Await.until(LIMIT, "its copy", () -> !points(away, "Orders").isEmpty());
        assertTrue(points(home, "Sessions").isEmpty(), "sessions are not backed up: the catalog says so");

        var copy = points(away, "Orders").getFirst();
        assertEquals(
                night.atZone(ZoneOffset.UTC).toLocalDate(),
                copy.creationDate().atZone(ZoneOffset.UTC).toLocalDate());
        String job = away.startRestoreJob(restore -> restore.recoveryPointArn(copy.recoveryPointArn())
                        .iamRoleArn("arn:aws:iam::000000000000:role/restore")
                        .metadata(Map.of("targetTableName", "Orders-evacuated")))
                .restoreJobId();
        Await.until(
                LIMIT,
                "the restore in the other region",
                () -> away.describeRestoreJob(describe -> describe.restoreJobId(job))
                                .status()
                        == RestoreJobStatus.COMPLETED);
        assertEquals(before, items(runtime.clients(AWAY).of(DynamoDbClient.class), "Orders-evacuated"));
    }

    @Test
    void repairPutsItemsBackAndTheViewsFollow() {
        var orders = orders(30);
        orders.values().forEach(order -> put("Orders", order));
        Instant mark = mark();
        spoil(orders);
        String plan = run(0, new RepairCommand(), "Orders", "--to", mark.toString(), "--all");
        assertTrue(plan.contains("nothing was written"), plan);
        run(0, new RepairCommand(), "Orders", "--to", mark.toString(), "--all", "--apply");
        assertTrue(run(0, new DiffCommand(), "Orders", "Orders", "--at", mark.toString())
                .contains(" 0 differences"));
        assertEquals(List.of(), differences());
    }

    @Test
    void cutoverMovesStreamMappingsReplicasEpochAndViews() {
        var orders = orders(30);
        orders.values().forEach(order -> put("Orders", order));
        data.customers().forEach(customer -> put("Customers", customer));
        Await.until(LIMIT, "the projector", this::settled);
        Instant mark = mark();
        var before = items(dynamoDb, "Orders");
        var customersBefore = items(dynamoDb, "Customers");
        spoil(orders);
        data.customers().forEach(customer -> {
            var renamed = new HashMap<>(customer);
            renamed.put("name", AttributeValue.fromS("spoiled"));
            put("Customers", renamed);
        });
        lose(order("never-stored"));
        cutOver("Orders", mark);
        assertEquals(before, items(dynamoDb, "Orders"));
        assertEquals(List.of(), differences());
        String late = run(1, new RedriveCommand(), "--replay");
        assertTrue(late.contains("other stream"), late);
        assertEquals(List.of(), differences());
        // Life goes on: what is written now reaches the views through the new stream.
        orders(10).values().forEach(order -> put("Orders", order));
        assertEquals(List.of(), differences());

        var away = runtime.clients(AWAY).of(DynamoDbClient.class);
        var settings = TableSettings.of(dynamoDb, "Customers");
        var settingsAway = TableSettings.of(away, "Customers");
        assertTrue(settingsAway.recoveryDays() > 0 && settingsAway.policy() != null, settingsAway.toString());
        var replicas = describe("Customers").replicas();
        var mappings = mappings("Customers");
        cutOver("Customers", mark);
        assertEquals(settings, TableSettings.of(dynamoDb, "Customers"));
        assertEquals(settingsAway, TableSettings.of(away, "Customers"));
        assertEquals(replicas, describe("Customers").replicas());
        assertEquals(mappings, mappings("Customers"));
        assertEquals(customersBefore, items(dynamoDb, "Customers"));
        Await.until(LIMIT, "the replica", () -> customersBefore.equals(items(away, "Customers")));
        int mails = control.mails().size();
        var one = new HashMap<>(data.customers().getFirst());
        one.put("country", AttributeValue.fromS("NZ"));
        put("Customers", one);
        Await.until(LIMIT, "the mail consumer", this::settled);
        assertEquals(mails, control.mails().size(), "who was welcomed is not welcomed again");
    }

    private TableDescription describe(String table) {
        return dynamoDb.describeTable(describe -> describe.tableName(table)).table();
    }

    /** What reads the stream that the table has now. */
    private List<String> mappings(String table) {
        return runtime
                .clients()
                .of(LambdaClient.class)
                .listEventSourceMappings(
                        list -> list.eventSourceArn(describe(table).latestStreamArn()))
                .eventSourceMappings()
                .stream()
                .map(mapping -> mapping.functionArn() + " " + mapping.state() + " " + mapping.batchSize() + " "
                        + mapping.filterCriteria())
                .sorted()
                .toList();
    }

    private static String order(String id) {
        return """
                {"customerId":{"S":"c1"},"orderId":{"S":"%s"},"status":{"S":"PLACED"},"total":{"N":"1"},"lines":{"L":[]},\
                "createdAt":{"S":"2026-11-22T10:00:00Z"}}""".formatted(id);
    }

    /** The record of an order that is no more in its table, as the handler diverts it. */
    private void lose(String order) {
        String arn = describe("Orders").latestStreamArn();
        String body = """
                {"consumer":"OrdersProjector","reason":"lost","payload":{"Records":[{"eventID":"e1","eventName":"INSERT",\
                "eventVersion":"1.1","eventSource":"aws:dynamodb","eventSourceARN":"%s","dynamodb":{"SequenceNumber":"1",\
                "ApproximateCreationDateTime":%d,"Keys":{"customerId":{"S":"c1"},"orderId":{"S":"never-stored"}},\
                "NewImage":%s}}]}}""".formatted(arn, control.now().getEpochSecond(), order);
        runtime.clients()
                .of(S3Client.class)
                .putObject(
                        put -> put.bucket("penstock-failures").key("poison/OrdersProjector/lost.json"),
                        RequestBody.fromString(body));
    }

    private void cutOver(String table, Instant mark) {
        run(0, new RestoreCommand(), table, "--to", mark.toString(), "--as", table + "-good");
        String done = run(0, new CutoverCommand(), table, table + "-good", "--apply");
        assertTrue(done.contains(table + " has the items of " + table + "-good"), done);
    }

    /** Overwrites half and deletes the rest. */
    private void spoil(Map<Map<String, AttributeValue>, Map<String, AttributeValue>> orders) {
        int i = 0;
        for (var order : orders.entrySet()) {
            if (i++ % 2 == 0) {
                var changed = new HashMap<>(order.getValue());
                changed.put("status", AttributeValue.fromS("SPOILED"));
                put("Orders", changed);
            } else {
                dynamoDb.deleteItem(delete -> delete.tableName("Orders").key(order.getKey()));
            }
        }
    }

    /** A moment after all that was written, and before all that will be. */
    private Instant mark() {
        control.advance(Duration.ofSeconds(2));
        Instant mark = control.now().truncatedTo(ChronoUnit.SECONDS);
        control.advance(Duration.ofSeconds(2));
        return mark;
    }

    private Map<Map<String, AttributeValue>, Map<String, AttributeValue>> orders(int count) {
        Map<Map<String, AttributeValue>, Map<String, AttributeValue>> orders = new HashMap<>();
        for (int i = 0; i < count; i++) {
            var order = data.order();
            orders.put(key(order, List.of("customerId", "orderId")), order);
        }
        return orders;
    }

    private static Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items(
            DynamoDbClient client, String table) {
        List<String> keys = client.describeTable(describe -> describe.tableName(table)).table().keySchema().stream()
                .map(element -> element.attributeName())
                .toList();
        Map<Map<String, AttributeValue>, Map<String, AttributeValue>> items = new HashMap<>();
        client.scanPaginator(scan -> scan.tableName(table)).items().forEach(item -> items.put(key(item, keys), item));
        return items;
    }

    private static Map<String, AttributeValue> key(Map<String, AttributeValue> item, List<String> names) {
        Map<String, AttributeValue> key = new HashMap<>();
        names.forEach(name -> key.put(name, Objects.requireNonNull(item.get(name), name)));
        return key;
    }

    private static List<RecoveryPointByBackupVault> points(BackupClient client, String table) {
        return client.listRecoveryPointsByBackupVault(list -> list.backupVaultName(VAULT)).recoveryPoints().stream()
                .filter(point -> point.resourceName().equals(table))
                .toList();
    }

    private static void awaitActive(DynamoDbClient client, String table) {
        Await.until(
                LIMIT,
                table,
                () -> client.describeTable(describe -> describe.tableName(table))
                                .table()
                                .tableStatus()
                        == TableStatus.ACTIVE);
    }
}
