package dev.penstock.local.dax;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;

/** DeleteItem, written through: the cache then knows that there is no such item. */
final class DeleteItemOperation implements Operation {
    private final DaxState dax;
    private final WriteThrough writes;

    DeleteItemOperation(DaxState dax) {
        this.dax = dax;
        this.writes = new WriteThrough(dax);
    }

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
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
                .returnValues(WriteThrough.returnValue(options))
                .returnConsumedCapacity(Capacity.requested(options))
                .returnItemCollectionMetrics(Capacity.requestedMetrics(options))
                .build();
        ItemKey cacheKey = new ItemKey(table, schema.encode(key));
        var response = writes.through(cacheKey, () -> dax.store().deleteItem(request), done -> CachedItem.MISSING);
        writes.answer(
                response.hasAttributes() ? response.attributes() : null,
                request.returnValues(),
                schema,
                response.consumedCapacity(),
                response.itemCollectionMetrics(),
                out);
        return false;
    }
}
