package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.local.clients.Await;
import dev.penstock.local.dynamodb.LocalDynamoDb;
import dev.penstock.local.functions.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;

/**
 * Two puts, a filter, and the records that reached the function one by one, as recorded on AWS: through the table, its
 * stream and a mapping with BatchSize 1.
 */
@Timeout(120)
class RecordedFiltersTest {
    @TempDir
    static Path folder;

    private static LocalDynamoDb local;

    @BeforeAll
    static void start() {
        local = new LocalDynamoDb(folder);
    }

    @AfterAll
    static void stop() {
        local.close();
    }

    /** Items and images are written as {@code name=value}; a value that begins with # is a number. */
    @SuppressWarnings("ArrayRecordComponent") // the varargs of a table of cases, never compared
    record Case(String name, String put1, String put2, String pattern, String... records) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "insert_same_entry_twice",
                        "id=id_value,id2=id2_value",
                        "id=id_value,id2=id2_value",
                        "{'eventName':['INSERT']}",
                        "INSERT {id=id_value} null -> {id=id_value, id2=id2_value} 32"),
                new Case(
                        "content_or_filter",
                        "id=id_value",
                        "id=id_value,id2=id2_new_value",
                        "{'eventName':['INSERT','MODIFY']}",
                        "INSERT {id=id_value} null -> {id=id_value} 20",
                        "MODIFY {id=id_value} {id=id_value} -> {id=id_value, id2=id2_new_value} 46"),
                new Case(
                        "content_multiple_filters",
                        "id=id_value",
                        "id=id_value,id2=id2_new_value",
                        "{'eventName':['INSERT'],'eventSource':['aws:dynamodb']}",
                        "INSERT {id=id_value} null -> {id=id_value} 20"),
                new Case(
                        "content_filter_type",
                        "id=id_value_1,presentKey=presentValue",
                        "id=id_value_2",
                        "{'dynamodb':{'NewImage':{'presentKey':{'S':['presentValue']}}}}",
                        "INSERT {id=id_value_1} null -> {id=id_value_1, presentKey=presentValue} 46"),
                new Case(
                        "exists_filter_type",
                        "id=id_value_1,presentKey=presentValue",
                        "id=id_value_2",
                        "{'dynamodb':{'NewImage':{'presentKey':{'S':[{'exists':true}]}}}}",
                        "INSERT {id=id_value_1} null -> {id=id_value_1, presentKey=presentValue} 46"),
                new Case(
                        "exists_false_filter",
                        "id=id_value_1",
                        "id=id_value_2,presentKey=presentValue",
                        "{'dynamodb':{'NewImage':{'presentKey':[{'exists':false}]}}}",
                        "INSERT {id=id_value_1} null -> {id=id_value_1} 24",
                        "INSERT {id=id_value_2} null -> {id=id_value_2, presentKey=presentValue} 46"),
                new Case(
                        "numeric_filter",
                        "id=id_value_1,numericFilter=#42",
                        "id=id_value_2,numericFilter=#101",
                        "{'dynamodb':{'NewImage':{'numericFilter':{'N':[{'numeric':['>',100]},{'anything-but':'101'}]}}}}",
                        "INSERT {id=id_value_1} null -> {id=id_value_1, numericFilter=#42} 39"),
                new Case(
                        "prefix_filter",
                        "id=id_value_1,prefix=us-1-other-suffix",
                        "id=id_value_1,prefix=other-suffix",
                        "{'dynamodb':{'NewImage':{'prefix':{'S':[{'prefix':'us-1'}]}}}}",
                        "INSERT {id=id_value_1} null -> {id=id_value_1, prefix=us-1-other-suffix} 47"),
                new Case(
                        "date_time_conversion",
                        "id=id_value_1",
                        "id=id_value_2",
                        "{'dynamodb':{'ApproximateCreationDateTime':[{'numeric':['>',0]}]}}",
                        "INSERT {id=id_value_1} null -> {id=id_value_1} 24",
                        "INSERT {id=id_value_2} null -> {id=id_value_2} 24"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFunctionGetsTheRecordsThatItGotOnAws(Case recorded) {
        String arn = local.createStreaming(recorded.name);
        List<JsonNode> invocations = new CopyOnWriteArrayList<>();
        try (var mappings = new EventSourceMappings(new Ports(
                local.store.streams(),
                local.store.streams(),
                (function, event) -> {
                    invocations.add(read(event));
                    return Harness.success("null");
                },
                Destinations.none(),
                Checkpoints.inMemory(),
                local.clock,
                Metrics.none(),
                Duration.ofMillis(1),
                Duration.ofMillis(5)))) {
            mappings.create(
                    CreateEventSourceMappingRequest.builder()
                            .eventSourceArn(arn)
                            .startingPosition(EventSourcePosition.TRIM_HORIZON)
                            .batchSize(1)
                            .filterCriteria(criteria ->
                                    criteria.filters(filter -> filter.pattern(recorded.pattern.replace('\'', '"'))))
                            .build(),
                    Harness.FUNCTION);
            for (String item : List.of(recorded.put1, recorded.put2)) {
                local.client.putItem(put -> put.tableName(recorded.name).item(item(item)));
            }
            Await.until(Duration.ofSeconds(60), "the mapping to be done", mappings::areSettled);
        }
        assertEquals(
                List.of(recorded.records),
                invocations.stream().map(RecordedFiltersTest::shown).toList());
        invocations.forEach(event -> assertForm(event.at("/Records/0"), arn));
    }

    /** Members, constants and their order as in the recorded events. */
    private static void assertForm(JsonNode record, String arn) {
        ObjectNode masked = record.deepCopy();
        masked.remove("eventName");
        masked.put("eventID", masked.path("eventID").asText().replaceAll("[0-9a-f]{32}", "<id>"));
        ObjectNode dynamodb = (ObjectNode) masked.path("dynamodb");
        dynamodb.remove(List.of("Keys", "NewImage", "OldImage", "SizeBytes"));
        dynamodb.put(
                "SequenceNumber", dynamodb.path("SequenceNumber").asText().replaceAll("[1-9]\\d{20,39}", "<number>"));
        // The fixed time of the test's clock, as a float of whole seconds.
        assertEquals(
                "{\"eventID\":\"<id>\",\"eventVersion\":\"1.1\",\"eventSource\":\"aws:dynamodb\","
                        + "\"awsRegion\":\"eu-central-1\",\"dynamodb\":{\"ApproximateCreationDateTime\":1.7723664E9,"
                        + "\"SequenceNumber\":\"<number>\",\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"},"
                        + "\"eventSourceARN\":\"" + arn + "\"}",
                masked.toString());
    }

    private static String shown(JsonNode event) {
        assertEquals(1, event.path("Records").size(), event.toString());
        JsonNode record = event.at("/Records/0");
        JsonNode change = record.path("dynamodb");
        return record.path("eventName").asText() + " " + image(change.path("Keys")) + " "
                + image(change.path("OldImage")) + " -> " + image(change.path("NewImage")) + " "
                + change.path("SizeBytes").asInt();
    }

    private static String image(JsonNode image) {
        if (image.isMissingNode()) {
            return "null";
        }
        Map<String, String> shown = new TreeMap<>();
        image.properties()
                .forEach(field -> shown.put(
                        field.getKey(),
                        field.getValue().has("N")
                                ? "#" + field.getValue().path("N").asText()
                                : field.getValue().path("S").asText()));
        return shown.toString();
    }

    private static Map<String, AttributeValue> item(String text) {
        Map<String, AttributeValue> item = new TreeMap<>();
        for (String pair : text.split(",", -1)) {
            String[] nameAndValue = pair.split("=", 2);
            String value = nameAndValue[1];
            item.put(
                    nameAndValue[0],
                    value.startsWith("#") ? AttributeValue.fromN(value.substring(1)) : AttributeValue.fromS(value));
        }
        return item;
    }

    private static JsonNode read(byte[] event) {
        try {
            return Harness.JSON.readTree(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
