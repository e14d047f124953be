package dev.penstock.local.dynamodb;

import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import dev.penstock.local.streams.ItemSize;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** PutItem, UpdateItem, DeleteItem and BatchWriteItem. */
final class WriteOperations {
    private static final int WRITE_UNIT = 1024;

    private final Throughput throughput;

    WriteOperations(Throughput throughput) {
        this.throughput = throughput;
    }

    void addTo(DynamoDb dynamodb) {
        dynamodb.on("PutItem", PutItemRequest::builder, this::put)
                .on("UpdateItem", UpdateItemRequest::builder, this::update)
                .on("DeleteItem", DeleteItemRequest::builder, this::delete)
                .on("BatchWriteItem", BatchWriteItemRequest::builder, this::batch);
    }

    private PutItemResponse put(RegionStore store, PutItemRequest request) {
        Table table = store.tables().active(request.tableName());
        Values.check(request.item());
        Values.check(request.expressionAttributeValues());
        throughput.write(table, units(request.item()));
        return AsAsked.named(store.put(request), List.of(request.tableName()));
    }

    private UpdateItemResponse update(RegionStore store, UpdateItemRequest request) {
        Table table = store.tables().active(request.tableName());
        Values.check(request.key());
        Values.check(request.expressionAttributeValues());
        throughput.write(table, units(request.expressionAttributeValues()));
        return AsAsked.named(store.update(request), List.of(request.tableName()));
    }

    private DeleteItemResponse delete(RegionStore store, DeleteItemRequest request) {
        Table table = store.tables().active(request.tableName());
        Values.check(request.key());
        Values.check(request.expressionAttributeValues());
        throughput.write(table, 1);
        return AsAsked.named(store.delete(request), List.of(request.tableName()));
    }

    private BatchWriteItemResponse batch(RegionStore store, BatchWriteItemRequest request) {
        request.requestItems().forEach((name, writes) -> {
            Table table = store.tables().active(name);
            throughput.write(
                    table, writes.stream().mapToDouble(WriteOperations::units).sum());
        });
        return AsAsked.named(store.batchWrite(request), request.requestItems().keySet());
    }

    private static double units(WriteRequest write) {
        if (write.putRequest() == null) {
            return 1;
        }
        Values.check(write.putRequest().item());
        return units(write.putRequest().item());
    }

    static double units(Map<String, AttributeValue> item) {
        return Math.max(1, Math.ceilDiv(ItemSize.of(item), WRITE_UNIT));
    }
}
