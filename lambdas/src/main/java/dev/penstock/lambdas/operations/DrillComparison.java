package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.ManifestFile;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.lambdas.tables.Items;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
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
    DrillRun next(DrillRun run, String table, String manifest, Instant now) {
        try {
            ExportReader export = ExportReader.open(bucket, manifest);
            int file = run.progress().file();
            if (file < export.files().size()) {
                return run.compared(
                        compare(run.progress(), table, export, export.files().get(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("export " + run.exportArn() + " can't be read", e);
        }
        return run.finished(run.progress().counted(count(table)), now);
    }

    private DrillProgress compare(DrillProgress begun, String table, ExportReader export, ManifestFile file)
            throws IOException {
        List<String> keys = client.describeTable(request -> request.tableName(table)).table().keySchema().stream()
                .map(KeySchemaElement::attributeName)
                .toList();
        var found = new Found(begun);
        List<Map<String, AttributeValue>> batch = new ArrayList<>(BATCH);
        export.items(file, item -> {
            batch.add(item);
            if (batch.size() == BATCH) {
                found.add(read(table, keys, batch), keys, batch);
                batch.clear();
            }
        });
        found.add(read(table, keys, batch), keys, batch);
        return found.progress.nextFile();
    }

    /** What was found so far. */
    private static final class Found {
        private DrillProgress progress;

        Found(DrillProgress begun) {
            progress = begun;
        }

        void add(
                Map<Map<String, AttributeValue>, Map<String, AttributeValue>> restored,
                List<String> keyNames,
                List<Map<String, AttributeValue>> items) {
            long missing = 0;
            long differing = 0;
            for (Map<String, AttributeValue> item : items) {
                var there = restored.get(key(keyNames, item));
                if (there == null) {
                    missing++;
                } else if (!Items.fromSdk(there).equals(Items.fromSdk(item))) {
                    differing++;
                }
            }
            progress = progress.and(items.size(), differing, missing);
        }
    }

    /** The items with the keys of these, by key. */
    private Map<Map<String, AttributeValue>, Map<String, AttributeValue>> read(
            String table, List<String> keyNames, List<Map<String, AttributeValue>> items) {
        if (items.isEmpty()) {
            return Map.of();
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
        return found;
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
