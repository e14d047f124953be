package dev.penstock.local.dax;

import static dev.penstock.local.dax.DifferentialTest.n;
import static dev.penstock.local.dax.DifferentialTest.order;
import static dev.penstock.local.dax.DifferentialTest.s;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The cache's rules ("DAX and DynamoDB consistency models" and "DAX: How it works", Amazon DynamoDB Developer Guide),
 * one test each, on a clock that only the test moves. "Behind" is a write that bypasses DAX.
 */
@Timeout(60)
class CacheRulesTest {
    private static final Duration ITEM_TTL = Duration.ofMinutes(5);
    private static final Duration QUERY_TTL = Duration.ofMinutes(2);

    private static EmbeddedDynamo dynamo;
    private final MovableClock clock = new MovableClock(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
    private final Queue<Runnable> background = new ArrayDeque<>();
    private final String id = UUID.randomUUID().toString();
    private DaxServer server;
    private DynamoDbClient dax;
    private DynamoDbClient behind;

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

    private void start(Duration itemTtl, Duration queryTtl, long bytes) {
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

    @Test
    void anItemReadOnceIsAnsweredFromTheCacheUntilItsTtlIsOver() {
        put(behind, 1);
        assertEquals(1, get());
        put(behind, 2);
        clock.advance(ITEM_TTL.minusMillis(1));
        assertEquals(1, get(), "a write behind DAX is not seen");
        clock.advance(Duration.ofMillis(1));
        assertEquals(2, get());
        assertEquals(1, metric("ItemCacheHits"));
        assertEquals(2, metric("ItemCacheMisses"));
    }

    @Test
    void aHitDoesNotLengthenTheTtl() {
        put(behind, 1);
        get();
        clock.advance(ITEM_TTL.dividedBy(2));
        put(behind, 2);
        assertEquals(1, get());
        clock.advance(ITEM_TTL.dividedBy(2));
        assertEquals(2, get());
    }

    @Test
    void aMissingItemIsCachedAsMissing() {
        assertFalse(getItem().hasItem());
        put(behind, 1);
        assertFalse(getItem().hasItem());
        clock.advance(ITEM_TTL);
        assertEquals(1, get());
    }

    @Test
    void aWriteThroughDaxEndsANegativeEntry() {
        assertFalse(getItem().hasItem());
        put(dax, 1);
        assertEquals(1, get());
    }

    @Test
    void puttingWritesThrough() {
        put(dax, 1);
        put(behind, 2);
        assertEquals(1, get(), "the item was cached when it was put");
        assertEquals(0, metric("ItemCacheMisses"));
    }

    @Test
    void updatingWritesTheWholeNewItemThrough() {
        behind.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(id), "v", n(1), "other", s("kept"))));
        for (ReturnValue returned : List.of(ReturnValue.NONE, ReturnValue.ALL_NEW, ReturnValue.UPDATED_OLD)) {
            dax.updateItem(r -> r.tableName("Sessions")
                    .key(key())
                    .updateExpression("ADD v :one")
                    .expressionAttributeValues(Map.of(":one", n(1)))
                    .returnValues(returned));
        }
        put(behind, 99);
        assertEquals(
                Map.of("id", s(id), "v", n(4), "other", s("kept")), getItem().item());
        assertEquals(0, metric("ItemCacheMisses"));
    }

    @Test
    void deletingCachesThatTheItemIsGone() {
        put(dax, 1);
        dax.deleteItem(r -> r.tableName("Sessions").key(key()));
        put(behind, 2);
        assertFalse(getItem().hasItem());
        assertEquals(0, metric("ItemCacheMisses"));
    }

    @Test
    void batchWritesWriteThrough() {
        put(behind, 7);
        get();
        dax.batchWriteItem(r -> r.requestItems(Map.of(
                "Sessions",
                List.of(WriteRequest.builder()
                        .putRequest(p -> p.item(Map.of("id", s(id), "v", n(8))))
                        .build()))));
        assertEquals(8, get());
        assertEquals(1, metric("ItemCacheMisses"));
    }

    @Test
    void aRefusedWriteLeavesTheCacheAlone() {
        put(dax, 1);
        put(behind, 2);
        assertThrows(
                ConditionalCheckFailedException.class,
                () -> dax.putItem(r -> r.tableName("Sessions")
                        .item(Map.of("id", s(id), "v", n(3)))
                        .conditionExpression("v = :x")
                        .expressionAttributeValues(Map.of(":x", n(77)))));
        assertEquals(1, get());
    }

    @Test
    void aStronglyConsistentReadPassesThroughAndIsNotCached() {
        put(behind, 1);
        assertEquals(1, get());
        put(behind, 2);
        assertEquals(
                2,
                value(dax.getItem(r -> r.tableName("Sessions").key(key()).consistentRead(true))
                        .item()));
        assertEquals(1, get(), "the strong read did not refresh the cache");
        assertEquals(1, metric("ItemCacheMisses"), "a strong read is neither hit nor miss");
    }

    @Test
    void batchGetLooksUpEachKeyOnItsOwn() {
        put(behind, 1);
        get();
        put(behind, 2);
        String other = id + "-other";
        behind.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(other), "v", n(5))));
        assertEquals(2, batchGet(other).size());
        assertEquals(1, metric("ItemCacheHits"), "the one read before came from the cache");
        behind.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(other), "v", n(6))));
        assertTrue(batchGet(other).contains(Map.of("id", s(other), "v", n(5))), "the batch filled the cache");
        assertTrue(batchGet(other).contains(Map.of("id", s(id), "v", n(1))));
    }

    @Test
    void withAnItemTtlOfZeroItemsDoNotExpire() {
        start(Duration.ZERO, QUERY_TTL, 16 << 20);
        put(behind, 1);
        get();
        put(behind, 2);
        clock.advance(Duration.ofDays(3650));
        assertEquals(1, get());
        put(dax, 3);
        assertEquals(3, get());
    }

    @Test
    void withAQueryTtlOfZeroResultsAreNotCached() {
        start(ITEM_TTL, Duration.ZERO, 16 << 20);
        assertEquals(0, query(10));
        putOrder(behind, 1);
        assertEquals(1, query(10));
    }

    @Test
    void aQueryResultStaysAfterAWriteThroughDaxUntilItsTtlIsOver() {
        assertEquals(0, query(10));
        putOrder(dax, 1);
        assertEquals(0, query(10));
        clock.advance(QUERY_TTL.minusMillis(1));
        assertEquals(0, query(10));
        clock.advance(Duration.ofMillis(1));
        assertEquals(1, query(10));
        assertEquals(2, metric("QueryCacheHits"));
        assertEquals(2, metric("QueryCacheMisses"));
    }

    @Test
    void aScanResultIsCachedLikewise() {
        int before = dax.scan(r -> r.tableName("Numbers")).count();
        behind.putItem(r -> r.tableName("Numbers").item(Map.of("id", n(System.identityHashCode(this)))));
        assertEquals(before, dax.scan(r -> r.tableName("Numbers")).count());
        clock.advance(QUERY_TTL);
        assertEquals(before + 1, dax.scan(r -> r.tableName("Numbers")).count());
        assertEquals(1, metric("ScanCacheHits"));
    }

    @Test
    void resultsAreCachedByAllParametersThatShapeThem() {
        putOrder(behind, 1);
        putOrder(behind, 2);
        assertEquals(2, query(10));
        assertEquals(1, query(1));
        assertEquals(0, metric("QueryCacheHits"));
        assertEquals(2, query(10));
        assertEquals(1, metric("QueryCacheHits"));
    }

    @Test
    void aStronglyConsistentQueryPassesThroughAndIsNotCached() {
        assertEquals(0, query(10));
        putOrder(behind, 1);
        assertEquals(
                1,
                dax.query(r -> r.tableName("Orders")
                                .keyConditionExpression("customerId = :c")
                                .expressionAttributeValues(Map.of(":c", s(id)))
                                .limit(10)
                                .consistentRead(true))
                        .count());
        assertEquals(0, query(10));
    }

    @Test
    void queriesDoNotWarmTheItemCache() {
        putOrder(behind, 1);
        query(10);
        behind.putItem(r -> r.tableName("Orders").item(order(id, 1, "v", n(2))));
        assertEquals(
                2,
                value(dax.getItem(r -> r.tableName("Orders").key(order(id, 1))).item()));
    }

    @Test
    void aTransactionIsAnsweredFirstAndCachedInTheBackground() {
        put(behind, 1);
        get();
        dax.transactWriteItems(r ->
                r.transactItems(w -> w.put(p -> p.tableName("Sessions").item(Map.of("id", s(id), "v", n(2))))));
        assertEquals(1, get(), "until the background read is done the old item is answered");
        background.remove().run();
        assertEquals(2, get());
        assertEquals(1, metric("ItemCacheMisses"));
    }

    @Test
    void aTransactionalReadPassesThroughAndIsNotCached() {
        put(behind, 1);
        get();
        put(behind, 2);
        assertEquals(
                2,
                value(dax.transactGetItems(r -> r.transactItems(
                                g -> g.get(t -> t.tableName("Sessions").key(key()))))
                        .responses()
                        .getFirst()
                        .item()));
        assertEquals(1, get());
    }

    @Test
    void aHitConsumesNoCapacity() {
        put(behind, 1);
        assertEquals(0.5, capacity().capacityUnits());
        assertNull(capacity(), "DAX tells none for a hit, and this client leaves it so");
    }

    @Test
    void theCachesStayWithinTheirBytes() {
        long bytes = 1 << 20;
        start(ITEM_TTL, QUERY_TTL, bytes);
        String text = "x".repeat(20_000);
        for (int i = 0; i < 60; i++) {
            String key = id + i;
            dax.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(key), "text", s(text))));
        }
        assertTrue(metric("EstimatedDbSize") <= bytes / 2, "held: " + metric("EstimatedDbSize"));
        assertTrue(metric("EvictedSize") > 0);
        assertTrue(metric("CacheMemoryUtilization") <= 50);
    }

    private void put(DynamoDbClient client, int value) {
        client.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(id), "v", n(value))));
    }

    private void putOrder(DynamoDbClient client, int number) {
        client.putItem(r -> r.tableName("Orders").item(order(id, number, "v", n(1))));
    }

    private Map<String, AttributeValue> key() {
        return Map.of("id", s(id));
    }

    private GetItemResponse getItem() {
        return dax.getItem(r -> r.tableName("Sessions").key(key()));
    }

    private int get() {
        return value(getItem().item());
    }

    private static int value(Map<String, AttributeValue> item) {
        return Integer.parseInt(item.get("v").n());
    }

    private List<Map<String, AttributeValue>> batchGet(String other) {
        return dax.batchGetItem(r -> r.requestItems(Map.of(
                        "Sessions",
                        KeysAndAttributes.builder()
                                .keys(key(), Map.of("id", s(other)))
                                .build())))
                .responses()
                .get("Sessions");
    }

    private int query(int limit) {
        return dax.query(r -> r.tableName("Orders")
                        .keyConditionExpression("customerId = :c")
                        .expressionAttributeValues(Map.of(":c", s(id)))
                        .limit(limit))
                .count();
    }

    private ConsumedCapacity capacity() {
        return dax.getItem(r -> r.tableName("Sessions").key(key()).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity();
    }

    private long metric(String name) {
        return server.metrics().get(name);
    }
}
