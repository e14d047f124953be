package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.operations.TableDifferences.Difference;
import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.dax.ClusterDaxClient;
import software.amazon.dax.Configuration;

/** The recovery commands as a user types them, against a running runtime. */
class CommandsTest {
    private LocalRuntime runtime;
    private DynamoDbClient client;

    @BeforeEach
    void start() {
        runtime = LocalRuntime.start(Options.inMemory());
        client = runtime.clients().of(DynamoDbClient.class);
        client.createTable(table -> table.tableName("Notes")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S),
                        attribute -> attribute.attributeName("line").attributeType(ScalarAttributeType.N))
                .keySchema(
                        key -> key.attributeName("id").keyType(KeyType.HASH),
                        key -> key.attributeName("line").keyType(KeyType.RANGE))
                .streamSpecification(
                        stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))
                .tags(Tag.builder().key("team").value("shop").build())
                .tableClass(TableClass.STANDARD_INFREQUENT_ACCESS)
                .deletionProtectionEnabled(true));
        client.updateContinuousBackups(update -> update.tableName("Notes")
                .pointInTimeRecoverySpecification(
                        recovery -> recovery.pointInTimeRecoveryEnabled(true).recoveryPeriodInDays(9)));
        client.updateTimeToLive(update -> update.tableName("Notes")
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("until")));
        client.putResourcePolicy(policy -> policy.resourceArn(arn("Notes"))
                .policy("{\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"" + arn("Notes") + "\"}]}"));
    }

    @AfterEach
    void stop() {
        runtime.close();
    }

    @Test
    void restoreSaysWhatItDropsAndPutsItBack() {
        put("a", 1, "old");
        Instant mark = mark();
        put("a", 1, "new");
        TableSettings before = TableSettings.of(client, "Notes");

        String dry = run(0, new RestoreCommand(), "Notes", "--to", mark.toString(), "--as", "Then", "--dry-run");
        assertTrue(dry.contains("restore Notes as it was at " + mark), dry);
        for (String dropped : List.of("TTL", "STREAM", "TAGS", "RECOVERY", "POLICY", "DELETION_PROTECTION")) {
            assertTrue(dry.contains(dropped), dropped + " in " + dry);
        }
        assertFalse(client.listTables().tableNames().contains("Then"));

        String done = run(0, new RestoreCommand(), "Notes", "--to", mark.toString(), "--as", "Then");
        assertTrue(done.contains("re-applied:"), done);
        assertTrue(done.contains("ALARMS"), done);
        assertEquals(Map.of("a/1", "old"), items("Then"));
        TableSettings after = TableSettings.of(client, "Then");
        assertEquals(
                new TableSettings(
                        before.ttlAttribute(),
                        before.streamView(),
                        before.tags(),
                        before.recoveryDays(),
                        before.deletionProtection(),
                        before.policy().replace(arn("Notes"), arn("Then")),
                        before.tableClass()),
                after);
        assertEquals("until", after.ttlAttribute());
        assertEquals(9, after.recoveryDays());
    }

    @Test
    void relativeTimesAreOnTheRuntimesClock() {
        put("a", 1, "old");
        runtime.clock().advance(Duration.ofMinutes(7));
        put("a", 1, "new");
        run(0, new RestoreCommand(), "Notes", "--to", "-5m", "--as", "Before");
        run(0, new RestoreCommand(), "Notes", "--to", "latest", "--as", "Latest");
        assertEquals(Map.of("a/1", "old"), items("Before"));
        assertEquals(Map.of("a/1", "new"), items("Latest"));
    }

    @Test
    void aBackupIsRestoredWithTheSettingsOfItsSource() {
        put("a", 1, "kept");
        String made = run(0, new BackupCommand(), "Notes", "--name", "by-hand", "--json");
        assertEquals(1, made.lines().count(), made);
        String backupArn = made.replaceAll("(?s).*\"backupArn\":\"([^\"]+)\".*", "$1");
        put("a", 1, "new");
        run(0, new RestoreCommand(), "--from-backup", backupArn, "--as", "FromBackup");
        assertEquals(Map.of("a/1", "kept"), items("FromBackup"));
        assertEquals(9, TableSettings.of(client, "FromBackup").recoveryDays());
    }

    @Test
    void diffNamesWhatDiffers() {
        put("a", 1, "same");
        put("b", 1, "old");
        put("c", 1, "gone");
        Instant mark = mark();
        put("b", 1, "new");
        put("d", 1, "only now");
        delete("c", 1);
        String report = run(3, new DiffCommand(), "Notes", "Notes", "--at", mark.toString());
        assertTrue(report.contains("3 differences"), report);
        assertTrue(report.contains("not in Notes") && report.contains("only in Notes"), report);
        assertEquals(List.of("Notes"), client.listTables().tableNames(), "what was restored to compare is gone");
        run(0, new RestoreCommand(), "Notes", "--to", "latest", "--as", "Copy");
        assertTrue(run(0, new DiffCommand(), "Notes", "Copy").contains("0 differences"));
    }

    @Test
    void repairPutsBackTheChosenItemsOnly() {
        put("a", 1, "old");
        put("b", 1, "old");
        put("c", 1, "gone");
        Instant mark = mark();
        put("a", 1, "bad");
        put("b", 1, "bad");
        delete("c", 1);
        put("d", 1, "bad");
        String plan = run(0, new RepairCommand(), "Notes", "--to", mark.toString(), "--keys", "a/1,c/1,d/1");
        assertTrue(plan.contains("3 to repair") && plan.contains("nothing was written"), plan);
        assertEquals(Map.of("a/1", "bad", "b/1", "bad", "d/1", "bad"), items("Notes"));

        run(0, new RepairCommand(), "Notes", "--to", mark.toString(), "--keys", "a/1,c/1,d/1", "--apply");
        assertEquals(Map.of("a/1", "old", "b/1", "bad", "c/1", "gone"), items("Notes"));
        run(0, new RepairCommand(), "Notes", "--to", mark.toString(), "--all", "--apply");
        assertEquals(Map.of("a/1", "old", "b/1", "old", "c/1", "gone"), items("Notes"));
    }

    @Test
    void repairLeavesAloneWhatSomebodyChangesMeanwhile() {
        put("a", 1, "bad");
        var seen = item("a", 1, "seen before");
        var key = Map.of("id", AttributeValue.fromS("a"), "line", AttributeValue.fromN("1"));
        var text = new StringWriter();
        var repair = new Repair(client, "Notes", true, new PrintWriter(text));
        repair.put(new Difference(key, item("a", 1, "past"), seen));
        assertFalse(repair.report());
        assertTrue(text.toString().contains("left alone"), text.toString());
        assertEquals(Map.of("a/1", "bad"), items("Notes"));
    }

    @Test
    void repairKeepsAnAttributeThatSomebodyAddsMeanwhile() {
        var key = Map.of("id", AttributeValue.fromS("a"), "line", AttributeValue.fromN("1"));
        var seen = with(item("a", 1, "bad"), "wrong", "too much");
        client.putItem(put -> put.tableName("Notes").item(with(seen, "added", "meanwhile")));
        var repair = new Repair(client, "Notes", true, new PrintWriter(new StringWriter()));
        repair.put(new Difference(key, with(item("a", 1, "good"), "back", "again"), seen));
        assertTrue(repair.report());
        assertEquals(
                with(with(item("a", 1, "good"), "back", "again"), "added", "meanwhile"),
                client.getItem(get -> get.tableName("Notes").key(key)).item());
    }

    /** An expression may have 300 operators. */
    @Test
    void repairGoesOnAfterAnItemThatCannotBeWritten() {
        var wide = new HashMap<>(item("a", 1, "wide"));
        for (int i = 0; i < 200; i++) {
            wide.put("attribute" + i, AttributeValue.fromN("" + i));
        }
        client.putItem(put -> put.tableName("Notes").item(wide));
        put("b", 1, "old");
        Instant mark = mark();
        client.putItem(put -> put.tableName("Notes").item(with(wide, "text", "bad")));
        put("b", 1, "bad");
        String report = run(3, new RepairCommand(), "Notes", "--to", mark.toString(), "--all", "--apply");
        assertTrue(report.contains("left alone: ") && report.contains("1 repaired"), report);
        assertEquals("old", items("Notes").get("b/1"));
    }

    @Test
    void aPlanThatCannotBeDoneIsRefused() {
        Instant mark = mark();
        String taken = run(1, new RestoreCommand(), "Notes", "--to", "latest", "--as", "Notes", "--dry-run");
        assertTrue(taken.contains("Notes exists already"), taken);
        String early = mark.minus(Duration.ofDays(40)).toString();
        String outside = run(1, new RestoreCommand(), "Notes", "--to", early, "--as", "Copy", "--dry-run");
        assertTrue(outside.contains("not among the restorable times"), outside);
        assertEquals(List.of("Notes"), client.listTables().tableNames());
    }

    private static Map<String, AttributeValue> with(Map<String, AttributeValue> item, String name, String value) {
        var more = new HashMap<>(item);
        more.put(name, AttributeValue.fromS(value));
        return more;
    }

    @Test
    void cutoverPutsTheRestoredItemsInPlaceOfTheTable() {
        client.updateTable(update -> update.tableName("Notes").deletionProtectionEnabled(false));
        put("a", 1, "good");
        Instant mark = mark();
        put("a", 1, "bad");
        run(0, new RestoreCommand(), "Notes", "--to", mark.toString(), "--as", "Then");
        TableSettings before = TableSettings.of(client, "Notes");
        assertTrue(run(0, new CutoverCommand(), "Notes", "Then").contains("add --apply"));
        assertEquals(Map.of("a/1", "bad"), items("Notes"));
        run(0, new CutoverCommand(), "Notes", "Then", "--apply");
        assertEquals(Map.of("a/1", "good"), items("Notes"));
        assertEquals(before, TableSettings.of(client, "Notes"));
    }

    /** Until the cut-over the cache goes on answering what it has: that shows that it is the cut-over that empties it. */
    @Test
    void cutoverEmptiesTheCachesOfDax() throws IOException {
        client.updateTable(update -> update.tableName("Notes").deletionProtectionEnabled(false));
        put("a", 1, "good");
        Instant mark = mark();
        put("a", 1, "bad");
        run(0, new RestoreCommand(), "Notes", "--to", mark.toString(), "--as", "Then");
        try (DynamoDbClient dax = ClusterDaxClient.builder()
                .overrideConfiguration(Configuration.builder()
                        .url(runtime.dax().url())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(Clients.CREDENTIALS)
                        .build())
                .build()) {
            assertEquals("bad", throughDax(dax));
            put("a", 1, "worse");
            run(0, new CutoverCommand(), "Notes", "Then");
            assertEquals("bad", throughDax(dax), "a plan empties nothing");
            run(0, new CutoverCommand(), "Notes", "Then", "--apply");
            assertEquals("good", throughDax(dax));
        }
    }

    private static String throughDax(DynamoDbClient dax) {
        return dax.getItem(get -> get.tableName("Notes")
                        .key(Map.of("id", AttributeValue.fromS("a"), "line", AttributeValue.fromN("1"))))
                .item()
                .get("text")
                .s();
    }

    @ParameterizedTest
    @CsvSource({
        "-90s,2026-01-01T00:00:00Z",
        "-5m,2025-12-31T23:56:30Z",
        "-2h,2025-12-31T22:01:30Z",
        "-1d,2025-12-31T00:01:30Z",
        "2025-11-22T10:15:30Z,2025-11-22T10:15:30Z"
    })
    void timesAreReadAsPeopleWriteThem(String text, Instant expected) {
        assertEquals(expected, When.parse(text, Instant.parse("2026-01-01T00:01:30Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5m", "-5", "-5y", "yesterday", ""})
    void whatIsNoTimeIsRefusedWithAnExample(String text) {
        var refused = assertThrows(IllegalArgumentException.class, () -> When.parse(text, Instant.EPOCH));
        assertTrue(refused.getMessage().contains("-5m"));
    }

    private String run(int expected, Object command, String... arguments) {
        var text = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--endpoint", runtime.endpoint().toString()));
        var commandLine =
                new CommandLine(command).setOut(new PrintWriter(text, true)).setErr(new PrintWriter(text, true));
        int code = commandLine.execute(all.toArray(String[]::new));
        assertEquals(expected, code, text.toString());
        return text.toString();
    }

    /** A moment after all that was written, and before all that will be. */
    private Instant mark() {
        runtime.clock().advance(Duration.ofSeconds(1));
        Instant mark = runtime.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        runtime.clock().advance(Duration.ofSeconds(1));
        return mark;
    }

    private void put(String id, int line, String text) {
        client.putItem(put -> put.tableName("Notes").item(item(id, line, text)));
    }

    private static Map<String, AttributeValue> item(String id, int line, String text) {
        return Map.of(
                "id", AttributeValue.fromS(id),
                "line", AttributeValue.fromN(Integer.toString(line)),
                "text", AttributeValue.fromS(text));
    }

    private void delete(String id, int line) {
        client.deleteItem(delete -> delete.tableName("Notes")
                .key(Map.of("id", AttributeValue.fromS(id), "line", AttributeValue.fromN(Integer.toString(line)))));
    }

    private Map<String, String> items(String table) {
        Map<String, String> items = new TreeMap<>();
        client.scan(scan -> scan.tableName(table))
                .items()
                .forEach(item -> items.put(
                        item.get("id").s() + "/" + item.get("line").n(),
                        item.get("text").s()));
        return items;
    }

    private String arn(String table) {
        return client.describeTable(describe -> describe.tableName(table))
                .table()
                .tableArn();
    }
}
