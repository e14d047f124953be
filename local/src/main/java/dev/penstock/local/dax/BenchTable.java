package dev.penstock.local.dax;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The table of the benchmark: sessions of about 500 bytes, half a read unit each. */
final class BenchTable {
    static final String NAME = "PenstockDaxBench";
    private static final int BATCH = 25;

    private BenchTable() {}

    /** Makes the table anew. */
    static void load(DynamoDbClient plain, int keys) {
        if (plain.listTables().tableNames().contains(NAME)) {
            plain.deleteTable(r -> r.tableName(NAME));
            plain.waiter().waitUntilTableNotExists(r -> r.tableName(NAME));
        }
        plain.createTable(r -> r.tableName(NAME)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build()));
        plain.waiter().waitUntilTableExists(r -> r.tableName(NAME));
        for (int from = 0; from < keys; from += BATCH) {
            List<WriteRequest> puts = IntStream.range(from, Math.min(keys, from + BATCH))
                    .mapToObj(i -> WriteRequest.builder()
                            .putRequest(put -> put.item(session(i)))
                            .build())
                    .toList();
            plain.batchWriteItem(r -> r.requestItems(Map.of(NAME, puts)));
        }
    }

    private static Map<String, AttributeValue> session(int i) {
        return Map.of(
                "id", AttributeValue.fromS("session-" + i),
                "customerId", AttributeValue.fromS("customer-" + i % 100),
                "expiresAt", AttributeValue.fromN(String.valueOf(1_800_000_000 + i)),
                "data", AttributeValue.fromS("x".repeat(400)));
    }

    static Map<String, AttributeValue> key(int i) {
        return Map.of("id", AttributeValue.fromS("session-" + i));
    }
}
