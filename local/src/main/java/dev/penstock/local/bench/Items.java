package dev.penstock.local.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Items of 1 KB and the tables that hold them. */
final class Items {
    private static final int BATCH = 25;

    private Items() {}

    static void table(DynamoDbClient client, String name) {
        client.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build()));
    }

    /** BatchWriteItem, 25 at a time, one call after the other. */
    static void fill(DynamoDbClient client, String table, int count) {
        for (int from = 0; from < count; from += BATCH) {
            List<WriteRequest> batch = new ArrayList<>(BATCH);
            for (int i = from; i < Math.min(from + BATCH, count); i++) {
                Map<String, AttributeValue> item = item(i);
                batch.add(
                        WriteRequest.builder().putRequest(put -> put.item(item)).build());
            }
            client.batchWriteItem(write -> write.requestItems(Map.of(table, batch)));
        }
    }

    /** About 1 KB, and never twice the same, so that writing it again is a change. */
    static Map<String, AttributeValue> item(int number) {
        return Map.of(
                "id", AttributeValue.fromS("item" + number),
                "at", AttributeValue.fromN(Long.toString(System.nanoTime())),
                "filler", AttributeValue.fromS("x".repeat(960)));
    }
}
