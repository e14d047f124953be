package dev.penstock.local.dax;

import dev.penstock.local.dax.QueryResults.Page;
import dev.penstock.local.dax.QueryResults.Parameters;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/** Scan of a table, an index or a segment, its eventually consistent results from the query cache. */
final class ScanOperation implements Operation {
    private final DynamoDbClient store;
    private final QueryResults results;

    ScanOperation(DaxState dax) {
        this.store = dax.store();
        this.results = new QueryResults(dax);
    }

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
        String table = arguments.readName();
        Parameters parameters = results.parameters(table, new Options(arguments), session);
        Options options = parameters.options();
        CborWriter cacheKey = new CborWriter();
        cacheKey.integer(Method.SCAN.id()).text(table);
        options.writeCanonical(cacheKey, Options.RETURN_CONSUMED_CAPACITY);
        return results.answer(parameters, cacheKey.toByteArray(), "Scan", out, () -> {
            Placeholders placeholders = new Placeholders();
            var response = store.scan(ScanRequest.builder()
                    .tableName(table)
                    .indexName(parameters.index())
                    .filterExpression(ExpressionRenderer.condition(options.blob(Options.FILTER), placeholders))
                    .projectionExpression(parameters.projected(placeholders))
                    .expressionAttributeNames(placeholders.names())
                    .expressionAttributeValues(placeholders.values())
                    .consistentRead(options.isSet(Options.CONSISTENT_READ))
                    .exclusiveStartKey(parameters.startKey())
                    .limit(options.integer(Options.LIMIT))
                    .segment(options.integer(Options.SEGMENT))
                    .totalSegments(options.integer(Options.TOTAL_SEGMENTS))
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
