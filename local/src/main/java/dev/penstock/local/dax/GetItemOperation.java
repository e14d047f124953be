package dev.penstock.local.dax;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/** GetItem: eventually consistent reads from the item cache, strongly consistent ones from the store, uncached. */
final class GetItemOperation implements Operation {
    private final DaxState dax;

    GetItemOperation(DaxState dax) {
        this.dax = dax;
    }

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
        String table = arguments.readName();
        byte[] keyBytes = arguments.readBytes();
        Options options = new Options(arguments);
        KeySchema schema = dax.schemas().of(table);
        Map<String, AttributeValue> key = schema.decode(keyBytes);
        Projection projection = Projection.readNullable(options.blob(Options.PROJECTION));
        if (options.isSet(Options.CONSISTENT_READ)) {
            GetItemResponse response = read(table, key, options, true);
            CachedItem item = response.hasItem() ? dax.items().encode(response.item(), schema) : CachedItem.MISSING;
            write(item, key, projection, response.consumedCapacity(), out);
            return false;
        }
        ItemKey cacheKey = new ItemKey(table, schema.encode(key));
        CachedItem cached = dax.itemCache().find(cacheKey);
        if (cached != null) {
            dax.metrics().count("ItemCacheHits");
            write(cached, key, projection, null, out);
            return true;
        }
        dax.metrics().count("ItemCacheMisses");
        long stamp = dax.itemCache().stamp(cacheKey);
        GetItemResponse response = read(table, key, options, false);
        CachedItem item = response.hasItem() ? dax.items().encode(response.item(), schema) : CachedItem.MISSING;
        dax.itemCache().fill(cacheKey, stamp, item);
        write(item, key, projection, response.consumedCapacity(), out);
        return false;
    }

    private GetItemResponse read(String table, Map<String, AttributeValue> key, Options options, boolean consistent) {
        return dax.store()
                .getItem(GetItemRequest.builder()
                        .tableName(table)
                        .key(key)
                        .consistentRead(consistent)
                        .returnConsumedCapacity(Capacity.requested(options))
                        .build());
    }

    private void write(
            CachedItem item,
            Map<String, AttributeValue> key,
            @Nullable Projection projection,
            @Nullable ConsumedCapacity capacity,
            CborWriter out) {
        if (item.isMissing() && capacity == null) {
            out.nul();
            return;
        }
        out.raw(Cbor.MAP_STREAM);
        if (!item.isMissing()) {
            out.integer(ResponseField.ITEM);
            if (projection == null) {
                dax.items().write(item, out);
            } else {
                projection.write(dax.items().decode(item, key), out);
            }
        }
        if (capacity != null) {
            Capacity.write(capacity, out.integer(ResponseField.CONSUMED_CAPACITY));
        }
        out.raw(Cbor.BREAK);
    }
}
