package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.ManifestFile;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.lambdas.tables.Items;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * Compares an export with a table: each item of the export must be in the table as it is there, and the table must hold
 * no more. One data file at a time, so that a tick can end after any.
 */
final class DrillComparison {
    private static final int BATCH = 100;
    private static final int MOST_ROUNDS = 100;

    private final DynamoDbClient client;
    private final ObjectSource bucket;

    DrillComparison(DynamoDbClient client, ObjectSource bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    /** After the next data file; after the last one the items are counted and the comparison is over. */
    DrillRun next(DrillRun run, String table, String manifest) {
        try {
            ExportReader export = ExportReader.open(bucket, manifest);
            if (run.file() < export.files().size()) {
                return compare(run, table, export, export.files().get(run.file()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("export " + run.exportArn() + " can't be read", e);
        }
        long tooMany = count(table) - run.compared();
        return run.over(Math.max(tooMany, 0), "");
    }

    private DrillRun compare(DrillRun run, String table, ExportReader export, ManifestFile file) throws IOException {
        List<String> keys = client.describeTable(request -> request.tableName(table)).table().keySchema().stream()
                .map(KeySchemaElement::attributeName)
                .toList();
        long[] totals = new long[2];
        List<Map<String, AttributeValue>> batch = new ArrayList<>(BATCH);
        export.items(file, item -> {
            totals[0]++;
            batch.add(item);
            if (batch.size() == BATCH) {
                totals[1] += differing(table, keys, batch);
                batch.clear();
            }
        });
        totals[1] += differing(table, keys, batch);
        return run.compared(totals[0], totals[1]);
    }

    private long differing(String table, List<String> keyNames, List<Map<String, AttributeValue>> items) {
        if (items.isEmpty()) {
            return 0;
        }
        Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found = new HashMap<>();
        Map<String, KeysAndAttributes> rest = Map.of(
                table,
                KeysAndAttributes.builder()
                        .consistentRead(true)
                        .keys(items.stream().map(item -> key(keyNames, item)).toList())
                        .build());
        for (int round = 0; !rest.isEmpty(); round++) {
            if (round == MOST_ROUNDS) {
                throw new IllegalStateException(table + " leaves keys unread after " + round + " rounds: it throttles");
            }
            var asked = rest;
            var answer = client.batchGetItem(request -> request.requestItems(asked));
            answer.responses().values().forEach(read -> read.forEach(item -> found.put(key(keyNames, item), item)));
            rest = answer.unprocessedKeys();
        }
        return items.stream()
                .filter(item -> {
                    var restored = found.get(key(keyNames, item));
                    return restored == null || !Items.fromSdk(restored).equals(Items.fromSdk(item));
                })
                .count();
    }

    private static Map<String, AttributeValue> key(List<String> names, Map<String, AttributeValue> item) {
        Map<String, AttributeValue> key = new HashMap<>(item);
        key.keySet().retainAll(names);
        return key;
    }

    private long count(String table) {
        return client
                .scanPaginator(
                        request -> request.tableName(table).select(Select.COUNT).consistentRead(true))
                .stream()
                .mapToLong(page -> page.count())
                .sum();
    }
}
