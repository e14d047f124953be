package dev.penstock.local.dax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** BatchGetItem: each key is looked up in the item cache on its own, the missed ones are read in one batch. */
final class BatchGetOperation implements Operation {
    private static final int MAX_KEYS = 100;
    private final DaxState dax;

    BatchGetOperation(DaxState dax) {
        this.dax = dax;
    }

    private record Wanted(ItemKey cacheKey, Map<String, AttributeValue> key, long stamp) {}

    /** One table's part of the request; {@code found} and {@code unprocessed} fill as it is answered. */
    private record Part(
            KeySchema schema,
            boolean consistent,
            @Nullable Projection projection,
            List<Wanted> missed,
            Map<ItemKey, CachedItem> found,
            List<ItemKey> unprocessed) {}

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
        Map<String, Part> parts = readParts(arguments);
        Options options = new Options(arguments);
        Map<String, KeysAndAttributes> missed = new LinkedHashMap<>();
        parts.forEach((table, part) -> {
            if (!part.missed().isEmpty()) {
                missed.put(
                        table,
                        KeysAndAttributes.builder()
                                .keys(part.missed().stream().map(Wanted::key).toList())
                                .consistentRead(part.consistent())
                                .build());
            }
        });
        BatchGetItemResponse response = missed.isEmpty()
                ? BatchGetItemResponse.builder().build()
                : dax.store()
                        .batchGetItem(BatchGetItemRequest.builder()
                                .requestItems(missed)
                                .returnConsumedCapacity(Capacity.requested(options))
                                .build());
        parts.forEach((table, part) -> collect(table, part, response));
        write(parts, response, out);
        return missed.isEmpty();
    }

    private Map<String, Part> readParts(CborReader in) {
        Map<String, Part> parts = new LinkedHashMap<>();
        int keys = 0;
        int tables = in.readMap();
        for (int i = 0; in.more(tables, i); i++) {
            String table = in.readName();
            KeySchema schema = dax.schemas().of(table);
            in.readArray();
            boolean consistent = !in.tryNull() && in.readBoolean();
            Projection projection = in.tryNull() ? null : Projection.read(in.readBytes());
            Part part = new Part(
                    schema, consistent, projection, new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
            int length = in.readArray();
            for (int k = 0; in.more(length, k); k++) {
                if (++keys > MAX_KEYS) {
                    throw DaxErrors.validation("Too many items requested for the BatchGetItem call");
                }
                look(table, part, schema.decode(in.readBytes()));
            }
            parts.put(table, part);
        }
        return parts;
    }

    private void look(String table, Part part, Map<String, AttributeValue> key) {
        ItemKey cacheKey = new ItemKey(table, part.schema().encode(key));
        CachedItem cached = part.consistent() ? null : dax.itemCache().find(cacheKey);
        if (!part.consistent()) {
            dax.metrics().count(cached == null ? "ItemCacheMisses" : "ItemCacheHits");
        }
        if (cached == null) {
            part.missed().add(new Wanted(cacheKey, key, dax.itemCache().stamp(cacheKey)));
        } else {
            part.found().put(cacheKey, cached);
        }
    }

    private void collect(String table, Part part, BatchGetItemResponse response) {
        KeySchema schema = part.schema();
        Map<ItemKey, CachedItem> read = new HashMap<>();
        response.responses()
                .getOrDefault(table, List.of())
                .forEach(item -> read.put(
                        new ItemKey(table, schema.encode(item)), dax.items().encode(item, schema)));
        KeysAndAttributes unread = response.unprocessedKeys().get(table);
        if (unread != null) {
            unread.keys().forEach(key -> part.unprocessed().add(new ItemKey(table, schema.encode(key))));
        }
        for (Wanted wanted : part.missed()) {
            if (part.unprocessed().contains(wanted.cacheKey())) {
                continue;
            }
            CachedItem item = read.getOrDefault(wanted.cacheKey(), CachedItem.MISSING);
            part.found().put(wanted.cacheKey(), item);
            if (!part.consistent()) {
                dax.itemCache().fill(wanted.cacheKey(), wanted.stamp(), item);
            }
        }
    }

    /** An array of two with a third element behind it: so it was once written, and so the clients read it. */
    private void write(Map<String, Part> parts, BatchGetItemResponse response, CborWriter out) {
        out.array(2).map(parts.size());
        parts.forEach((table, part) -> {
            part.found().values().removeIf(CachedItem::isMissing);
            out.text(table).array(part.found().size() * (part.projection() == null ? 2 : 1));
            part.found().forEach((key, item) -> writeItem(part, key, item, out));
        });
        List<Map.Entry<String, Part>> incomplete = parts.entrySet().stream()
                .filter(entry -> !entry.getValue().unprocessed().isEmpty())
                .toList();
        out.map(incomplete.size());
        incomplete.forEach(entry -> {
            List<ItemKey> keys = entry.getValue().unprocessed();
            out.text(entry.getKey()).array(keys.size());
            keys.forEach(key -> out.bytes(key.key()));
        });
        Capacity.writeAll(response.consumedCapacity(), out);
    }

    private void writeItem(Part part, ItemKey key, CachedItem item, CborWriter out) {
        if (part.projection() == null) {
            dax.items().write(item, out.bytes(key.key()));
        } else {
            Map<String, AttributeValue> keyMap = part.schema().decode(key.key());
            part.projection().write(dax.items().decode(item, keyMap), out);
        }
    }
}
