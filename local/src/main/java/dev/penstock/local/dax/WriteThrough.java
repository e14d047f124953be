package dev.penstock.local.dax;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ItemCollectionMetrics;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** What the writes of one item share: the store first, then the item cache, then the answer. */
final class WriteThrough {
    private final DaxState dax;

    WriteThrough(DaxState dax) {
        this.dax = dax;
    }

    /** Runs the write, then caches what it says the item is now; other writes of the key wait meanwhile. */
    <R> R through(ItemKey key, Supplier<R> write, Function<R, CachedItem> item) {
        return dax.itemCache().write(List.of(key), () -> {
            R response;
            try {
                response = write.get();
            } catch (RuntimeException failure) {
                if (mayHaveHappened(failure)) {
                    dax.itemCache().drop(key);
                }
                throw failure;
            }
            try {
                dax.itemCache().put(key, item.apply(response));
            } catch (RuntimeException unreadable) {
                // The write stands: the next read asks the store again.
                dax.itemCache().drop(key);
            }
            return response;
        });
    }

    /** After a refusal the cache is still right; after an outage nobody knows. */
    static boolean mayHaveHappened(RuntimeException failure) {
        return !(failure instanceof DynamoDbException refused) || refused.statusCode() >= 500;
    }

    static ReturnValue returnValue(Options options) {
        return switch (options.integer(Options.RETURN_VALUES, 1)) {
            case 2 -> ReturnValue.ALL_OLD;
            case 3 -> ReturnValue.UPDATED_OLD;
            case 4 -> ReturnValue.ALL_NEW;
            case 5 -> ReturnValue.UPDATED_NEW;
            default -> ReturnValue.NONE;
        };
    }

    /** The answer that the three writes share. */
    void answer(
            @Nullable Map<String, AttributeValue> attributes,
            @Nullable ReturnValue asked,
            KeySchema schema,
            @Nullable ConsumedCapacity capacity,
            @Nullable ItemCollectionMetrics metrics,
            CborWriter out) {
        out.raw(Cbor.MAP_STREAM);
        if (attributes != null) {
            out.integer(ResponseField.ATTRIBUTES);
            if (asked == ReturnValue.UPDATED_OLD || asked == ReturnValue.UPDATED_NEW) {
                dax.items().writeUpdated(attributes, out);
            } else {
                dax.items().writeWithoutKey(attributes, schema, out);
            }
        }
        if (capacity != null) {
            Capacity.write(capacity, out.integer(ResponseField.CONSUMED_CAPACITY));
        }
        if (metrics != null) {
            Capacity.write(metrics, out.integer(ResponseField.ITEM_COLLECTION_METRICS));
        }
        out.raw(Cbor.BREAK);
    }
}
