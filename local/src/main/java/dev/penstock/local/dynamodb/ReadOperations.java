package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.Images;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** GetItem, BatchGetItem, Query and Scan: the engine answers them. */
final class ReadOperations {
    private final Throughput throughput;

    ReadOperations(Throughput throughput) {
        this.throughput = throughput;
    }

    void addTo(DynamoDb dynamodb) {
        dynamodb.on("GetItem", GetItemRequest::builder, this::get)
                .on("BatchGetItem", BatchGetItemRequest::builder, this::batch)
                .on("Query", QueryRequest::builder, this::query)
                .on("Scan", ScanRequest::builder, this::scan);
    }

    private GetItemResponse get(RegionStore store, GetItemRequest request) {
        Table table = store.tables().active(request.tableName());
        var asked = request.returnConsumedCapacity();
        var needed = throughput.readable(table, asked);
        var key = key(table, request.key());
        var answer = store.engine()
                .getItem(request.toBuilder()
                        .tableName(table.name())
                        .key(key)
                        .returnConsumedCapacity(needed)
                        .build());
        var consumed = throughput.consumed(table, answer.consumedCapacity(), asked);
        return AsAsked.named(answer.toBuilder().consumedCapacity(consumed).build(), List.of(request.tableName()));
    }

    private BatchGetItemResponse batch(RegionStore store, BatchGetItemRequest request) {
        Map<String, KeysAndAttributes> named = new LinkedHashMap<>();
        request.requestItems().forEach((name, asked) -> {
            Table table = store.tables().active(name);
            throughput.read(table, asked.keys().size() * units(asked.consistentRead()));
            List<Map<String, AttributeValue>> keys =
                    asked.keys().stream().map(key -> key(table, key)).toList();
            named.put(table.name(), asked.toBuilder().keys(keys).build());
        });
        return AsAsked.named(
                store.engine()
                        .batchGetItem(request.toBuilder().requestItems(named).build()),
                request.requestItems().keySet());
    }

    private QueryResponse query(RegionStore store, QueryRequest request) {
        Table table = store.tables().active(request.tableName());
        var asked = request.returnConsumedCapacity();
        var needed = throughput.readable(table, asked);
        var answer = store.engine()
                .query(request.toBuilder()
                        .tableName(table.name())
                        .returnConsumedCapacity(needed)
                        .expressionAttributeValues(
                                values(request.expressionAttributeValues(), request.hasExpressionAttributeValues()))
                        .build());
        var consumed = throughput.consumed(table, answer.consumedCapacity(), asked);
        return AsAsked.named(answer.toBuilder().consumedCapacity(consumed).build(), List.of(request.tableName()));
    }

    private ScanResponse scan(RegionStore store, ScanRequest request) {
        Table table = store.tables().active(request.tableName());
        var asked = request.returnConsumedCapacity();
        var needed = throughput.readable(table, asked);
        var answer = store.engine()
                .scan(request.toBuilder()
                        .tableName(table.name())
                        .returnConsumedCapacity(needed)
                        .expressionAttributeValues(
                                values(request.expressionAttributeValues(), request.hasExpressionAttributeValues()))
                        .build());
        var consumed = throughput.consumed(table, answer.consumedCapacity(), asked);
        return AsAsked.named(answer.toBuilder().consumedCapacity(consumed).build(), List.of(request.tableName()));
    }

    /** Of a read of up to 4 KB, to know before the engine reads (Developer Guide, "Read and write capacity"). */
    private static double units(@Nullable Boolean consistent) {
        return Boolean.TRUE.equals(consistent) ? 1 : 0.5;
    }

    static @Nullable Map<String, AttributeValue> values(Map<String, AttributeValue> values, boolean given) {
        Values.check(values);
        return given ? Images.canonical(values) : null;
    }

    /** @throws AwsError ValidationException when this is not exactly a key of the table */
    static Map<String, AttributeValue> key(Table table, Map<String, AttributeValue> key) {
        Values.check(key);
        Map<String, AttributeValue> canonical = Images.canonical(key);
        table.checkKey(canonical);
        return canonical;
    }
}
