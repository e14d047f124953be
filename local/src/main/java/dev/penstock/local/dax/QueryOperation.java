package dev.penstock.local.dax;

import dev.penstock.local.dax.QueryResults.Page;
import dev.penstock.local.dax.QueryResults.Parameters;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** Query of a table or an index, its eventually consistent results from the query cache. */
final class QueryOperation implements Operation {
    private final DynamoDbClient store;
    private final QueryResults results;

    QueryOperation(DaxState dax) {
        this.store = dax.store();
        this.results = new QueryResults(dax);
    }

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
        String table = arguments.readName();
        byte[] keyCondition = arguments.readBytes();
        Parameters parameters = results.parameters(table, new Options(arguments), session);
        Options options = parameters.options();
        CborWriter cacheKey = new CborWriter();
        cacheKey.integer(Method.QUERY.id()).text(table).bytes(keyCondition);
        options.writeCanonical(cacheKey, Options.RETURN_CONSUMED_CAPACITY);
        return results.answer(parameters, cacheKey.toByteArray(), "Query", out, () -> {
            Placeholders placeholders = new Placeholders();
            var response = store.query(QueryRequest.builder()
                    .tableName(table)
                    .indexName(parameters.index())
                    .keyConditionExpression(ExpressionRenderer.condition(keyCondition, placeholders))
                    .filterExpression(ExpressionRenderer.condition(options.blob(Options.FILTER), placeholders))
                    .projectionExpression(parameters.projected(placeholders))
                    .expressionAttributeNames(placeholders.names())
                    .expressionAttributeValues(placeholders.values())
                    .consistentRead(options.isSet(Options.CONSISTENT_READ))
                    .exclusiveStartKey(parameters.startKey())
                    .limit(options.integer(Options.LIMIT))
                    .scanIndexForward(options.flag(Options.SCAN_INDEX_FORWARD))
                    .select(parameters.select())
                    .returnConsumedCapacity(Capacity.requested(options))
                    .build());
            return new Page(
                    response.items(),
                    response.count(),
                    response.scannedCount(),
                    response.lastEvaluatedKey(),
                    response.consumedCapacity());
        });
    }
}
