package dev.penstock.local.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.logs.LogStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the metrics that functions write into their logs (Amazon CloudWatch User Guide, "Specification: Embedded
 * metric format"). What is no such event is let pass.
 */
public final class EmbeddedMetrics implements LogStore.Listener {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MetricStore metrics;

    public EmbeddedMetrics(MetricStore metrics) {
        this.metrics = metrics;
    }

    @Override
    public void event(String region, String group, LogStore.Event event) {
        if (!event.message().startsWith("{") || !event.message().contains("\"CloudWatchMetrics\"")) {
            return;
        }
        try {
            take(region, JSON.readTree(event.message()), event.timestamp());
        } catch (JsonProcessingException noJson) {
            // A line that only looks like one.
        }
    }

    private void take(String region, JsonNode root, long logged) {
        JsonNode head = root.path("_aws");
        Instant time = Instant.ofEpochMilli(head.path("Timestamp").asLong(logged));
        for (JsonNode directive : head.path("CloudWatchMetrics")) {
            String namespace = directive.path("Namespace").asText();
            Iterable<JsonNode> sets = directive.path("Dimensions").isEmpty()
                    ? List.of(JSON.createArrayNode())
                    : directive.path("Dimensions");
            for (JsonNode set : sets) {
                Map<String, String> dimensions = dimensions(root, set);
                if (dimensions != null) {
                    directive.path("Metrics").forEach(metric -> add(region, namespace, metric, root, dimensions, time));
                }
            }
        }
    }

    private static @Nullable Map<String, String> dimensions(JsonNode root, JsonNode names) {
        Map<String, String> dimensions = new HashMap<>();
        for (JsonNode name : names) {
            JsonNode value = root.path(name.asText());
            if (!value.isValueNode()) {
                return null;
            }
            dimensions.put(name.asText(), value.asText());
        }
        return dimensions;
    }

    private void add(
            String region,
            String namespace,
            JsonNode metric,
            JsonNode root,
            Map<String, String> dimensions,
            Instant time) {
        String name = metric.path("Name").asText();
        JsonNode value = root.path(name);
        String unit = metric.path("Unit").asText("None");
        for (JsonNode each : value.isArray() ? value : JSON.createArrayNode().add(value)) {
            if (each.isNumber()) {
                metrics.add(
                        new MetricStore.Metric(region, namespace, name, dimensions),
                        time,
                        MetricStore.Statistics.of(each.asDouble(), 1, unit));
            }
        }
    }
}
