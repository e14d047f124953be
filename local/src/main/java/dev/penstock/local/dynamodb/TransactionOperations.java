package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

/** TransactWriteItems and TransactGetItems. */
final class TransactionOperations {
    private final Throughput throughput;

    TransactionOperations(Throughput throughput) {
        this.throughput = throughput;
    }

    void addTo(DynamoDb dynamodb) {
        dynamodb.on("TransactWriteItems", TransactWriteItemsRequest::builder, this::write)
                .on("TransactGetItems", TransactGetItemsRequest::builder, this::get);
    }

    private TransactWriteItemsResponse write(RegionStore store, TransactWriteItemsRequest request) {
        List<String> asked = new ArrayList<>();
        for (var item : request.transactItems()) {
            if (item.put() != null) {
                Values.check(item.put().item());
                Values.check(item.put().expressionAttributeValues());
                asked.add(item.put().tableName());
                throughput.write(
                        store.tables().active(item.put().tableName()),
                        2 * WriteOperations.units(item.put().item()));
            } else if (item.update() != null) {
                Values.check(item.update().key());
                Values.check(item.update().expressionAttributeValues());
                asked.add(item.update().tableName());
                throughput.write(store.tables().active(item.update().tableName()), 2);
            } else if (item.delete() != null) {
                Values.check(item.delete().key());
                Values.check(item.delete().expressionAttributeValues());
                asked.add(item.delete().tableName());
                throughput.write(store.tables().active(item.delete().tableName()), 2);
            } else if (item.conditionCheck() != null) {
                Values.check(item.conditionCheck().key());
                Values.check(item.conditionCheck().expressionAttributeValues());
                asked.add(AwsError.required(
                        "transactItems.member.conditionCheck.tableName",
                        item.conditionCheck().tableName()));
            }
        }
        return AsAsked.named(store.transactWrite(request), asked);
    }

    private TransactGetItemsResponse get(RegionStore store, TransactGetItemsRequest request) {
        List<TransactGetItem> items = new ArrayList<>();
        for (TransactGetItem item : request.transactItems()) {
            if (item.get() == null) {
                throw AwsError.validation("TransactItems can only contain Get");
            }
            Table table = store.tables().active(item.get().tableName());
            throughput.read(table, 2);
            var key = ReadOperations.key(table, item.get().key());
            items.add(TransactGetItem.builder()
                    .get(item.get().toBuilder().tableName(table.name()).key(key).build())
                    .build());
        }
        TransactGetItemsResponse response = store.engine()
                .transactGetItems(request.toBuilder().transactItems(items).build());
        TransactGetItemsResponse.Builder answer = response.toBuilder()
                .responses(response.responses().stream()
                        .map(TransactionOperations::withoutEmptyItem)
                        .toList());
        if (response.hasConsumedCapacity()) {
            answer.consumedCapacity(response.consumedCapacity().stream()
                    .map(TransactionOperations::withReads)
                    .toList());
        }
        return AsAsked.named(
                answer.build(),
                request.transactItems().stream()
                        .map(item -> item.get().tableName())
                        .toList());
    }

    /** Where the projection finds nothing AWS leaves the item out. */
    private static ItemResponse withoutEmptyItem(ItemResponse response) {
        return response.hasItem() && response.item().isEmpty()
                ? ItemResponse.builder().build()
                : response;
    }

    private static ConsumedCapacity withReads(ConsumedCapacity capacity) {
        ConsumedCapacity.Builder reads = capacity.toBuilder().readCapacityUnits(capacity.capacityUnits());
        return capacity.table() == null
                ? reads.build()
                : reads.table(table -> table.capacityUnits(capacity.table().capacityUnits())
                                .readCapacityUnits(capacity.table().capacityUnits()))
                        .build();
    }
}
