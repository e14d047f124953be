package dev.penstock.local.store;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** Reads a whole table of the engine, page by page. */
final class Scan {
    private Scan() {}

    /** A table that is deleted meanwhile simply ends. */
    static void of(DynamoDbClient engine, String table, Consumer<List<Map<String, AttributeValue>>> pages) {
        Map<String, AttributeValue> start = Map.of();
        boolean more = true;
        while (more) {
            Map<String, AttributeValue> from = start;
            try {
                ScanResponse page = engine.scan(scan ->
                        scan.tableName(table).consistentRead(true).exclusiveStartKey(from.isEmpty() ? null : from));
                pages.accept(page.items());
                start = page.lastEvaluatedKey();
                more = page.hasLastEvaluatedKey() && !start.isEmpty();
            } catch (ResourceNotFoundException deleted) {
                more = false;
            }
        }
    }
}
