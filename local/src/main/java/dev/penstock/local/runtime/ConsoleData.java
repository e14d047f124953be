package dev.penstock.local.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;

/** What the console page shows, for the home region: {@code state} and {@code items/TABLE}. */
final class ConsoleData {
    private static final int SHOWN = 25;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final LocalRuntime runtime;
    private final Mappings mappings;

    ConsoleData(LocalRuntime runtime, Mappings mappings) {
        this.runtime = runtime;
        this.mappings = mappings;
    }

    void addTo(ControlService control) {
        control.get("state", this::state).on("GET", "items", (table, body) -> items(table));
    }

    private Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("status", runtime.status());
        state.put("endpoint", runtime.endpoint().toString());
        state.put("now", runtime.clock().instant().toString());
        state.put("tables", tables());
        state.put(
                "mappings",
                mappings.of(runtime.region()).list(null, null).stream()
                        .map(ConsoleData::mapping)
                        .toList());
        state.put("declared", runtime.report().declaredOnly());
        return state;
    }

    private List<Map<String, Object>> tables() {
        var dynamoDb = dynamoDb();
        List<Map<String, Object>> tables = new ArrayList<>();
        for (String name : dynamoDb.listTablesPaginator().tableNames()) {
            var table =
                    dynamoDb.describeTable(describe -> describe.tableName(name)).table();
            var ttl = dynamoDb.describeTimeToLive(describe -> describe.tableName(name))
                    .timeToLiveDescription();
            tables.add(row(
                    "name",
                    name,
                    "key",
                    key(table),
                    "items",
                    table.itemCount(),
                    "stream",
                    table.streamSpecification() == null
                            ? ""
                            : table.streamSpecification().streamViewTypeAsString(),
                    "ttl",
                    ttl == null ? "" : ttl.attributeName()));
        }
        return tables;
    }

    private List<JsonNode> items(String table) {
        if (table.isEmpty()) {
            throw new IllegalArgumentException("which table? GET /_penstock/items/TABLE");
        }
        return dynamoDb().scan(scan -> scan.tableName(table).limit(SHOWN)).items().stream()
                .map(item -> tree(Wire.write(
                                GetItemResponse.builder().item(item).build()))
                        .path("Item"))
                .toList();
    }

    private DynamoDbClient dynamoDb() {
        return runtime.clients().of(DynamoDbClient.class);
    }

    private static Map<String, Object> mapping(EventSourceMappingConfiguration mapping) {
        return row(
                "source",
                        mapping.eventSourceArn().replaceFirst("^.*:table/", "").replaceFirst("/stream/.*$", ""),
                "function", mapping.functionArn().replaceFirst("^.*:function:", ""),
                "state", mapping.state(),
                "batch", mapping.batchSize(),
                "result", mapping.lastProcessingResult());
    }

    private static String key(TableDescription table) {
        return table.keySchema().stream().map(key -> key.attributeName()).collect(Collectors.joining(", "));
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> row(@Nullable Object... namesAndValues) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            row.put(String.valueOf(namesAndValues[i]), value == null ? "" : value);
        }
        return row;
    }
}
