package dev.penstock.lambdas.verify;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.testing.Engine;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A difference counts only once the stream has passed it. */
@Tag("rule-16")
class VerifierTest {
    private final Catalog catalog = Storefront.catalog();
    private final Engine engine = new Engine(catalog);
    private final Verifier verifier = new Verifier(catalog, engine.client(), new TableNames(""), (table, item) -> {});
    private final Effect view = catalog.effects().stream()
            .filter(effect -> effect.tableName().equals("OrdersByStatus"))
            .findFirst()
            .orElseThrow();

    VerifierTest() {
        engine.client().putItem(put -> put.tableName("Orders").item(Items.toSdk(order("c1", "o1", "NEW", 1, "p1"))));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** The item is not in its view when it is first looked at, but the stream brings it there. */
    @Test
    void aDifferenceThatTheStreamMendsIsNone() {
        List<Difference> differences = verifier.verify(view, () -> {
            engine.client().deleteItem(delete -> delete.tableName("Orders").key(Items.toSdk(orderKey("c1", "o1"))));
            return true;
        });
        assertEquals(List.of(), differences);
    }

    @Test
    void aDifferenceThatStaysIsTold() {
        AtomicInteger waits = new AtomicInteger();
        List<Difference> differences = verifier.verify(view, () -> waits.incrementAndGet() > 0);
        assertEquals(1, differences.size(), differences::toString);
        assertEquals(Difference.NONE, differences.getFirst().actual());
        assertEquals(1, waits.get(), "the same after the stream has passed: it will not go away");
    }

    /** Where nothing tells that the stream has passed, as on AWS, it is looked at again and again before it is told. */
    @Test
    void whoCannotWaitForTheStreamLooksMoreOften() {
        AtomicInteger waits = new AtomicInteger();
        List<Difference> differences = verifier.verify(view, () -> waits.incrementAndGet() < 0);
        assertEquals(1, differences.size());
        assertTrue(waits.get() > 1, "looks: " + waits);
    }
}
