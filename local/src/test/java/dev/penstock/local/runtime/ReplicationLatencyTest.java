package dev.penstock.local.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** ReplicationLatency under AWS's name and dimensions, in the region of the write. */
@Timeout(120)
class ReplicationLatencyTest {
    private static final String THERE = "eu-west-1";

    @Test
    void changesOfAReplicatedTableAreMeasuredByReceivingRegion() {
        try (var runtime = LocalRuntime.start(Options.inMemory());
                var control = new Control(runtime.endpoint())) {
            Instant start = runtime.clock().instant().minus(Duration.ofHours(1));
            var here = runtime.clients().of(DynamoDbClient.class);
            here.createTable(create -> create.tableName("Customers")
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                    .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                    .streamSpecification(
                            spec -> spec.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
            here.updateTable(update -> update.tableName("Customers")
                    .replicaUpdates(replica -> replica.create(create -> create.regionName(THERE))));
            control.post("regions/" + THERE, Map.of("delay", "PT10M"));
            for (String id : List.of("a", "b")) {
                here.putItem(put -> put.tableName("Customers").item(Map.of("id", AttributeValue.fromS(id))));
            }
            runtime.clock().advance(Duration.ofMinutes(11));
            var there = runtime.clients(THERE).of(DynamoDbClient.class);
            Await.until(
                    Duration.ofSeconds(60),
                    "both items to arrive",
                    () -> there.scan(scan -> scan.tableName("Customers")).count() == 2);
            Await.until(
                    Duration.ofSeconds(60),
                    "their latency",
                    () -> values(runtime, runtime.clients().of(CloudWatchClient.class), start, "SampleCount")
                            .equals(List.of(2.0)));
            double longest = values(runtime, runtime.clients().of(CloudWatchClient.class), start, "Maximum")
                    .getFirst();
            assertTrue(longest >= 600_000 && longest < 800_000, longest + " ms");
            assertEquals(
                    List.of(),
                    values(runtime, runtime.clients(THERE).of(CloudWatchClient.class), start, "Maximum"),
                    "nothing was written there");
        }
    }

    private static List<Double> values(LocalRuntime runtime, CloudWatchClient client, Instant start, String statistic) {
        return client.getMetricData(get -> get.startTime(start)
                        .endTime(runtime.clock().instant().plus(Duration.ofMinutes(5)))
                        .metricDataQueries(query -> query.id("m")
                                .metricStat(stat -> stat.period(86_400)
                                        .stat(statistic)
                                        .metric(of -> of.namespace("AWS/DynamoDB")
                                                .metricName("ReplicationLatency")
                                                .dimensions(
                                                        Dimension.builder()
                                                                .name("TableName")
                                                                .value("Customers")
                                                                .build(),
                                                        Dimension.builder()
                                                                .name("ReceivingRegion")
                                                                .value(THERE)
                                                                .build())))))
                .metricDataResults()
                .getFirst()
                .values();
    }
}
