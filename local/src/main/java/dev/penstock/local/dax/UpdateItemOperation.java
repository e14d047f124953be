package dev.penstock.local.dax;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** UpdateItem, written through: all of the new item enters the cache, whatever part of it was asked for. */
final class UpdateItemOperation implements Operation {
    private final DaxState dax;
    private final WriteThrough writes;

    UpdateItemOperation(DaxState dax) {
        this.dax = dax;
        this.writes = new WriteThrough(dax);
    }

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
        String table = arguments.readName();
        KeySchema schema = dax.schemas().of(table);
        Map<String, AttributeValue> key = schema.decode(arguments.readBytes());
        Options options = new Options(arguments);
        ReturnValue asked = WriteThrough.returnValue(options);
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
        var response = writes.through(
                cacheKey,
                () -> dax.store().updateItem(request),
                done -> newItemReturned ? dax.items().encode(done.attributes(), schema) : readBack(table, key, schema));
        writes.answer(
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
}
