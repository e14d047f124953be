package dev.penstock.local.redelivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

class BackfillCommandTest {
    private static final int MANY = 30;

    @Test
    void whatWasThereBeforeIsCopiedMaskedOnce() {
        try (LocalRuntime runtime = LocalRuntime.start(Options.inMemory())) {
            var replication = Storefront.catalog().replication("OrdersReplication");
            DynamoDbClient here = runtime.clients().of(DynamoDbClient.class);
            DynamoDbClient there = runtime.clients(replication.region()).of(DynamoDbClient.class);
            create(here, Storefront.catalog().table("Orders"));
            create(there, replication.targetTable());
            for (int i = 0; i < MANY; i++) {
                String id = "order-" + i;
                here.putItem(put -> put.tableName("Orders")
                        .item(Map.of(
                                "customerId", AttributeValue.fromS("ada"),
                                "orderId", AttributeValue.fromS(id),
                                "country", AttributeValue.fromS("DE"),
                                "total", AttributeValue.fromN("12"))));
            }
            assertEquals(
                    "30 of 30 items of Orders were missing in OrdersMasked in eu-west-1, and are there now",
                    run(runtime, "OrdersReplication"));
            var rows = there.scan(scan -> scan.tableName("OrdersMasked")).items();
            assertEquals(MANY, rows.size());
            assertFalse(rows.getFirst().containsKey("country"));
            assertEquals("0", rows.getFirst().get("total").n());
            assertTrue(run(runtime, "OrdersReplication").startsWith("0 of 30 items"));
        }
    }

    private static String run(LocalRuntime runtime, String replication) {
        var out = new StringWriter();
        int code = new CommandLine(new BackfillCommand())
                .setOut(new PrintWriter(out, true))
                .execute(replication, "--endpoint", runtime.endpoint().toString());
        assertEquals(0, code);
        return out.toString().strip();
    }

    private static void create(DynamoDbClient client, Table table) {
        client.createTable(create -> create.tableName(table.name())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(table.keys().stream()
                        .map(key -> AttributeDefinition.builder()
                                .attributeName(key.name())
                                .attributeType(key.type().name())
                                .build())
                        .toList())
                .keySchema(table.keys().stream()
                        .map(key -> KeySchemaElement.builder()
                                .attributeName(key.name())
                                .keyType(key.equals(table.partitionKey()) ? KeyType.HASH : KeyType.RANGE)
                                .build())
                        .toList()));
    }
}
