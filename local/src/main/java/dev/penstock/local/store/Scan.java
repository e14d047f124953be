package dev.penstock.local.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** Reads a whole table of the engine page by page, the next page while the last one is handled. */
final class Scan {
    private Scan() {}

    /** A table that is deleted meanwhile simply ends. */
    static void of(DynamoDbClient engine, String table, Consumer<List<Map<String, AttributeValue>>> pages) {
        try (ExecutorService ahead = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("scan").factory())) {
            Future<ScanResponse> next = ahead.submit(() -> page(engine, table, null));
            while (next != null) {
                ScanResponse page = next.get();
                next = page.hasLastEvaluatedKey() && !page.lastEvaluatedKey().isEmpty()
                        ? ahead.submit(() -> page(engine, table, page.lastEvaluatedKey()))
                        : null;
                pages.accept(page.items());
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof ResourceNotFoundException)) {
                throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading table " + table, e);
        }
    }

    private static ScanResponse page(DynamoDbClient engine, String table, @Nullable Map<String, AttributeValue> after) {
        return engine.scan(scan -> scan.tableName(table).consistentRead(true).exclusiveStartKey(after));
    }
}
