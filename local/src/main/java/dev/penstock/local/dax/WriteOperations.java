package dev.penstock.local.dax;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ItemCollectionMetrics;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** PutItem, UpdateItem and DeleteItem, written through: the store first, then the item cache, then the answer. */
final class WriteOperations {
    private final DaxState dax;

    WriteOperations(DaxState dax) {
        this.dax = dax;
    }

    boolean put(CborReader arguments, Session session, CborWriter out) {
        String table = arguments.readName();
        KeySchema schema = dax.schemas().of(table);
        Map<String, AttributeValue> key = schema.decode(arguments.readBytes());
        Map<String, AttributeValue> item = dax.items().read(arguments.readNested(), key);
        Options options = new Options(arguments);
        Placeholders placeholders = new Placeholders();
        PutItemRequest request = PutItemRequest.builder()
                .tableName(table)
                .item(item)
                .conditionExpression(ExpressionRenderer.condition(options.blob(Options.CONDITION), placeholders))
                .expressionAttributeNames(placeholders.names())
                .expressionAttributeValues(placeholders.values())
                .returnValues(returnValue(options))
                .returnConsumedCapacity(Capacity.requested(options))
                .returnItemCollectionMetrics(Capacity.requestedMetrics(options))
                .build();
        ItemKey cacheKey = new ItemKey(table, schema.encode(key));
        var response = writeThrough(
                cacheKey,
                () -> dax.store().putItem(request),
                done -> dax.items().encode(item, schema));
        write(
                response.hasAttributes() ? response.attributes() : null,
                request.returnValues(),
                schema,
                response.consumedCapacity(),
                response.itemCollectionMetrics(),
                out);
        return false;
    }

    boolean delete(CborReader arguments, Session session, CborWriter out) {
        String table = arguments.readName();
        KeySchema schema = dax.schemas().of(table);
        Map<String, AttributeValue> key = schema.decode(arguments.readBytes());
        Options options = new Options(arguments);
        Placeholders placeholders = new Placeholders();
        DeleteItemRequest request = DeleteItemRequest.builder()
                .tableName(table)
                .key(key)
                .conditionExpression(ExpressionRenderer.condition(options.blob(Options.CONDITION), placeholders))
                .expressionAttributeNames(placeholders.names())
                .expressionAttributeValues(placeholders.values())
                .returnValues(returnValue(options))
                .returnConsumedCapacity(Capacity.requested(options))
                .returnItemCollectionMetrics(Capacity.requestedMetrics(options))
                .build();
        ItemKey cacheKey = new ItemKey(table, schema.encode(key));
        var response = writeThrough(cacheKey, () -> dax.store().deleteItem(request), done -> CachedItem.MISSING);
        write(
                response.hasAttributes() ? response.attributes() : null,
                request.returnValues(),
                schema,
                response.consumedCapacity(),
                response.itemCollectionMetrics(),
                out);
        return false;
    }

    boolean update(CborReader arguments, Session session, CborWriter out) {
        String table = arguments.readName();
        KeySchema schema = dax.schemas().of(table);
        Map<String, AttributeValue> key = schema.decode(arguments.readBytes());
        Options options = new Options(arguments);
        ReturnValue asked = returnValue(options);
        boolean newItemReturned = asked == ReturnValue.NONE || asked == ReturnValue.ALL_NEW;
        Placeholders placeholders = new Placeholders();
        UpdateItemRequest request = UpdateItemRequest.builder()
                .tableName(table)
                .key(key)
                .updateExpression(ExpressionRenderer.update(options.blob(Options.UPDATE), placeholders))
                .conditionExpression(ExpressionRenderer.condition(options.blob(Options.CONDITION), placeholders))
                .expressionAttributeNames(placeholders.names())
                .expressionAttributeValues(placeholders.values())
                .returnValues(newItemReturned ? ReturnValue.ALL_NEW : asked)
                .returnConsumedCapacity(Capacity.requested(options))
                .returnItemCollectionMetrics(Capacity.requestedMetrics(options))
                .build();
        ItemKey cacheKey = new ItemKey(table, schema.encode(key));
        var response = writeThrough(
                cacheKey,
                () -> dax.store().updateItem(request),
                done -> newItemReturned ? dax.items().encode(done.attributes(), schema) : readBack(table, key, schema));
        write(
                response.hasAttributes() && asked != ReturnValue.NONE ? response.attributes() : null,
                asked,
                schema,
                response.consumedCapacity(),
                response.itemCollectionMetrics(),
                out);
        return false;
    }

    /** The item after an update whose answer did not hold all of it. */
    private CachedItem readBack(String table, Map<String, AttributeValue> key, KeySchema schema) {
        GetItemResponse response = dax.store()
                .getItem(GetItemRequest.builder()
                        .tableName(table)
                        .key(key)
                        .consistentRead(true)
                        .build());
        return response.hasItem() ? dax.items().encode(response.item(), schema) : CachedItem.MISSING;
    }

    private <R> R writeThrough(ItemKey key, Supplier<R> write, Function<R, CachedItem> item) {
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

    private static ReturnValue returnValue(Options options) {
        return switch (options.integer(Options.RETURN_VALUES, 1)) {
            case 2 -> ReturnValue.ALL_OLD;
            case 3 -> ReturnValue.UPDATED_OLD;
            case 4 -> ReturnValue.ALL_NEW;
            case 5 -> ReturnValue.UPDATED_NEW;
            default -> ReturnValue.NONE;
        };
    }

    private void write(
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
