package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.s;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The rules of writes through DAX ("DAX and DynamoDB consistency models" and "DAX: How it works", Amazon DynamoDB Developer Guide), one test each. */
class WriteThroughTest extends CacheRules {
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
    void aWriteThroughDaxEndsANegativeEntry() {
        assertFalse(getItem().hasItem());
        put(dax, 1);
        assertEquals(1, get());
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
    void aRefusedWriteCachesNothing() {
        assertThrows(
                ConditionalCheckFailedException.class,
                () -> dax.putItem(r -> r.tableName("Sessions")
                        .item(Map.of("id", s(id), "v", n(3)))
                        .conditionExpression("attribute_exists(id)")));
        put(behind, 4);
        assertEquals(4, get());
        assertEquals(1, metric("ItemCacheMisses"));
    }
}
