package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.demo.StorefrontData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Writes to the storefront until its runtime is gone, and knows what was acknowledged. Used by one thread at a time. */
final class Shopper {
    private static final int CUSTOMERS = 400;
    private static final int MOST = 20_000;

    private final Random random;
    private final StorefrontData data;
    private final DynamoDbClient client;
    private final List<Map<String, AttributeValue>> customers;
    private final List<Map<String, AttributeValue>> orders = new ArrayList<>();
    private final List<Map<String, AttributeValue>> signedUp = new ArrayList<>();
    private final Map<Key, Map<String, AttributeValue>> written = new LinkedHashMap<>();
    private int acknowledged;
    /** What was asked for last and not answered: it may be there or not. */
    private @Nullable Key inDoubt;

    private @Nullable Map<String, AttributeValue> inDoubtItem;

    private record Key(String table, Map<String, AttributeValue> values) {}

    Shopper(long seed, Instant now, DynamoDbClient client) {
        this.random = new Random(seed);
        this.data = new StorefrontData(seed, now, CUSTOMERS);
        this.client = client;
        this.customers = data.customers();
    }

    /** One of each, so that every function has a process. */
    void beginWarm() {
        order(data.order());
        signUp();
        put("UsageEvents", data.usageEvent(), "tenantDay", "eventId");
    }

    void write(Runnable onAcknowledged) {
        try {
            for (int n = 0; n < MOST; n++) {
                switch (random.nextInt(20)) {
                    case 0 -> signUp();
                    case 1, 2, 3, 4 -> put("UsageEvents", data.usageEvent(), "tenantDay", "eventId");
                    case 5, 6, 7, 8, 9 -> change(random.nextInt(orders.size()));
                    default -> order(data.order());
                }
                onAcknowledged.run();
            }
        } catch (SdkClientException gone) {
            // Killed: what was asked for last stays in doubt.
        }
    }

    private void order(Map<String, AttributeValue> order) {
        put("Orders", order, "customerId", "orderId");
        orders.add(order);
    }

    private void change(int index) {
        var order = new HashMap<>(orders.get(index));
        order.put("status", AttributeValue.fromS(data.nextStatus()));
        order.put("total", AttributeValue.fromN(Integer.toString(random.nextInt(10_000))));
        put("Orders", order, "customerId", "orderId");
        orders.set(index, order);
    }

    private void signUp() {
        if (signedUp.size() < customers.size()) {
            var customer = new HashMap<>(customers.get(signedUp.size()));
            customer.put(
                    "email", AttributeValue.fromS(customer.get("customerId").s() + "@example.com"));
            put("Customers", customer, "customerId");
            signedUp.add(customer);
        }
    }

    private void put(String table, Map<String, AttributeValue> item, String... keyNames) {
        Map<String, AttributeValue> values = new HashMap<>();
        for (String name : keyNames) {
            values.put(name, Objects.requireNonNull(item.get(name), name));
        }
        var key = new Key(table, values);
        inDoubt = key;
        inDoubtItem = item;
        client.putItem(put -> put.tableName(table).item(item));
        inDoubt = null;
        written.put(key, item);
        acknowledged++;
    }

    int acknowledged() {
        return acknowledged;
    }

    List<Map<String, AttributeValue>> signedUp() {
        return signedUp;
    }

    /** What was acknowledged last is there, or what came after it and was not answered. */
    void checkWrites(DynamoDbClient reader) {
        written.forEach((key, item) -> {
            var found = reader.getItem(
                            get -> get.tableName(key.table()).key(key.values()).consistentRead(true))
                    .item();
            if (key.equals(inDoubt)) {
                assertTrue(found.equals(item) || found.equals(inDoubtItem), "neither the last nor before: " + found);
            } else {
                assertEquals(item, found);
            }
        });
    }
}
