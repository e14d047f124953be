package dev.penstock.local.dax;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;

/** The key schemas of the store's tables, asked for once a minute at most. Threadsafe. */
final class KeySchemas {
    private static final Duration LIFETIME = Duration.ofMinutes(1);

    private record Known(KeySchema schema, Instant until) {}

    private final DynamoDbClient store;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    KeySchemas(DynamoDbClient store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** @throws software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException when there is no such table */
    KeySchema of(String table) {
        Instant now = clock.instant();
        Known cached = known.get(table);
        if (cached != null && now.isBefore(cached.until())) {
            return cached.schema();
        }
        known.remove(table);
        KeySchema schema = KeySchema.of(store.describeTable(
                        DescribeTableRequest.builder().tableName(table).build())
                .table());
        known.put(table, new Known(schema, now.plus(LIFETIME)));
        return schema;
    }
}
