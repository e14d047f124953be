package dev.penstock.local.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Writes many items with BatchWriteItem, a few requests at a time, and repeats what was not processed. */
public final class Writer {
    private static final int BATCH = 25;
    private static final int AT_ONCE = 8;
    private static final int TRIES = 20;

    private final DynamoDbClient dynamoDb;

    public Writer(DynamoDbClient dynamoDb) {
        this.dynamoDb = dynamoDb;
    }

    /** Writes {@code count} items, each taken from {@code source} in turn, and returns them. */
    public List<Map<String, AttributeValue>> write(
            String table, int count, Supplier<Map<String, AttributeValue>> source, Progress progress) {
        List<Map<String, AttributeValue>> items =
                Stream.generate(source).limit(count).toList();
        var free = new Semaphore(AT_ONCE);
        var futures = new ArrayList<Future<?>>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int from = 0; from < count; from += BATCH) {
                var batch = items.subList(from, Math.min(count, from + BATCH));
                free.acquireUninterruptibly();
                futures.add(threads.submit(() -> {
                    try {
                        writeBatch(table, batch);
                        progress.add(batch.size());
                    } finally {
                        free.release();
                    }
                }));
            }
            for (var future : futures) {
                future.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing " + table, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("writing " + table + " failed: " + e.getCause(), e);
        }
        return items;
    }

    private void writeBatch(String table, List<Map<String, AttributeValue>> items) {
        Map<String, List<WriteRequest>> pending = Map.of(
                table,
                items.stream()
                        .map(item -> WriteRequest.builder()
                                .putRequest(PutRequest.builder().item(item).build())
                                .build())
                        .toList());
        for (int attempt = 0; !pending.isEmpty(); attempt++) {
            if (attempt == TRIES) {
                throw new IllegalStateException(table + " still leaves items unprocessed after " + TRIES + " tries");
            }
            var request = pending;
            pending = dynamoDb.batchWriteItem(batch -> batch.requestItems(request))
                    .unprocessedItems();
        }
    }
}
