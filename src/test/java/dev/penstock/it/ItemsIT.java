package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.enhanced.dynamodb.AttributeConverterProvider;
import software.amazon.awssdk.enhanced.dynamodb.AttributeValueType;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableMetadata;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Items through the sync, async and enhanced clients of the SDK for Java v2. */
class ItemsIT {

    @Scenario
    void syncClientWritesReadsAndQueries(Cloud cloud) {
        var dynamoDb = cloud.clients().of(DynamoDbClient.class);
        String table = Tables.create(dynamoDb, "sync");
        dynamoDb.putItem(put -> put.tableName(table).item(order("ada", "1", "PLACED")));
        dynamoDb.putItem(put -> put.tableName(table).item(order("ada", "2", "PAID")));
        dynamoDb.putItem(put -> put.tableName(table).item(order("bob", "1", "PAID")));

        var updated = dynamoDb.updateItem(update -> update.tableName(table)
                .key(key("ada", "1"))
                .updateExpression("SET #s = :s ADD version :one")
                .conditionExpression("#s = :placed")
                .expressionAttributeNames(Map.of("#s", "status"))
                .expressionAttributeValues(Map.of(
                        ":s", AttributeValue.fromS("SHIPPED"),
                        ":placed", AttributeValue.fromS("PLACED"),
                        ":one", AttributeValue.fromN("1")))
                .returnValues(ReturnValue.UPDATED_NEW));
        assertEquals(
                Map.of("status", AttributeValue.fromS("SHIPPED"), "version", AttributeValue.fromN("1")),
                updated.attributes());

        var page = dynamoDb.query(query -> query.tableName(table)
                .keyConditionExpression("customerId = :c")
                .expressionAttributeValues(Map.of(":c", AttributeValue.fromS("ada"))));
        assertEquals(
                List.of("1", "2"),
                page.items().stream().map(item -> item.get("orderId").s()).toList());

        assertThrows(
                ConditionalCheckFailedException.class,
                () -> dynamoDb.deleteItem(delete -> delete.tableName(table)
                        .key(key("ada", "1"))
                        .conditionExpression("attribute_not_exists(customerId)")));
        dynamoDb.deleteItem(delete -> delete.tableName(table).key(key("ada", "1")));
        assertFalse(dynamoDb.getItem(get -> get.tableName(table).key(key("ada", "1")))
                .hasItem());
    }

    @Scenario
    void aTransactionIsAllOrNothing(Cloud cloud) {
        var dynamoDb = cloud.clients().of(DynamoDbClient.class);
        String table = Tables.create(dynamoDb, "transaction");
        dynamoDb.putItem(put -> put.tableName(table).item(order("ada", "1", "PLACED")));
        var cancelled = assertThrows(
                TransactionCanceledException.class,
                () -> dynamoDb.transactWriteItems(transaction -> transaction.transactItems(
                        TransactWriteItem.builder()
                                .put(Put.builder()
                                        .tableName(table)
                                        .item(order("ada", "2", "PAID"))
                                        .build())
                                .build(),
                        TransactWriteItem.builder()
                                .update(Update.builder()
                                        .tableName(table)
                                        .key(key("ada", "1"))
                                        .updateExpression("SET seen = :yes")
                                        .conditionExpression("attribute_exists(nowhere)")
                                        .expressionAttributeValues(Map.of(":yes", AttributeValue.fromBool(true)))
                                        .build())
                                .build())));
        assertEquals(
                List.of("None", "ConditionalCheckFailed"),
                cancelled.cancellationReasons().stream()
                        .map(reason -> reason.code())
                        .toList());
        assertFalse(dynamoDb.getItem(get -> get.tableName(table).key(key("ada", "2")))
                .hasItem());
    }

    @Scenario
    void asyncClientWritesAndReads(Cloud cloud) {
        var dynamoDb = cloud.clients().of(DynamoDbAsyncClient.class);
        String table = Tables.create(cloud.clients().of(DynamoDbClient.class), "async");
        var read = dynamoDb.putItem(put -> put.tableName(table).item(order("ada", "1", "PLACED")))
                .thenCompose(done -> dynamoDb.getItem(
                        get -> get.tableName(table).key(key("ada", "1")).consistentRead(true)))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        assertEquals(order("ada", "1", "PLACED"), read.item());
    }

    @Scenario
    void enhancedClientWritesAndReads(Cloud cloud) {
        var dynamoDb = cloud.clients().of(DynamoDbClient.class);
        var enhanced = DynamoDbEnhancedClient.builder().dynamoDbClient(dynamoDb).build();
        var table = enhanced.table(
                Tables.create(dynamoDb, "enhanced"),
                TableSchema.documentSchemaBuilder()
                        .addIndexPartitionKey(TableMetadata.primaryIndexName(), "customerId", AttributeValueType.S)
                        .addIndexSortKey(TableMetadata.primaryIndexName(), "orderId", AttributeValueType.S)
                        .attributeConverterProviders(AttributeConverterProvider.defaultProvider())
                        .build());
        var document = EnhancedDocument.builder()
                .attributeConverterProviders(AttributeConverterProvider.defaultProvider())
                .putString("customerId", "ada")
                .putString("orderId", "1")
                .putNumber("total", 42)
                .build();
        table.putItem(document);
        assertEquals(
                42,
                table.getItem(Key.builder().partitionValue("ada").sortValue("1").build())
                        .getNumber("total")
                        .intValue());
    }

    private static Map<String, AttributeValue> key(String customer, String order) {
        return Map.of("customerId", AttributeValue.fromS(customer), "orderId", AttributeValue.fromS(order));
    }

    private static Map<String, AttributeValue> order(String customer, String order, String status) {
        return Map.of(
                "customerId", AttributeValue.fromS(customer),
                "orderId", AttributeValue.fromS(order),
                "status", AttributeValue.fromS(status));
    }
}
