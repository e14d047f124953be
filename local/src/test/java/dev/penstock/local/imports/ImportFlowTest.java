package dev.penstock.local.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.importflow.ImportClients;
import dev.penstock.lambdas.importflow.ImportFlow;
import dev.penstock.lambdas.importflow.ImportHandler;
import dev.penstock.lambdas.importflow.ImportJobs;
import dev.penstock.lambdas.importflow.ImportPartHandler;
import dev.penstock.local.export.LocalTables;
import dev.penstock.local.sqs.SqsService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The import flow as it runs in AWS, its handlers called with what the queue holds, against the local services. */
class ImportFlowTest {
    private static final Catalog CATALOG = new Catalog(
            List.of(Table.named("Shop")
                    .key("pk")
                    .sort(dev.penstock.lambdas.catalog.Attribute.number("sk"))
                    .expires("ttl")
                    .build()),
            List.of(),
            List.of(),
            List.of());
    private static final int ITEMS = 40;

    @TempDir
    Path folder;

    private LocalTables tables;
    private SqsService queues;
    private S3Client s3;
    private SqsClient sqs;
    private String queue = "";
    private ImportHandler orders;
    private ImportPartHandler parts;

    @BeforeEach
    void start() {
        tables = new LocalTables(folder);
        queues = new SqsService(tables::endpoint);
        tables.add(queues);
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret"));
        var region = Region.of(LocalTables.REGION);
        s3 = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(tables.endpoint())
                .forcePathStyle(true)
                .region(region)
                .credentialsProvider(credentials)
                .build();
        sqs = SqsClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(tables.endpoint())
                .region(region)
                .credentialsProvider(credentials)
                .build();
        queue = sqs.createQueue(create -> create.queueName("parts")).queueUrl();
        tables.client.createTable(create -> create.tableName("Operations")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(task -> task.attributeName("task").attributeType(ScalarAttributeType.S))
                .keySchema(task -> task.attributeName("task").keyType(KeyType.HASH)));
        tables.table("Shop");
        for (int i = 0; i < ITEMS; i++) {
            Map<String, AttributeValue> item = new HashMap<>(LocalTables.item("customer " + i, i, "v" + i));
            item.put("secret", AttributeValue.fromS("s"));
            tables.client.putItem(put -> put.tableName("Shop").item(item));
        }
        ImportFlow flow = new ImportFlow(
                CATALOG,
                tables.client,
                s3,
                new ImportJobs(tables.client, "Operations"),
                (job, numbers) -> ImportClients.send(sqs, queue, job, numbers),
                new ImportFlow.Target("bucket", true));
        orders = new ImportHandler(flow);
        parts = new ImportPartHandler(flow);
    }

    @AfterEach
    void stop() {
        s3.close();
        sqs.close();
        queues.close();
        tables.close();
    }

    private String export() {
        String arn = tables.client
                .exportTableToPointInTime(
                        e -> e.tableArn(tables.store.tables().described("Shop").arn())
                                .s3Bucket("bucket")
                                .s3Prefix("exports"))
                .exportDescription()
                .exportArn();
        return "s3://bucket/"
                + tables.client
                        .describeExport(d -> d.exportArn(arn))
                        .exportDescription()
                        .exportManifest();
    }

    private Map<String, String> order(String export, String recipe) {
        Map<String, String> order =
                new TreeMap<>(Map.of("task", "import", "export", export, "table", "Shop", "target", "ShopCopy"));
        if (!recipe.isEmpty()) {
            tables.buckets.put("bucket", "recipe.json", recipe.getBytes(StandardCharsets.UTF_8), "application/json");
            order.put("recipe", "s3://bucket/recipe.json");
        }
        return order;
    }

    /** All messages, each twice and in no order, as a queue may deliver them. */
    private void deliver() {
        List<SQSEvent> events = new ArrayList<>();
        while (true) {
            var received = sqs.receiveMessage(
                            r -> r.queueUrl(queue).maxNumberOfMessages(10).waitTimeSeconds(0))
                    .messages();
            if (received.isEmpty()) {
                break;
            }
            received.forEach(message -> {
                SQSEvent.SQSMessage one = new SQSEvent.SQSMessage();
                one.setBody(message.body());
                SQSEvent event = new SQSEvent();
                event.setRecords(List.of(one));
                events.addAll(List.of(event, event));
            });
        }
        Collections.shuffle(events, new Random(1));
        events.forEach(event -> parts.handleRequest(event, null));
    }

    private String follow() {
        return orders.handleRequest(Map.of("task", "follow"), null);
    }

    @Test
    void anExportBecomesATableWithItsSettings() {
        String export = export();
        String id = orders.handleRequest(
                order(export, "{\"steps\": [{\"filter\": \"sk < 30\"}, {\"drop\": [\"secret\"]}]}"), null);
        assertEquals(id, orders.handleRequest(order(export, ""), null), "ordered twice, it is the same import");
        assertEquals(id + ": 4 of 4 parts are open", follow());
        deliver();
        assertEquals(id + ": read 40 = written 30 + filtered 10 + rejected 0; rows 30; imported 30", follow());
        assertEquals("", follow(), "nothing is under way any more");
        List<Map<String, AttributeValue>> items =
                tables.client.scan(scan -> scan.tableName("ShopCopy")).items();
        assertEquals(30, items.size());
        assertTrue(items.stream().noneMatch(item -> item.containsKey("secret")));

        TableDescription made =
                tables.client.describeTable(d -> d.tableName("ShopCopy")).table();
        assertEquals(
                StreamViewType.NEW_AND_OLD_IMAGES, made.streamSpecification().streamViewType());
        assertTrue(made.deletionProtectionEnabled());
        assertEquals(
                PointInTimeRecoveryStatus.ENABLED,
                tables.client
                        .describeContinuousBackups(d -> d.tableName("ShopCopy"))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus());
        var ttl = tables.client.describeTimeToLive(d -> d.tableName("ShopCopy")).timeToLiveDescription();
        assertEquals(TimeToLiveStatus.ENABLED, ttl.timeToLiveStatus());
        assertEquals("ttl", ttl.attributeName());
        assertEquals(
                id,
                tables.client
                        .listTagsOfResource(l -> l.resourceArn(made.tableArn()))
                        .tags()
                        .getFirst()
                        .value());
    }

    @Test
    void rejectedLinesStopTheImportAndAreKept() {
        String id = orders.handleRequest(order(export(), "{\"steps\": [{\"drop\": [\"sk\"]}]}"), null);
        deliver();
        IllegalStateException failure = assertThrows(IllegalStateException.class, this::follow);
        assertEquals(
                id + ": read 40 = written 0 + filtered 0 + rejected 40; rows 0; nothing was imported, see"
                        + " s3://bucket/imports/" + id + "/rejects/",
                failure.getMessage());
        assertTrue(tables.store.tables().find("ShopCopy").isEmpty());
        assertTrue(tables.buckets.list("bucket", "imports/" + id + "/rejects/").stream()
                .allMatch(rejects -> rejects.key().endsWith("rejects.jsonl")));
        assertEquals("", follow(), "said once");
    }

    @Test
    void aFailedImportIsSaidOnce() {
        orders.handleRequest(order(export(), "{\"steps\": [{\"add\": {\"sk\": {\"S\": \"text\"}}}]}"), null);
        deliver();
        IllegalStateException failure = assertThrows(IllegalStateException.class, this::follow);
        assertTrue(failure.getMessage().contains("ItemValidationError"), failure.getMessage());
        assertTrue(failure.getMessage().endsWith("imported 0, errors 40, see /aws-dynamodb/imports"));
        assertEquals("", follow());
    }

    @Test
    void whatCannotBeImportedIsRefusedAtOnce() {
        String export = export();
        refused("is 'x': allowed", order(export, ""), "target", "x");
        refused("Shop exists", order(export, ""), "target", "Shop");
        refused("begin with s3://", order(export, ""), "export", "exports");
        refused("holds 0 exports", order(export, ""), "export", "s3://bucket/nowhere");
        refused("groups or writes CSV", order(export, "{\"group\": {\"by\": [\"v\"]}}"), "table", "Shop");
        refused("unknown step", order(export, "{\"steps\": [{\"shred\": []}]}"), "table", "Shop");
        assertEquals("", follow());
    }

    private void refused(String message, Map<String, String> order, String member, String value) {
        order.put(member, value);
        Exception refusal = assertThrows(Exception.class, () -> orders.handleRequest(order, null));
        assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal::toString);
    }
}
