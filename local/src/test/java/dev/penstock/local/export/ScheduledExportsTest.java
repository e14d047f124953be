package dev.penstock.local.export;

import static dev.penstock.local.export.LocalTables.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.operations.OperationsHandler;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.query.QueryCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.glue.GlueClient;

/** The function that schedules call, tick by tick, with the local export API, buckets and Glue; and SQL over the result. */
class ScheduledExportsTest {
    @TempDir
    Path folder;

    private LocalTables tables;
    private Clients clients;
    private GlueClient glue;
    private OperationsHandler operations;
    private String arn = "";

    @BeforeEach
    void start() {
        tables = new LocalTables(folder);
        clients = new Clients(tables.endpoint(), LocalTables.REGION);
        glue = clients.of(GlueClient.class);
        glue.createDatabase(create -> create.databaseInput(d -> d.name("penstock_local_exports")));
        glueTable("shop_full", "item");
        glueTable("shop_incremental", "keys");
        tables.client.createTable(create -> create.tableName("Operations")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(task -> task.attributeName("task").attributeType(ScalarAttributeType.S))
                .keySchema(task -> task.attributeName("task").keyType(KeyType.HASH)));
        arn = tables.table("Shop");
        operations = new OperationsHandler(
                new Environment(Map.of(
                        "EXPORT_BUCKET", "exports",
                        "TABLE_ARN_PREFIX", arn.substring(0, arn.length() - "Shop".length()),
                        "STATE_TABLE", "Operations",
                        "GLUE_DATABASE", "penstock_local_exports")),
                tables.client,
                glue,
                tables.clock);
        put("a", "1");
        tables.clock.advance(Duration.ofMinutes(10));
    }

    private void glueTable(String name, String column) {
        glue.createTable(create -> create.databaseName("penstock_local_exports")
                .tableInput(table -> table.name(name)
                        .partitionKeys(key -> key.name("exported").type("string"))
                        .storageDescriptor(s -> s.location("s3://exports/Shop/")
                                .columns(c -> c.name(column).type("string")))));
    }

    @AfterEach
    void stop() {
        clients.close();
        tables.close();
    }

    private void put(String pk, String value) {
        tables.client.putItem(put -> put.tableName("Shop").item(item(pk, 1, value)));
    }

    private String tick(String kind) {
        return operations.handleRequest(Map.of("task", "export", "table", "Shop", "kind", kind), null);
    }

    private List<ExportDescription> exports() {
        return tables.client.listExports(list -> list.tableArn(arn)).exportSummaries().stream()
                .map(summary -> tables.client
                        .describeExport(describe -> describe.exportArn(summary.exportArn()))
                        .exportDescription())
                .toList();
    }

    private String query(String sql) {
        StringWriter out = new StringWriter();
        int exit = new CommandLine(new QueryCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(
                        sql,
                        "--format",
                        "CSV",
                        "--endpoint",
                        tables.endpoint().toString(),
                        "--region",
                        LocalTables.REGION);
        assertEquals(0, exit, out::toString);
        return out.toString().replace(System.lineSeparator(), "\n");
    }

    @Test
    void oneExportForOneWindowHoweverOftenItTicks() {
        tables.buckets.createBucket("exports", LocalTables.REGION);
        tables.hold();
        for (int i = 0; i < 5; i++) {
            assertEquals("RUNNING", tick("FULL"));
        }
        tables.release();
        for (int i = 0; i < 5; i++) {
            assertEquals("DONE", tick("FULL"));
        }
        assertEquals(1, exports().size());
    }

    /** The time that would be exported lies before the table's first moment; a tick later it does not. */
    @Test
    void aTableThatWasJustMadeIsExportedALittleLater() {
        tables.buckets.createBucket("exports", LocalTables.REGION);
        tables.table("Young");
        Map<String, String> full = Map.of("task", "export", "table", "Young", "kind", "FULL");
        assertEquals("DONE", operations.handleRequest(full, null));
        tables.clock.advance(Duration.ofMinutes(10));
        assertEquals("RUNNING", operations.handleRequest(full, null));
    }

    /** As a cut-over does: the windows of the old table are gone, and a full export of the new one begins anew. */
    @Test
    void aTableThatWasMadeAnewBeginsWithAFullExport() {
        tables.buckets.createBucket("exports", LocalTables.REGION);
        tick("FULL");
        tick("FULL");
        tables.client.deleteTable(delete -> delete.tableName("Shop"));
        tables.clock.advance(Duration.ofHours(2));
        tables.table("Shop");
        put("a", "3");
        tables.clock.advance(Duration.ofHours(24));
        String gone = assertThrows(IllegalStateException.class, () -> tick("INCREMENTAL"))
                .getMessage();
        assertTrue(gone.contains("can't be exported any more; the next full export begins anew"), gone);
        assertEquals("DONE", tick("INCREMENTAL"), "there is nothing to begin at");
        assertEquals("RUNNING", tick("FULL"));
        assertEquals("DONE", tick("FULL"));
        tables.clock.advance(Duration.ofHours(25));
        assertEquals("RUNNING", tick("INCREMENTAL"));
        assertEquals("DONE", tick("INCREMENTAL"));
    }

    @Test
    void windowsCatchUpAfterAGapAndTheirPartitionsAnswerQueries() {
        tables.buckets.createBucket("exports", LocalTables.REGION);
        tick("FULL");
        tick("FULL");
        put("a", "2");
        put("b", "1");
        tables.clock.advance(Duration.ofHours(80));
        for (int i = 0; i < 20; i++) {
            tick("INCREMENTAL");
        }
        List<ExportDescription> made = new ArrayList<>(exports());
        Instant end = made.removeFirst().exportTime();
        made.sort(Comparator.comparing(
                export -> export.incrementalExportSpecification().exportFromTime()));
        assertEquals(3, made.size(), "three whole days of eighty hours");
        for (ExportDescription window : made) {
            assertEquals(end, window.incrementalExportSpecification().exportFromTime());
            end = window.incrementalExportSpecification().exportToTime();
        }
        assertEquals("pk,v\na,1\n", query("select pk, v from shop_full"));
        assertEquals(
                "pk,v,change\na,2,update\nb,1,insert\n",
                query("select pk, v, change from shop_incremental order by pk"));
        assertEquals(
                "exported\n" + made.getFirst().incrementalExportSpecification().exportToTime() + "\n",
                query("select distinct exported from shop_incremental"));
    }

    @Test
    void afterAFailureTheNextAttemptHasAnotherTokenAndPrefix() {
        assertEquals("RUNNING", tick("FULL"));
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> tick("FULL"));
        assertTrue(failure.getMessage().contains("attempt 1, failed: S3NoSuchBucket"), failure.getMessage());
        tables.buckets.createBucket("exports", LocalTables.REGION);
        assertEquals("RUNNING", tick("FULL"));
        assertEquals("DONE", tick("FULL"));
        List<ExportDescription> made = exports();
        assertEquals(2, made.size());
        assertEquals(
                2, made.stream().map(ExportDescription::clientToken).distinct().count());
        assertEquals(
                2, made.stream().map(ExportDescription::s3Prefix).distinct().count());
        assertEquals(
                1, made.stream().map(ExportDescription::exportTime).distinct().count(), "the same window");
    }
}
