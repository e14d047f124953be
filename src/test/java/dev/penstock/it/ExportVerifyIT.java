package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.S3Objects;
import dev.penstock.local.cli.Verify;
import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code verify --export-at} on the synthesized stacks: true exports of all tables at one second, compared. */
@Tag("rule-16")
class ExportVerifyIT extends RunningStorefront {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String EXPORTS = "penstock-exports";

    ExportVerifyIT() {
        super(16, 5);
    }

    @BeforeEach
    void someItems() {
        for (int i = 0; i < 20; i++) {
            put("Orders", data.order());
            put("UsageEvents", data.usageEvent());
        }
        settle();
    }

    @Test
    void equalTablesAndAnInterruptedRunThatGoesOn() {
        String text = run(0, new Verify(), "--export-at", "now");
        assertTrue(text.contains("0 differences"), text);
        for (String table : List.of("OrdersByStatus", "CustomerTotals", "UsageByHour", "OrdersMasked in eu-west-1")) {
            assertTrue(text.contains("  " + table), text);
        }
        int exports = exports();
        String time = text.substring(text.indexOf("--export-at ") + "--export-at ".length())
                .split("\\s")[0];
        run(0, new Verify(), "--export-at", time);
        assertEquals(exports, exports(), "the same time takes up the exports that are there");
        assertTrue(run(0, new Verify(), "--exports", "s3://" + EXPORTS + "/verify/" + time + "/")
                .contains("0 differences"));
        assertEquals("[]", run(0, new Verify(), "--export-at", time, "--json").strip());
    }

    @Test
    void whatWasChangedByHandIsTold() {
        Map<String, AttributeValue> row = any(dynamoDb, "OrdersByStatus");
        put("OrdersByStatus", with(row, "total", AttributeValue.fromN("123456")));
        Map<String, AttributeValue> sum = any(dynamoDb, "CustomerTotals");
        put("CustomerTotals", with(sum, "orders", AttributeValue.fromN("1000")));
        try (var europe = new Clients(runtime.endpoint(), "eu-west-1")) {
            DynamoDbClient there = europe.of(DynamoDbClient.class);
            Map<String, AttributeValue> copy = any(there, "OrdersMasked");
            there.putItem(
                    put -> put.tableName("OrdersMasked").item(with(copy, "status", AttributeValue.fromS("FORGED"))));
            settle();
            String text = run(3, new Verify(), "--export-at", "now");
            assertTrue(text.contains("3 differences"), text);
            for (String table : List.of("OrdersByStatus", "CustomerTotals", "OrdersMasked")) {
                assertTrue(text.contains("effect=" + table), text);
            }
            String json = run(3, new Verify(), "--export-at", "now", "--json");
            assertTrue(json.startsWith("[{\"effect\":\"OrdersByStatus\""), json);
            there.putItem(put -> put.tableName("OrdersMasked").item(copy));
        }
        put("CustomerTotals", sum);
        put("OrdersByStatus", row);
        settle();
        run(0, new Verify(), "--export-at", "now");
    }

    @Test
    void whatWasUnderWayIsNoDifferenceOnceItsStreamHasPassed() throws IOException {
        consume("OrdersProjector", false);
        for (int i = 0; i < 10; i++) {
            put("Orders", data.order());
        }
        control.advance(Duration.ofSeconds(2));
        Instant time = control.now().truncatedTo(ChronoUnit.SECONDS);
        // While nothing consumes, nothing will mend it either.
        String behind = run(3, new Verify(), "--export-at", time.toString());
        assertTrue(behind.contains("effect=OrdersByStatus"), behind);
        consume("OrdersProjector", true);
        settle();
        String text = run(0, new Verify(), "--export-at", time.toString());
        assertTrue(text.contains("0 differences"), text);
        assertTrue(items(time, "Orders") > items(time, "OrdersByStatus"), "ten orders are not in that export");
    }

    @Test
    void exportsAreTakenWhileWritesGoOn() {
        var done = new AtomicBoolean();
        var writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 400 && !done.get(); i++) {
                put("Orders", data.order());
                put("UsageEvents", data.usageEvent());
            }
        });
        try {
            // The hour that is counted now changes with every event: it may be open until the writer is done.
            String text = run(-1, new Verify(), "--export-at", "now", "--cuts", "1");
            assertTrue(text.contains("\n0 differences"), text);
            text.lines()
                    .filter(line -> line.startsWith("NOT TOLD"))
                    .forEach(line -> assertTrue(line.contains("UsageByHour"), line));
        } finally {
            done.set(true);
            writer.join();
        }
        settle();
        run(0, new Verify(), "--export-at", "now");
    }

    @Test
    void aTableWithoutRecoveryIsSaidNotPassed() {
        recover("OrdersByStatus", false);
        String text = run(1, new Verify(), "--export-at", "now");
        recover("OrdersByStatus", true);
        assertTrue(text.contains("0 differences"), text);
        assertTrue(
                text.contains("NOT COMPARED OrdersByStatus: table OrdersByStatus has no point-in-time recovery"), text);
        settle();
        run(0, new Verify(), "--export-at", "now");
    }

    /** Usage that expired stays counted: it is read from the archive, as the exports don't have it any more. */
    @Test
    void whatExpiredIsCountedFromTheArchive() {
        String expiresAt = Long.toString(control.now().getEpochSecond() + 60);
        for (int i = 0; i < 10; i++) {
            put("UsageEvents", with(data.usageEvent(), "expiresAt", AttributeValue.fromN(expiresAt)));
        }
        settle();
        Instant before = control.now().truncatedTo(ChronoUnit.SECONDS);
        control.advance(Duration.ofHours(1));
        Await.until(
                LIMIT,
                "TTL to delete",
                () -> dynamoDb.scan(scan -> scan.tableName("UsageEvents")
                                .filterExpression("expiresAt = :e")
                                .expressionAttributeValues(Map.of(":e", AttributeValue.fromN(expiresAt))))
                        .items()
                        .isEmpty());
        settle();
        run(0, new Verify(), "--export-at", "now");
        // Of a second at which they were still in the table: the archive has them too by now.
        run(0, new Verify(), "--export-at", before.toString());
    }

    @Test
    void exportsOfNothingAreAnError() {
        assertTrue(run(1, new Verify(), "--exports", "s3://" + EXPORTS + "/nothing/")
                .contains("no full export"));
        assertTrue(run(1, new Verify(), "--exports", "x", "--export-at", "now").contains("give one of them"));
    }

    private void settle() {
        Await.until(LIMIT, "the consumers to catch up", this::settled);
        // Exports are of a whole second, which what was written just now is not before.
        control.advance(Duration.ofSeconds(2));
    }

    private void recover(String table, boolean on) {
        dynamoDb.updateContinuousBackups(update ->
                update.tableName(table).pointInTimeRecoverySpecification(p -> p.pointInTimeRecoveryEnabled(on)));
    }

    private void consume(String function, boolean on) {
        var lambda = runtime.clients().of(LambdaClient.class);
        lambda.listEventSourceMappings(list -> list.functionName(function + ":live")).eventSourceMappings().stream()
                .map(mapping -> mapping.uuid())
                .forEach(uuid -> lambda.updateEventSourceMapping(
                        update -> update.uuid(uuid).enabled(on)));
    }

    private int exports() {
        return dynamoDb.listExports(list -> list.maxResults(25))
                .exportSummaries()
                .size();
    }

    private long items(Instant time, String table) throws IOException {
        var objects = new S3Objects(runtime.clients().of(S3Client.class), EXPORTS);
        String key =
                ExportReader.find(objects, "verify/" + time + "/" + table + "/").getFirst();
        return ExportReader.open(objects, key).summary().itemCount();
    }

    private static Map<String, AttributeValue> any(DynamoDbClient client, String table) {
        return client.scan(scan -> scan.tableName(table)).items().stream()
                .filter(row -> !row.containsKey("projectorRemoved"))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, AttributeValue> with(
            Map<String, AttributeValue> row, String attribute, AttributeValue value) {
        var changed = new HashMap<>(row);
        changed.put(attribute, value);
        return changed;
    }
}
