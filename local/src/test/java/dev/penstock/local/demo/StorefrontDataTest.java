package dev.penstock.local.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class StorefrontDataTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void theSameSeedGivesTheSameItems() {
        assertEquals(items(7), items(7));
        assertNotEquals(items(7), items(8));
    }

    @Test
    void theTimeOfDayDoesNotChangeWhatFallsIntoADayOrHour() {
        var noon = new StorefrontData(7, START, 3);
        var evening = new StorefrontData(7, START.plusSeconds(8 * 3600), 3);
        for (int i = 0; i < 100; i++) {
            assertEquals(noon.order(), evening.order());
            assertEquals(noon.usageEvent(), evening.usageEvent());
        }
    }

    @Test
    void anOrdersTotalIsTheSumOfItsLines() {
        var data = new StorefrontData(1, START, 3);
        for (int i = 0; i < 100; i++) {
            var order = data.order();
            long sum = order.get("lines").l().stream()
                    .mapToLong(line -> number(line.m(), "quantity") * number(line.m(), "price"))
                    .sum();
            assertEquals(sum, number(order, "total"));
        }
    }

    private static long number(Map<String, AttributeValue> item, String name) {
        return Long.parseLong(item.get(name).n());
    }

    private static List<Map<String, AttributeValue>> items(long seed) {
        var data = new StorefrontData(seed, START, 3);
        List<Map<String, AttributeValue>> items = new ArrayList<>(data.customers());
        items.add(data.order());
        items.add(data.usageEvent());
        items.add(data.session());
        return items;
    }
}
