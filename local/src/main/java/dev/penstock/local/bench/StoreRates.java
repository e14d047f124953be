package dev.penstock.local.bench;

import dev.penstock.local.store.EmbeddedEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * What a store takes of rows as the projector writes them: new, of about 300 bytes, under a condition on their guard;
 * one by one, or in transactions of 100.
 */
final class StoreRates implements AutoCloseable {
    static final int ACTIONS = 100;

    private static final String CONDITION = "attribute_not_exists(#g) OR #g < :g";
    private static final Map<String, String> NAMES = Map.of("#g", "guard");

    private final EmbeddedEngine engine = EmbeddedEngine.start();
    private int rows;

    /** The embedded engine itself, in this process: no gateway, no gate, no journal. */
    DynamoDbClient engine() {
        return engine.client();
    }

    /** The best that one caller reaches, or several. */
    double most(IntToDoubleFunction rateOfCallers) {
        return IntStream.of(1, 4).mapToDouble(rateOfCallers).max().orElseThrow();
    }

    /** Rows a second, one PutItem each. */
    double conditionalWrites(DynamoDbClient store, int count, int callers) {
        return rate(
                store,
                count,
                callers,
                table -> row -> store.putItem(put -> put.tableName(table)
                        .item(item(row))
                        .conditionExpression(CONDITION)
                        .expressionAttributeNames(NAMES)
                        .expressionAttributeValues(values(row))
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
    }

    /** Rows a second, 100 of them in each TransactWriteItems. */
    double transactions(DynamoDbClient store, int count, int callers) {
        return ACTIONS
                * rate(store, count / ACTIONS, callers, table -> number -> {
                    List<TransactWriteItem> actions = new ArrayList<>();
                    for (int i = 0; i < ACTIONS; i++) {
                        int row = number * ACTIONS + i;
                        actions.add(TransactWriteItem.builder()
                                .put(Put.builder()
                                        .tableName(table)
                                        .item(item(row))
                                        .conditionExpression(CONDITION)
                                        .expressionAttributeNames(NAMES)
                                        .expressionAttributeValues(values(row))
                                        .returnValuesOnConditionCheckFailure(
                                                ReturnValuesOnConditionCheckFailure.ALL_OLD)
                                        .build())
                                .build());
                    }
                    store.transactWriteItems(transact -> transact.transactItems(actions));
                });
    }

    private interface Calls {
        IntConsumer on(String table);
    }

    /** Calls a second, on a table of their own. */
    private double rate(DynamoDbClient store, int count, int callers, Calls calls) {
        String table = "Rates" + rows++;
        store.createTable(create -> create.tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build()));
        IntConsumer call = calls.on(table);
        long started = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(callers)) {
            List<Future<?>> all = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int first = caller;
                all.add(threads.submit(() -> {
                    for (int i = first; i < count; i += callers) {
                        call.accept(i);
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring the store", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the store failed: " + e.getCause(), e);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        store.deleteTable(delete -> delete.tableName(table));
        return count / seconds;
    }

    private static Map<String, AttributeValue> item(int row) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("id", AttributeValue.fromS("customer-1-%05d order-1-%07d".formatted(row % 1_000, row)));
        item.put("guard", AttributeValue.fromS(guard(row)));
        item.put("status", AttributeValue.fromS("PLACED"));
        item.put("createdAt", AttributeValue.fromS("2026-11-22T10:00:00Z"));
        item.put("total", AttributeValue.fromN(Integer.toString(row % 1_000)));
        item.put("currency", AttributeValue.fromS("EUR"));
        item.put("country", AttributeValue.fromS("DE"));
        item.put(
                "effects",
                AttributeValue.fromM(Map.of(
                        "CustomerTotals",
                        AttributeValue.fromM(
                                Map.of("customer-1-%05d|EUR".formatted(row % 1_000), AttributeValue.fromN("1"))))));
        return item;
    }

    private static Map<String, AttributeValue> values(int row) {
        return Map.of(":g", AttributeValue.fromS(guard(row)));
    }

    private static String guard(int row) {
        return "000001|2026-11-22T09:00:00.000|%040d".formatted(row);
    }

    @Override
    public void close() {
        engine.close();
    }
}
