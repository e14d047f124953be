package dev.penstock.lambdas.testing;

import static dev.penstock.lambdas.item.Value.number;
import static dev.penstock.lambdas.item.Value.string;

import dev.penstock.lambdas.item.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Items of the storefront. */
public final class ShopItems {
    private ShopItems() {}

    public static Map<String, Value> orderKey(String customer, String order) {
        return Map.of("customerId", string(customer), "orderId", string(order));
    }

    /** An order of 2026-11-22 with lines of one product each, one piece at 5. */
    public static Map<String, Value> order(
            String customer, String order, String status, long total, String... products) {
        List<Value> lines = new ArrayList<>();
        for (String product : products) {
            lines.add(line(product, 1, 5));
        }
        Map<String, Value> item = new HashMap<>(orderKey(customer, order));
        item.put("status", string(status));
        item.put("createdAt", string("2026-11-22T10:00:00Z"));
        item.put("total", number(total));
        item.put("currency", string("EUR"));
        item.put("country", string("DE"));
        item.put("lines", new Value.L(lines));
        return item;
    }

    public static Value line(String product, long quantity, long price) {
        return new Value.M(Map.of("productId", string(product), "quantity", number(quantity), "price", number(price)));
    }

    public static Map<String, Value> with(Map<String, Value> item, String attribute, Value value) {
        Map<String, Value> changed = new HashMap<>(item);
        changed.put(attribute, value);
        return changed;
    }

    public static Map<String, Value> without(Map<String, Value> item, String attribute) {
        Map<String, Value> changed = new HashMap<>(item);
        changed.remove(attribute);
        return changed;
    }

    public static Map<String, Value> usageKey(String event) {
        return Map.of("tenantDay", string("acme#2026-11-22"), "eventId", string(event));
    }

    public static Map<String, Value> usage(String event, String feature, int hour, long durationMs) {
        Map<String, Value> item = new HashMap<>(usageKey(event));
        item.put("feature", string(feature));
        item.put("userId", string("u1"));
        item.put("at", string("2026-11-22T%02d:07:00Z".formatted(hour)));
        item.put("durationMs", number(durationMs));
        item.put("expiresAt", number(1_800_000_000L));
        return item;
    }
}
