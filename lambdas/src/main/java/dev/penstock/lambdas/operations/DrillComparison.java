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
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * Compares an export with a table: each item of the export must be in the table as it is there, and the table must hold
 * no more. After any batch of items or page of the count it can stop, and goes on from there: a data file may be larger
 * than a tick is long.
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

    /**
     * After the next data file, or as much of it as there is time for; after the last one the items are counted and the
     * comparison is over.
     *
     * @param hasTime asked between batches; the first is done whatever it says
     */
    DrillRun next(DrillRun run, String table, String manifest, BooleanSupplier hasTime, Instant now) {
        try {
            ExportReader export = ExportReader.open(bucket, manifest);
            int file = run.progress().file();
            if (file < export.files().size()) {
                return run.compared(
                        compare(run.progress(), table, export, export.files().get(file), hasTime));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("export " + run.exportArn() + " can't be read", e);
        }
        DrillProgress progress = run.progress();
        do {
            progress = count(progress, table);
            if (progress.scanned().isEmpty()) {
                return run.finished(progress.whole(), now);
            }
        } while (hasTime.getAsBoolean());
        return run.compared(progress);
    }

    private DrillProgress compare(
            DrillProgress begun, String table, ExportReader export, ManifestFile file, BooleanSupplier hasTime)
            throws IOException {
        List<String> keys = client.describeTable(request -> request.tableName(table)).table().keySchema().stream()
                .map(KeySchemaElement::attributeName)
                .toList();
        var batches = new Batches(table, keys, begun);
        boolean isWhole = export.items(file, begun.item(), item -> !batches.isFullWith(item) || hasTime.getAsBoolean());
        batches.compare();
        return isWhole ? batches.progress.nextFile() : batches.progress;
    }

    private DrillProgress count(DrillProgress progress, String table) {
        var page = client.scan(request -> request.tableName(table)
                .select(Select.COUNT)
                .consistentRead(true)
                .exclusiveStartKey(progress.scanned().isEmpty() ? null : progress.scanned()));
        return progress.counted(page.count(), page.lastEvaluatedKey());
    }

    /** Compares items by as many as one request can read. */
    private final class Batches {
        private final String table;
        private final List<String> keyNames;
        private final List<Map<String, AttributeValue>> batch = new ArrayList<>(BATCH);
        private DrillProgress progress;

        Batches(String table, List<String> keyNames, DrillProgress begun) {
            this.table = table;
            this.keyNames = keyNames;
            this.progress = begun;
        }

        /** Whether the item completed a batch, which is compared then. */
        boolean isFullWith(Map<String, AttributeValue> item) {
            batch.add(item);
            if (batch.size() < BATCH) {
                return false;
            }
            compare();
            return true;
        }

        void compare() {
            if (batch.isEmpty()) {
                return;
            }
            var restored = read();
            long missing = 0;
            long differing = 0;
            for (Map<String, AttributeValue> item : batch) {
                var there = restored.get(key(item));
                if (there == null) {
                    missing++;
                } else if (!Items.fromSdk(there).equals(Items.fromSdk(item))) {
                    differing++;
                }
            }
            progress = progress.and(batch.size(), differing, missing);
            batch.clear();
        }

        /** What the table has under the keys of the batch, by key. */
        private Map<Map<String, AttributeValue>, Map<String, AttributeValue>> read() {
            Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found = new HashMap<>();
            Map<String, KeysAndAttributes> rest = Map.of(
                    table,
                    KeysAndAttributes.builder()
                            .consistentRead(true)
                            .keys(batch.stream().map(this::key).toList())
                            .build());
            for (int round = 0; !rest.isEmpty(); round++) {
                if (round == MOST_ROUNDS) {
                    throw new IllegalStateException(
                            table + " leaves keys unread after " + round + " rounds: it throttles");
                }
                var asked = rest;
                var answer = client.batchGetItem(request -> request.requestItems(asked));
                answer.responses().values().forEach(read -> read.forEach(item -> found.put(key(item), item)));
                rest = answer.unprocessedKeys();
            }
            return found;
        }

        private Map<String, AttributeValue> key(Map<String, AttributeValue> item) {
            Map<String, AttributeValue> key = new HashMap<>(item);
            key.keySet().retainAll(keyNames);
            return key;
        }
    }
}
