package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.order;
import static dev.penstock.local.dax.Samples.s;

import dev.penstock.local.clock.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/**
 * What tests of the cache's rules share: a DAX server with a client of it, a client of the table behind it, and a clock that
 * only the test moves. "Behind" is a write that bypasses DAX.
 */
@Timeout(60)
abstract class CacheRules {
    static final Duration ITEM_TTL = Duration.ofMinutes(5);
    static final Duration QUERY_TTL = Duration.ofMinutes(2);

    private static EmbeddedDynamo dynamo;
    final MovableClock clock = new MovableClock(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
    final Queue<Runnable> background = new ArrayDeque<>();
    final String id = UUID.randomUUID().toString();
    DaxServer server;
    DynamoDbClient dax;
    DynamoDbClient behind;

    @BeforeAll
    static void startStore() {
        dynamo = new EmbeddedDynamo();
    }

    @AfterAll
    static void stopStore() {
        dynamo.close();
    }

    @BeforeEach
    void start() {
        behind = dynamo.client();
        start(ITEM_TTL, QUERY_TTL, 16 << 20);
    }

    void start(Duration itemTtl, Duration queryTtl, long bytes) {
        stop();
        server = DaxServer.start(
                behind,
                DaxSettings.defaults()
                        .withPorts(0, DaxSettings.NO_TLS)
                        .withTtls(itemTtl, queryTtl)
                        .withCacheBytes(bytes),
                clock,
                background::add,
                System::nanoTime);
        dax = DaxClients.sync(server.url());
    }

    @AfterEach
    void stop() {
        if (server != null) {
            dax.close();
            server.close();
        }
    }

    void put(DynamoDbClient client, int value) {
        client.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(id), "v", n(value))));
    }

    void putOrder(DynamoDbClient client, int number) {
        client.putItem(r -> r.tableName("Orders").item(order(id, number, "v", n(1))));
    }

    Map<String, AttributeValue> key() {
        return Map.of("id", s(id));
    }

    GetItemResponse getItem() {
        return dax.getItem(r -> r.tableName("Sessions").key(key()));
    }

    int get() {
        return value(getItem().item());
    }

    static int value(Map<String, AttributeValue> item) {
        return Integer.parseInt(item.get("v").n());
    }

    List<Map<String, AttributeValue>> batchGet(String other) {
        return dax.batchGetItem(r -> r.requestItems(Map.of(
                        "Sessions",
                        KeysAndAttributes.builder()
                                .keys(key(), Map.of("id", s(other)))
                                .build())))
                .responses()
                .get("Sessions");
    }

    int query(int limit) {
        return dax.query(r -> r.tableName("Orders")
                        .keyConditionExpression("customerId = :c")
                        .expressionAttributeValues(Map.of(":c", s(id)))
                        .limit(limit))
                .count();
    }

    ConsumedCapacity capacity() {
        return dax.getItem(r -> r.tableName("Sessions").key(key()).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity();
    }

    long metric(String name) {
        return server.metrics().get(name);
    }
}
