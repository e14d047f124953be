package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.testing.FaultyClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

/** What a consumer's log holds: JSON, the id of the event concerned, metrics that CloudWatch reads out of it. */
class LogLinesTest extends ShopTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void whatIsAppliedIsCountedInEmbeddedMetricFormat() throws IOException {
        shop.orders.put(order("c", "o", "NEW", 5, "p"));
        deliver(shop.client());
        assertEquals(Map.of("Applied", 1, "Records", 1), counts(lines()));
    }

    @Test
    void aBatchThatIsDeliveredAgainSaysFromWhichEvent() throws IOException {
        shop.orders.put(order("secret-customer", "o", "NEW", 5, "p"));
        deliver(FaultyClient.wrap(
                shop.client(),
                new FaultyClient.Around() {
                    @Override
                    public void before(String operation) {
                        if (operation.equals("transactWriteItems")) {
                            throw ProvisionedThroughputExceededException.builder()
                                    .build();
                        }
                    }
                },
                request -> request));
        List<JsonNode> lines = lines();
        JsonNode again = lines.stream()
                .filter(line -> line.path("message").asText().equals("delivered again from here"))
                .findFirst()
                .orElseThrow();
        assertEquals(shop.orders.last().getEventID(), again.path("eventId").asText());
        assertEquals(
                shop.orders.last().getDynamodb().getSequenceNumber(),
                again.path("sequenceNumber").asText());
        assertEquals("WARN", again.path("level").asText());
        assertEquals(NOW.toString(), again.path("timestamp").asText());
        assertEquals("orders", again.path("consumer").asText());
        assertEquals(Map.of("Records", 1, "Transient", 1), counts(lines));
        assertFalse(log.toString(StandardCharsets.UTF_8).contains("secret-customer"), "no attribute value");
    }

    private void deliver(DynamoDbClient client) {
        var telemetry =
                new Telemetry("orders", new PrintStream(log, true, StandardCharsets.UTF_8), InstantSource.fixed(NOW));
        var projectors = new Projectors(
                shop.catalog, client, new TableNames(""), Backoff.none(), InParallel.oneByOne(), telemetry);
        var event = new DynamodbEvent();
        event.setRecords(shop.orders.records());
        new ProjectorHandler(
                        projectors,
                        (record, reason) -> {
                            throw new IllegalStateException(reason);
                        },
                        telemetry)
                .handleRequest(event, null);
    }

    private List<JsonNode> lines() throws IOException {
        var lines = new ArrayList<JsonNode>();
        for (String line : log.toString(StandardCharsets.UTF_8).lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    /** The metrics by name, each as the format wants it: declared with a unit, and a member of that name. */
    private static Map<String, Integer> counts(List<JsonNode> lines) {
        var counts = new TreeMap<String, Integer>();
        for (JsonNode line : lines) {
            for (JsonNode declared : line.path("_aws").path("CloudWatchMetrics")) {
                assertEquals("Penstock", declared.path("Namespace").asText());
                assertEquals("[[\"Consumer\"]]", declared.path("Dimensions").toString());
                assertEquals("orders", line.path("Consumer").asText());
                assertEquals(
                        NOW.toEpochMilli(), line.path("_aws").path("Timestamp").asLong());
                for (JsonNode metric : declared.path("Metrics")) {
                    assertEquals("Count", metric.path("Unit").asText());
                    String name = metric.path("Name").asText();
                    counts.merge(name, line.required(name).asInt(), Integer::sum);
                }
            }
        }
        return counts;
    }
}
