package dev.penstock.local.dax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** BatchWriteItem, written through: what the store took goes into the item cache. */
final class BatchWriteOperation implements Operation {
    private final DaxState dax;

    BatchWriteOperation(DaxState dax) {
        this.dax = dax;
    }

    private record Write(ItemKey key, CachedItem item) {}

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
        Map<String, List<WriteRequest>> requests = new LinkedHashMap<>();
        List<Write> writes = new ArrayList<>();
        int tables = arguments.readMap();
        for (int i = 0; arguments.more(tables, i); i++) {
            String table = arguments.readName();
            requests.put(table, readTable(table, arguments, writes));
        }
        Options options = new Options(arguments);
        BatchWriteItemRequest request = BatchWriteItemRequest.builder()
                .requestItems(requests)
                .returnConsumedCapacity(Capacity.requested(options))
                .returnItemCollectionMetrics(Capacity.requestedMetrics(options))
                .build();
        List<ItemKey> keys = writes.stream().map(Write::key).toList();
        BatchWriteItemResponse response = dax.itemCache().write(keys, () -> writeThrough(request, writes));
        write(response, out);
        return false;
    }

    private List<WriteRequest> readTable(String table, CborReader in, List<Write> writes) {
        KeySchema schema = dax.schemas().of(table);
        List<WriteRequest> requests = new ArrayList<>();
        int length = in.readArray();
        for (int k = 0; in.more(length, k); k += 2) {
            Map<String, AttributeValue> key = schema.decode(in.readBytes());
            ItemKey cacheKey = new ItemKey(table, schema.encode(key));
            if (in.tryNull()) {
                requests.add(WriteRequest.builder()
                        .deleteRequest(delete -> delete.key(key))
                        .build());
                writes.add(new Write(cacheKey, CachedItem.MISSING));
            } else {
                Map<String, AttributeValue> item = dax.items().read(in.readNested(), key);
                requests.add(
                        WriteRequest.builder().putRequest(put -> put.item(item)).build());
                writes.add(new Write(cacheKey, dax.items().encode(item, schema)));
            }
        }
        return requests;
    }

    private BatchWriteItemResponse writeThrough(BatchWriteItemRequest request, List<Write> writes) {
        BatchWriteItemResponse response;
        try {
            response = dax.store().batchWriteItem(request);
        } catch (RuntimeException failure) {
            if (WriteThrough.mayHaveHappened(failure)) {
                writes.forEach(write -> dax.itemCache().drop(write.key()));
            }
            throw failure;
        }
        Set<ItemKey> unprocessed = new HashSet<>();
        response.unprocessedItems().forEach((table, left) -> {
            KeySchema schema = dax.schemas().of(table);
            left.forEach(one -> unprocessed.add(new ItemKey(table, schema.encode(keyOf(one)))));
        });
        writes.stream()
                .filter(write -> !unprocessed.contains(write.key()))
                .forEach(write -> dax.itemCache().put(write.key(), write.item()));
        return response;
    }

    private static Map<String, AttributeValue> keyOf(WriteRequest request) {
        return request.putRequest() != null
                ? request.putRequest().item()
                : request.deleteRequest().key();
    }

    /** Three values one after the other: unprocessed items, capacities, collection sizes. */
    private void write(BatchWriteItemResponse response, CborWriter out) {
        out.map(response.unprocessedItems().size());
        response.unprocessedItems().forEach((table, left) -> {
            KeySchema schema = dax.schemas().of(table);
            out.text(table).array(2 * left.size());
            left.forEach(one -> {
                out.bytes(schema.encode(keyOf(one)));
                if (one.putRequest() == null) {
                    out.nul();
                } else {
                    dax.items().writeWithoutKey(one.putRequest().item(), schema, out);
                }
            });
        });
        Capacity.writeAll(response.consumedCapacity(), out);
        Capacity.writeByTable(response.itemCollectionMetrics(), out);
    }
}
