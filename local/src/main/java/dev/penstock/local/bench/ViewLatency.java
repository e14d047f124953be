package dev.penstock.local.bench;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.StorefrontData;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How soon a view of a running storefront shows what was written, through its endpoint. */
final class ViewLatency {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int WARM_UP = 100;

    private final DynamoDbClient dynamoDb;
    private final StorefrontData data;

    ViewLatency(Clients clients, Control control, long seed) {
        this.dynamoDb = clients.of(DynamoDbClient.class);
        this.data = new StorefrontData(seed, control.now(), 1_000);
    }

    /** Milliseconds. */
    record Quantiles(double p50, double p99) {}

    /** From the answer to PutItem until a query of the view OrdersByStatus shows the order; one at a time. */
    Quantiles measure(int samples) {
        long[] micros = new long[samples];
        for (int i = -WARM_UP; i < samples; i++) {
            String status = "BENCH-" + data.seed() + "-" + i;
            var order = new HashMap<>(data.order());
            order.put("status", AttributeValue.fromS(status));
            dynamoDb.putItem(put -> put.tableName("Orders").item(order));
            long written = System.nanoTime();
            while (!isVisible(status)) {
                if (System.nanoTime() - written > LIMIT.toNanos()) {
                    throw new IllegalStateException("order " + status + " did not reach the view OrdersByStatus");
                }
            }
            if (i >= 0) {
                micros[i] = (System.nanoTime() - written) / 1_000;
            }
        }
        Arrays.sort(micros);
        return new Quantiles(micros[samples / 2] / 1e3, micros[samples * 99 / 100] / 1e3);
    }

    private boolean isVisible(String status) {
        return dynamoDb.query(query -> query.tableName("OrdersByStatus")
                                .keyConditionExpression("#s = :s")
                                .expressionAttributeNames(Map.of("#s", "status"))
                                .expressionAttributeValues(Map.of(":s", AttributeValue.fromS(status)))
                                .consistentRead(true))
                        .count()
                > 0;
    }
}
