package dev.penstock.lambdas.stream;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.Identity;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamViewType;
import dev.penstock.lambdas.export.Json;
import dev.penstock.lambdas.item.ItemJson;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The event of a stream as Lambda delivers it, read without the JSON library of the runtime, whose classes would be half
 * of a cold start. What is missing or of another form in a record stays out of it: {@link StreamRecords} says so then,
 * and only that record is diverted.
 *
 * @param shardId of an event of a tumbling window
 * @param state of the same
 */
public record EventJson(
        List<DynamodbStreamRecord> records, @Nullable String shardId, Map<String, String> state) {
    /**
     * Reads an event.
     *
     * @throws IOException when it can't be read, or is no JSON object
     */
    public static EventJson read(InputStream in) throws IOException {
        Map<String, @Nullable Object> event;
        try {
            event = Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (RuntimeException malformed) {
            throw new IOException("the event is no JSON object", malformed);
        }
        List<DynamodbStreamRecord> records = new ArrayList<>();
        if (event.get("Records") instanceof List<?> given) {
            given.forEach(record -> records.add(record(object(record))));
        }
        Map<String, String> state = new HashMap<>();
        object(event.get("state")).forEach((name, value) -> state.put(String.valueOf(name), String.valueOf(value)));
        return new EventJson(records, text(event, "shardId"), state);
    }

    /** The answer that names the first record that is to be delivered again, if any. */
    public static String failures(@Nullable String lowest) {
        String failures = lowest == null ? "" : "{\"itemIdentifier\":" + ItemJson.quote(lowest) + "}";
        return "\"batchItemFailures\":[" + failures + "]";
    }

    private static DynamodbStreamRecord record(Map<?, ?> given) {
        DynamodbStreamRecord record = new DynamodbStreamRecord();
        record.setEventID(text(given, "eventID"));
        record.setEventName(text(given, "eventName"));
        record.setEventVersion(text(given, "eventVersion"));
        record.setEventSource(text(given, "eventSource"));
        record.setAwsRegion(text(given, "awsRegion"));
        record.setEventSourceARN(text(given, "eventSourceARN"));
        if (given.get("dynamodb") instanceof Map<?, ?> data) {
            record.setDynamodb(data(data));
        }
        if (given.get("userIdentity") instanceof Map<?, ?> identity) {
            record.setUserIdentity(
                    new Identity().withType(text(identity, "type")).withPrincipalId(text(identity, "principalId")));
        }
        return record;
    }

    @SuppressWarnings("JavaUtilDate") // the type of the Lambda event model
    private static StreamRecord data(Map<?, ?> given) {
        StreamRecord data = new StreamRecord();
        if (given.get("ApproximateCreationDateTime") instanceof BigDecimal seconds) {
            data.setApproximateCreationDateTime(
                    new Date(seconds.movePointRight(3).longValue()));
        }
        if (given.get("SizeBytes") instanceof BigDecimal size) {
            data.setSizeBytes(size.longValue());
        }
        data.setKeys(image(given.get("Keys")));
        data.setNewImage(image(given.get("NewImage")));
        data.setOldImage(image(given.get("OldImage")));
        data.setSequenceNumber(text(given, "SequenceNumber"));
        String view = text(given, "StreamViewType");
        for (StreamViewType known : StreamViewType.values()) {
            if (known.toString().equals(view)) {
                data.setStreamViewType(known);
            }
        }
        return data;
    }

    private static @Nullable Map<String, AttributeValue> image(@Nullable Object given) {
        if (!(given instanceof Map<?, ?> attributes)) {
            return null;
        }
        Map<String, AttributeValue> image = HashMap.newHashMap(attributes.size());
        attributes.forEach((name, value) -> image.put(String.valueOf(name), value(object(value))));
        return image;
    }

    /** Of a type that it does not know, or a form that the type does not have, it is a value without a type. */
    private static AttributeValue value(Map<?, ?> given) {
        AttributeValue value = new AttributeValue();
        given.forEach((type, content) -> {
            switch (String.valueOf(type)) {
                case "S" -> value.setS(content instanceof String text ? text : null);
                case "N" -> value.setN(content instanceof String text ? text : null);
                case "B" -> value.setB(bytes(content));
                case "BOOL" -> value.setBOOL(content instanceof Boolean bool ? bool : null);
                case "NULL" -> value.setNULL(content instanceof Boolean nothing ? nothing : null);
                case "M" -> value.setM(image(content));
                case "L" ->
                    value.setL(
                            content instanceof List<?> list
                                    ? list.stream()
                                            .map(each -> value(object(each)))
                                            .toList()
                                    : null);
                case "SS" -> value.setSS(texts(content));
                case "NS" -> value.setNS(texts(content));
                case "BS" ->
                    value.setBS(
                            content instanceof List<?> list
                                    ? list.stream().map(EventJson::bytes).toList()
                                    : null);
                default -> {}
            }
        });
        return value;
    }

    private static @Nullable List<String> texts(@Nullable Object given) {
        return given instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : null;
    }

    private static @Nullable ByteBuffer bytes(@Nullable Object base64) {
        try {
            return base64 instanceof String text
                    ? ByteBuffer.wrap(Base64.getDecoder().decode(text))
                    : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static Map<?, ?> object(@Nullable Object given) {
        return given instanceof Map<?, ?> map ? map : Map.of();
    }

    private static @Nullable String text(Map<?, ?> given, String name) {
        return given.get(name) instanceof String text ? text : null;
    }
}
