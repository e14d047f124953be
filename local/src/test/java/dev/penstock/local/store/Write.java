package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** One random write on one of all paths; refusals are part of the game. */
record Write(Path path, String key, String other, String number) {

    enum Path {
        PUT,
        PUT_IF_ABSENT,
        UPDATE,
        ADD,
        REMOVE,
        DELETE,
        DELETE_IF,
        BATCH,
        TRANSACTION,
        REFUSED_TRANSACTION,
        PARTIQL
    }

    void run(RegionStore store, String table) {
        try {
            write(store, table);
        } catch (DynamoDbException | AwsError refused) {
            // A failed condition or a conflict: nothing may have changed, which the comparison shows.
        }
    }

    private void write(RegionStore store, String table) {
        switch (path) {
            case PUT ->
                store.put(PutItemRequest.builder()
                        .tableName(table)
                        .item(item(key))
                        .build());
            case PUT_IF_ABSENT ->
                store.put(PutItemRequest.builder()
                        .tableName(table)
                        .item(item(key))
                        .conditionExpression("attribute_not_exists(id)")
                        .build());
            case UPDATE ->
                store.update(update(table, "SET n = :n, tags = :s")
                        .expressionAttributeValues(Map.of(":n", n(), ":s", AttributeValue.fromSs(List.of("x", "y"))))
                        .build());
            case ADD ->
                store.update(update(table, "ADD n :n")
                        .expressionAttributeValues(Map.of(":n", n()))
                        .build());
            case REMOVE -> store.update(update(table, "REMOVE n").build());
            case DELETE ->
                store.delete(DeleteItemRequest.builder()
                        .tableName(table)
                        .key(id(key))
                        .build());
            case DELETE_IF ->
                store.delete(DeleteItemRequest.builder()
                        .tableName(table)
                        .key(id(key))
                        .conditionExpression("n = :n")
                        .expressionAttributeValues(Map.of(":n", n()))
                        .build());
            case BATCH ->
                store.batchWrite(BatchWriteItemRequest.builder()
                        .requestItems(Map.of(
                                table,
                                List.of(
                                        WriteRequest.builder()
                                                .putRequest(put -> put.item(item(key)))
                                                .build(),
                                        WriteRequest.builder()
                                                .deleteRequest(delete -> delete.key(id(other)))
                                                .build())))
                        .build());
            case TRANSACTION -> store.transactWrite(transaction(table, "attribute_not_exists(nowhere)"));
            case REFUSED_TRANSACTION -> store.transactWrite(transaction(table, "attribute_exists(nowhere)"));
            case PARTIQL ->
                store.execute(ExecuteStatementRequest.builder()
                        .statement("UPDATE \"" + table + "\" SET n = ? WHERE id = '" + key + "'")
                        .parameters(n())
                        .build());
        }
    }

    private UpdateItemRequest.Builder update(String table, String expression) {
        return UpdateItemRequest.builder().tableName(table).key(id(key)).updateExpression(expression);
    }

    private TransactWriteItemsRequest transaction(String table, String condition) {
        return TransactWriteItemsRequest.builder()
                .transactItems(
                        TransactWriteItem.builder()
                                .update(update -> update.tableName(table)
                                        .key(id(key))
                                        .updateExpression("ADD n :n")
                                        .expressionAttributeValues(Map.of(":n", n())))
                                .build(),
                        TransactWriteItem.builder()
                                .put(put ->
                                        put.tableName(table).item(item(other)).conditionExpression(condition))
                                .build())
                .build();
    }

    private Map<String, AttributeValue> item(String id) {
        return Map.of("id", AttributeValue.fromS(id), "n", n());
    }

    private static Map<String, AttributeValue> id(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    private AttributeValue n() {
        return AttributeValue.fromN(number);
    }
}
