package dev.penstock.local.store;

import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.streams.ItemSize;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Capacity;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

/**
 * What transactions consume: each item is written twice, once to prepare and once to commit; a repetition under the
 * same token only reads (Developer Guide, "Capacity management for transactions").
 */
final class TransactionCapacity {
    private static final int READ_UNIT = 4096;

    private TransactionCapacity() {}

    /** The engine counts each write once. */
    static TransactWriteItemsResponse twice(TransactWriteItemsResponse response) {
        if (!response.hasConsumedCapacity()) {
            return response;
        }
        return response.toBuilder()
                .consumedCapacity(response.consumedCapacity().stream()
                        .map(TransactionCapacity::twice)
                        .toList())
                .build();
    }

    private static ConsumedCapacity twice(ConsumedCapacity once) {
        double units = 2 * once.capacityUnits();
        ConsumedCapacity.Builder twice = once.toBuilder().capacityUnits(units).writeCapacityUnits(units);
        if (once.table() != null) {
            twice.table(twice(once.table()));
        }
        if (once.hasGlobalSecondaryIndexes()) {
            twice.globalSecondaryIndexes(twice(once.globalSecondaryIndexes()));
        }
        if (once.hasLocalSecondaryIndexes()) {
            twice.localSecondaryIndexes(twice(once.localSecondaryIndexes()));
        }
        return twice.build();
    }

    private static Map<String, Capacity> twice(Map<String, Capacity> once) {
        Map<String, Capacity> twice = new TreeMap<>();
        once.forEach((name, capacity) -> twice.put(name, twice(capacity)));
        return twice;
    }

    private static Capacity twice(Capacity once) {
        double units = 2 * once.capacityUnits();
        return Capacity.builder().capacityUnits(units).writeCapacityUnits(units).build();
    }

    /** What a repetition under the same token answers. */
    static TransactWriteItemsResponse ofReplay(
            TransactWriteItemsRequest request, List<Action> actions, Map<ItemKey, Map<String, AttributeValue>> items) {
        ReturnConsumedCapacity wanted = request.returnConsumedCapacity();
        if (wanted == null || wanted == ReturnConsumedCapacity.NONE) {
            return TransactWriteItemsResponse.builder().build();
        }
        Map<String, Double> units = new TreeMap<>();
        actions.forEach(action -> {
            long size = ItemSize.of(items.getOrDefault(action.key(), Map.of()));
            units.merge(action.table().name(), 2.0 * Math.max(1, Math.ceilDiv(size, READ_UNIT)), Double::sum);
        });
        return TransactWriteItemsResponse.builder()
                .consumedCapacity(units.entrySet().stream()
                        .map(table -> ConsumedCapacity.builder()
                                .tableName(table.getKey())
                                .capacityUnits(table.getValue())
                                .readCapacityUnits(table.getValue())
                                .build())
                        .toList())
                .build();
    }
}
