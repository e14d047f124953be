package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.ArchivedItems;
import dev.penstock.local.demo.StorefrontData;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.redelivery.Site;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/** What follows from a table of the catalog follows its cut-over too, though that was killed in between. */
@Timeout(600)
class CatalogCutoverTest {
    private static final int TRIES = Integer.getInteger("penstock.tries", 5);

    private final CrashingCalls crash = new CrashingCalls();
    private LocalRuntime runtime;
    private Control control;
    private DynamoDbClient client;
    private DynamoDbClient crashing;
    private DynamoDbClient crashingAway;
    private StorefrontData data;

    @BeforeEach
    void start() {
        runtime = LocalRuntime.start(Options.inMemory());
        control = new Control(runtime.endpoint());
        client = runtime.clients().of(DynamoDbClient.class);
        crashing = crash.of(DynamoDbClient.builder(), runtime.endpoint(), runtime.region())
                .build();
        runtime.clients().of(S3Client.class).createBucket(bucket -> bucket.bucket(ArchivedItems.BUCKET));
        Storefront.catalog().allTables().forEach(table -> create(client, table, table.name()));
        Replication copy = Storefront.catalog().replications().getFirst();
        crashingAway = crash.of(DynamoDbClient.builder(), runtime.endpoint(), copy.region())
                .build();
        Table orders = Storefront.catalog().tables().stream()
                .filter(table -> table.name().equals(copy.source()))
                .findFirst()
                .orElseThrow();
        create(runtime.clients(copy.region()).of(DynamoDbClient.class), orders, copy.target());
        create(client, orders, "Orders-good");
        data = new StorefrontData(3, control.now(), 5);
        for (int i = 0; i < 6; i++) {
            put("Orders-good", data.order());
        }
    }

    private static void create(DynamoDbClient client, Table table, String name) {
        List<Attribute> keys = new ArrayList<>(List.of(table.partitionKey()));
        if (table.sortKey() != null) {
            keys.add(table.sortKey());
        }
        client.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .streamSpecification(stream -> stream.streamEnabled(table.stream() != Table.StreamView.NONE)
                        .streamViewType(
                                table.stream() == Table.StreamView.NONE
                                        ? null
                                        : table.stream().name()))
                .attributeDefinitions(keys.stream()
                        .map(key -> AttributeDefinition.builder()
                                .attributeName(key.name())
                                .attributeType(key.type().name())
                                .build())
                        .toList())
                .keySchema(keys.stream()
                        .map(key -> KeySchemaElement.builder()
                                .attributeName(key.name())
                                .keyType(key == table.partitionKey() ? KeyType.HASH : KeyType.RANGE)
                                .build())
                        .toList()));
    }

    @AfterEach
    void stop() {
        crashing.close();
        crashingAway.close();
        control.close();
        runtime.close();
    }

    @Test
    void viewsAggregatesAndCopiesFollowWhateverCrashed() {
        var expected = items("Orders-good");
        run();
        int calls = crash.counted();
        assertEquals(List.of(), differences());
        assertTrue(calls > 100, "calls of a cut-over, each counted before and after: " + calls);
        int apart = calls / TRIES | 1; // Odd: a crash after a call as often as before one.
        for (int call = 1; isCrashed(call); call += apart) {
            run();
            String when = "after a crash at call " + call + " of " + calls;
            assertEquals(expected, items("Orders"), when);
            assertEquals(List.of(), differences(), when);
        }
    }

    /** False when a cut-over was over before that call. */
    private boolean isCrashed(int call) {
        put("Orders", data.order());
        crash.at(call);
        try {
            run();
            return false;
        } catch (IllegalStateException crashed) {
            assertEquals(CrashingCalls.CRASH, crashed.getMessage());
            return true;
        } finally {
            crash.never();
        }
    }

    private void run() {
        var out = new PrintWriter(Writer.nullWriter());
        var site = new Site(
                crashing,
                runtime.clients().of(S3Client.class),
                runtime.clients().of(LambdaClient.class),
                "",
                "failures",
                ArchivedItems.BUCKET,
                "exports",
                runtime.clock(),
                () -> true);
        var regions = new Cutover.Regions(
                region -> crashingAway, region -> runtime.clients(region).of(LambdaClient.class));
        var copies = new Copies(site, region -> crashingAway, out);
        new Cutover(site, regions, "Orders", "Orders-good", copies, () -> {}, out).run(true);
    }

    private List<?> differences() {
        return new Verification(runtime.clients(), control).run(table -> {});
    }

    private List<Map<String, AttributeValue>> items(String table) {
        return client.scan(scan -> scan.tableName(table)).items();
    }

    private void put(String table, Map<String, AttributeValue> item) {
        client.putItem(put -> put.tableName(table).item(item));
    }
}
