package dev.penstock.local.dax;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** PutItem, written through: the item that was put is the one that is cached. */
final class PutItemOperation implements Operation {
    private final DaxState dax;
    private final WriteThrough writes;

    PutItemOperation(DaxState dax) {
        this.dax = dax;
        this.writes = new WriteThrough(dax);
    }

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
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
                .returnValues(WriteThrough.returnValue(options))
                .returnConsumedCapacity(Capacity.requested(options))
                .returnItemCollectionMetrics(Capacity.requestedMetrics(options))
                .build();
        ItemKey cacheKey = new ItemKey(table, schema.encode(key));
        var response = writes.through(
                cacheKey,
                () -> dax.store().putItem(request),
                done -> dax.items().encode(item, schema));
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
