package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.ItemKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** BatchWriteItem: each put or delete is a write of its own, all of them are one frame. */
final class BatchWrites {
    private static final int MOST = 25;

    private final WriteGate gate;

    BatchWrites(WriteGate gate) {
        this.gate = gate;
    }

    private record Put(
            Table table,
            ItemKey key,
            Map<String, AttributeValue> keyAttributes,
            @Nullable Map<String, AttributeValue> after) {}

    BatchWriteItemResponse write(BatchWriteItemRequest request) {
        Map<String, Table> tables = new HashMap<>();
        Map<String, List<WriteRequest>> canonical = new LinkedHashMap<>();
        Map<ItemKey, Put> puts = new LinkedHashMap<>();
        int count =
                request.requestItems().values().stream().mapToInt(List::size).sum();
        if (count > MOST) {
            throw AwsError.validation("Too many items requested for the BatchWriteItem call");
        }
        request.requestItems().forEach((name, writes) -> {
            Table table = tables.computeIfAbsent(name, gate.tables::active);
            List<WriteRequest> list = canonical.computeIfAbsent(table.name(), key -> new ArrayList<>());
            for (WriteRequest write : writes) {
                WriteRequest checked = canonical(write);
                Put put = put(table, checked);
                list.add(checked);
                if (puts.putIfAbsent(put.key, put) != null) {
                    throw AwsError.validation("Provided list of item keys contains duplicates");
                }
            }
        });
        BatchWriteItemRequest full = request.toBuilder().requestItems(canonical).build();
        try (KeyLocks.Hold _ = gate.locks.forBatch(puts.keySet())) {
            return gate.commit(tables.values(), () -> write(full, puts));
        }
    }

    private WriteGate.Commit<BatchWriteItemResponse> write(BatchWriteItemRequest request, Map<ItemKey, Put> puts) {
        Map<ItemKey, Map<String, AttributeValue>> keys = new HashMap<>();
        puts.forEach((key, put) -> keys.put(key, put.keyAttributes));
        var before = keys.isEmpty() ? Map.<ItemKey, Map<String, AttributeValue>>of() : gate.before(keys);
        BatchWriteItemResponse response;
        try {
            response = gate.engine.batchWriteItem(request);
        } catch (RuntimeException refused) {
            // A part may have been written before the refusal; what is there is what counts.
            var now = keys.isEmpty() ? before : gate.read(keys);
            gate.append(changes(puts, before, now), List.of());
            throw refused;
        }
        Set<ItemKey> unprocessed = unprocessed(response);
        List<Change> changes = new ArrayList<>();
        puts.forEach((key, put) -> {
            var old = before.get(key);
            if (!unprocessed.contains(key) && (old != null || put.after != null)) {
                changes.add(new Change(put.table.number(), old, put.after, Cause.USER));
            }
        });
        return new WriteGate.Commit<>(response, changes);
    }

    private static List<Change> changes(
            Map<ItemKey, Put> puts,
            Map<ItemKey, Map<String, AttributeValue>> before,
            Map<ItemKey, Map<String, AttributeValue>> after) {
        List<Change> changes = new ArrayList<>();
        puts.forEach((key, put) -> {
            if (before.containsKey(key) || after.containsKey(key)) {
                changes.add(new Change(put.table.number(), before.get(key), after.get(key), Cause.USER));
            }
        });
        return changes;
    }

    private Set<ItemKey> unprocessed(BatchWriteItemResponse response) {
        Set<ItemKey> keys = new HashSet<>();
        response.unprocessedItems().forEach((name, writes) -> {
            Table table = gate.tables.active(name);
            writes.forEach(write -> keys.add(put(table, write).key));
        });
        return keys;
    }

    private static WriteRequest canonical(WriteRequest write) {
        if (write.putRequest() != null && write.deleteRequest() == null) {
            return WriteRequest.builder()
                    .putRequest(
                            put -> put.item(Images.canonical(write.putRequest().item())))
                    .build();
        } else if (write.deleteRequest() != null && write.putRequest() == null) {
            return WriteRequest.builder()
                    .deleteRequest(delete ->
                            delete.key(Images.canonical(write.deleteRequest().key())))
                    .build();
        }
        throw AwsError.validation("Supplied WriteRequest must have exactly one of PutRequest and DeleteRequest");
    }

    private static Put put(Table table, WriteRequest write) {
        if (write.putRequest() != null) {
            Map<String, AttributeValue> item = write.putRequest().item();
            ItemKey key = Keys.ofBatchedItem(table, item);
            IndexKeys.check(table, item);
            return new Put(table, key, table.keyNames().of(item), item);
        }
        Map<String, AttributeValue> attributes = write.deleteRequest().key();
        return new Put(table, Keys.ofKey(table, attributes), attributes, null);
    }
}
