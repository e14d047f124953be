package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.order;
import static dev.penstock.local.dax.Samples.s;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of the query cache ("DAX and DynamoDB consistency models" and "DAX: How it works", Amazon DynamoDB Developer Guide), one test each. */
class QueryCacheTest extends CacheRules {
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
    void whatAnIndexAnswersIsCachedAsAResultAlone() {
        behind.putItem(r -> r.tableName("Orders").item(order(id, 1, "status", s(id), "madeAt", n(1), "v", n(1))));
        assertEquals(1, queryIndex());
        behind.putItem(r -> r.tableName("Orders").item(order(id, 2, "status", s(id), "madeAt", n(2), "v", n(2))));
        assertEquals(1, queryIndex());
        assertEquals(1, metric("QueryCacheHits"));
        dax.getItem(r -> r.tableName("Orders").key(order(id, 1)));
        assertEquals(1, metric("ItemCacheMisses"), "the index did not warm the item cache");
    }

    private int queryIndex() {
        return dax.query(r -> r.tableName("Orders")
                        .indexName("byStatus")
                        .keyConditionExpression("#s = :s")
                        .expressionAttributeNames(Map.of("#s", "status"))
                        .expressionAttributeValues(Map.of(":s", s(id))))
                .count();
    }
}
