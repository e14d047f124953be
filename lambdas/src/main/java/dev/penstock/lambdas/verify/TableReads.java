package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Consistent reads of whole tables and of many keys. */
final class TableReads {
    /** Keys per BatchGetItem. */
    private static final int MOST_KEYS = 100;

    /** Requests for one batch of keys: each answers at least one of them, or the table is throttled. */
    private static final int ATTEMPTS = 100;

    private final DynamoDbClient client;
    private final TableNames names;

    TableReads(DynamoDbClient client, TableNames names) {
        this.client = client;
        this.names = names;
    }

    /** All items, a page at a time. */
    void pages(String table, Consumer<List<Map<String, Value>>> page) {
        client.scanPaginator(request -> request.tableName(names.physical(table)).consistentRead(true))
                .forEach(response -> page.accept(
                        response.items().stream().map(Items::fromSdk).toList()));
    }

    /** All items of a partition. */
    void query(String table, String partitionKey, Value value, Consumer<Map<String, Value>> item) {
        client.queryPaginator(request -> request.tableName(names.physical(table))
                        .consistentRead(true)
                        .keyConditionExpression("#p = :p")
                        .expressionAttributeNames(Map.of("#p", partitionKey))
                        .expressionAttributeValues(Map.of(":p", Items.toSdk(value))))
                .items()
                .forEach(each -> item.accept(Items.fromSdk(each)));
    }

    /** The items of these keys that are there, in any order. */
    void items(String table, Collection<Map<String, Value>> keys, Consumer<Map<String, Value>> item) {
        List<Map<String, AttributeValue>> all = keys.stream().map(Items::toSdk).toList();
        for (int from = 0; from < all.size(); from += MOST_KEYS) {
            batch(names.physical(table), all.subList(from, Math.min(all.size(), from + MOST_KEYS)), item);
        }
    }

    private void batch(String table, List<Map<String, AttributeValue>> keys, Consumer<Map<String, Value>> item) {
        List<Map<String, AttributeValue>> left = keys;
        for (int attempt = 0; !left.isEmpty(); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException(
                        "table " + table + " left " + left.size() + " keys unread after " + ATTEMPTS + " requests");
            }
            KeysAndAttributes wanted =
                    KeysAndAttributes.builder().keys(left).consistentRead(true).build();
            var response = client.batchGetItem(request -> request.requestItems(Map.of(table, wanted)));
            response.responses().getOrDefault(table, List.of()).forEach(each -> item.accept(Items.fromSdk(each)));
            KeysAndAttributes unread = response.unprocessedKeys().get(table);
            left = unread == null ? List.of() : new ArrayList<>(unread.keys());
        }
    }

    static Map<String, Value> key(List<String> names, Map<String, Value> item) {
        Map<String, Value> key = new HashMap<>();
        for (String name : names) {
            Value value = item.get(name);
            if (value != null) {
                key.put(name, value);
            }
        }
        return key;
    }
}
