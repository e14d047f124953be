package dev.penstock.local.demo;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** Measures a running storefront through its endpoint: how soon a view shows a write, how fast a backlog drains. */
public final class Measurements {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int WARM_UP = 100;

    private final DynamoDbClient dynamoDb;
    private final LambdaClient lambda;
    private final Control control;
    private final PrintStream out;
    private final StorefrontData data;

    public Measurements(Clients clients, Control control, long seed, PrintStream out) {
        this.dynamoDb = clients.of(DynamoDbClient.class);
        this.lambda = clients.of(LambdaClient.class);
        this.control = control;
        this.out = out;
        this.data = new StorefrontData(seed, control.now(), 1_000);
    }

    /** From the answer to PutItem until a query of the view OrdersByStatus shows the order; one at a time. */
    public void viewLatency(int samples) {
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
        out.printf(
                "  write to view row   p50 %.1f ms, p99 %.1f ms, %d samples, warm%n",
                micros[samples / 2] / 1e3, micros[samples * 99 / 100] / 1e3, samples);
    }

    /** Writes a backlog while the mappings of the table are disabled, and times how long it takes when they are enabled. */
    public void drain(String table, int count) {
        setEnabled(table, false);
        var writer = new Writer(dynamoDb);
        try (var progress = new Progress(out, table, count)) {
            writer.write(table, count, table.equals("Orders") ? data::order : data::usageEvent, progress);
        }
        long started = System.nanoTime();
        setEnabled(table, true);
        Await.until(
                LIMIT,
                "the backlog to drain",
                () -> control.get("settled").path("settled").asBoolean());
        double seconds = (System.nanoTime() - started) / 1e9;
        out.printf("  drained %-11s %,d records in %.1f s (%,.0f/s)%n", table, count, seconds, count / seconds);
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

    private void setEnabled(String table, boolean enabled) {
        String arn = dynamoDb.describeTable(describe -> describe.tableName(table))
                .table()
                .latestStreamArn();
        lambda.listEventSourceMappings(list -> list.eventSourceArn(arn))
                .eventSourceMappings()
                .forEach(mapping -> {
                    lambda.updateEventSourceMapping(
                            update -> update.uuid(mapping.uuid()).enabled(enabled));
                    Await.until(
                            LIMIT,
                            "a mapping of " + table + " to change",
                            () -> lambda.getEventSourceMapping(get -> get.uuid(mapping.uuid()))
                                    .state()
                                    .equals(enabled ? "Enabled" : "Disabled"));
                });
    }
}
