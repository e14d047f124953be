package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.stream.Guard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which items share a transaction, and which transactions may be under way at the same time. */
class ChunksTest {
    private static final List<Effect> ALL = Storefront.catalog().effectsOf("Orders");

    @Test
    void itemsOfViewsAloneGoSideBySide() {
        List<Effect> views = ALL.stream().filter(View.class::isInstance).toList();
        var lines = Chunks.of(orders(200, 1, 1, views), views);
        assertEquals(7, lines.size(), "three actions for an order, 33 orders in a transaction");
        lines.forEach(line -> assertEquals(1, line.size()));
    }

    @Test
    void chunksThatAddToOneGroupFollowEachOther() {
        var lines = Chunks.of(orders(200, 200, 1, ALL), ALL);
        assertEquals(1, lines.size(), "all sell the same product");
        assertTrue(lines.getFirst().size() > 1, lines::toString);
    }

    @Test
    void noTwoLinesHaveAGroupInCommonAndNoItemIsLost() {
        for (int seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            List<Pending> items = orders(400, 1 + random.nextInt(300), 1 + random.nextInt(300), ALL);
            Set<Object> groups = new HashSet<>();
            List<Pending> found = new ArrayList<>();
            for (var line : Chunks.of(items, ALL)) {
                Set<Object> ofLine = new HashSet<>();
                for (Chunks.Chunk chunk : line) {
                    assertTrue(chunk.fits(), "seed " + seed);
                    assertTrue(Chunks.actions(chunk.items(), ALL) <= Catalog.MAX_ACTIONS, "seed " + seed);
                    found.addAll(chunk.items());
                    chunk.items().forEach(item -> ofLine.addAll(groups(item)));
                }
                int before = groups.size();
                groups.addAll(ofLine);
                assertEquals(before + ofLine.size(), groups.size(), "a group is in two lines, seed " + seed);
            }
            assertEquals(items.size(), found.size(), "seed " + seed);
            assertEquals(new HashSet<>(items), new HashSet<>(found), "seed " + seed);
        }
    }

    /** With as many calls under way as a function has: what is poison is diverted once, all else is exact. */
    @Test
    void linesSideBySideAreExact() {
        try (Shop shop = new Shop(Storefront.catalog())) {
            shop.sideBySide();
            for (String status : List.of("NEW", "PAID", "SHIPPED")) {
                int from = shop.orders.records().size();
                for (int i = 0; i < 150; i++) {
                    shop.orders.put(
                            i % 50 == 7
                                    ? Map.of(
                                            "customerId", Value.string("c" + i),
                                            "orderId", Value.string("o" + i),
                                            "status", Value.number(1))
                                    : order("c" + i, "o" + i, status, 10, "p" + i, "p" + (i + 1) % 150));
                }
                List<DynamodbStreamRecord> all = shop.orders.records();
                shop.deliver(all.subList(from, all.size()));
            }
            assertEquals(147, shop.rows("OrdersByStatus").size());
            shop.assertExact();
        }
    }

    private static Set<Object> groups(Pending item) {
        Set<Object> groups = new HashSet<>();
        item.goal
                .remembered()
                .shares()
                .forEach((table, shares) -> shares.keySet().forEach(group -> groups.add(List.of(table, group))));
        return groups;
    }

    /** Orders of so many customers, one line of one of so many products each. */
    private static List<Pending> orders(int count, int customers, int products, List<Effect> effects) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    String customer = "c" + i % customers;
                    Map<String, Value> image = order(customer, "o" + i, "NEW", 10, "p" + i * 7 % products);
                    return new Pending(
                            orderKey(customer, "o" + i),
                            Goal.of(effects, Storefront.catalog().table("Orders"), effect -> image),
                            Guard.REBUILT,
                            Remembered.NOTHING,
                            new Expected.Absent(),
                            Instant.EPOCH,
                            false,
                            false,
                            List.of());
                })
                .toList();
    }
}
