package dev.penstock.local.query;

import dev.penstock.lambdas.export.Change;
import dev.penstock.lambdas.export.ExportReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Writes an export into a table by BatchWriteItem, and incremental exports on top: puts and deletes. */
final class ExportLoader {
    private static final int BATCH = 25;
    private static final int ATTEMPTS = 1_000;

    private final DynamoDbClient dynamodb;
    private final String table;
    private final List<WriteRequest> batch = new ArrayList<>();
    private long items;
    private long changes;

    ExportLoader(DynamoDbClient dynamodb, String table) {
        this.dynamodb = dynamodb;
        this.table = table;
    }

    void full(ExportReader export) throws IOException {
        if (export.summary().isIncremental()) {
            throw new IOException("export " + export.summary().exportId() + " is incremental; load a full one first");
        }
        export.items(item -> {
            items++;
            put(item);
        });
        flush();
    }

    /** Each key has one net change in a window, so windows are applied one after the other. */
    void incrementals(ExportReader full, List<ExportReader> exports) throws IOException {
        Instant reached = Objects.requireNonNull(full.summary().exportTime());
        List<ExportReader> windows = exports.stream()
                .sorted(Comparator.comparing(
                        window -> Objects.requireNonNull(window.summary().exportFromTime())))
                .toList();
        for (ExportReader window : windows) {
            Instant from = Objects.requireNonNull(window.summary().exportFromTime());
            if (from.isAfter(reached)) {
                throw new IOException(
                        "changes between %s and %s are missing: no export covers them".formatted(reached, from));
            }
            window.changes(this::change);
            flush();
            reached = Objects.requireNonNull(window.summary().exportToTime());
        }
    }

    private void change(Change change) {
        changes++;
        if (change.newImage() != null) {
            put(change.newImage());
        } else {
            add(WriteRequest.builder()
                    .deleteRequest(delete -> delete.key(change.keys()))
                    .build());
        }
    }

    private void put(Map<String, AttributeValue> item) {
        add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
    }

    private void add(WriteRequest write) {
        batch.add(write);
        if (batch.size() == BATCH) {
            flush();
        }
    }

    private void flush() {
        List<WriteRequest> rest = List.copyOf(batch);
        batch.clear();
        for (int attempt = 0; !rest.isEmpty(); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException(table + " left items unprocessed after " + ATTEMPTS + " attempts");
            }
            List<WriteRequest> writes = rest;
            rest = dynamodb.batchWriteItem(write -> write.requestItems(Map.of(table, writes)))
                    .unprocessedItems()
                    .getOrDefault(table, List.of());
        }
    }

    long items() {
        return items;
    }

    long changes() {
        return changes;
    }
}
