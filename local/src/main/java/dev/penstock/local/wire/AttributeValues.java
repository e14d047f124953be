package dev.penstock.local.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * DynamoDB's attribute values, the hot path of the wire: read and written by hand instead of through the field table.
 *
 * <p>What was given is kept as it is: a value with no datatype, or with two, stays so until {@link #requireOneType},
 * because AWS refuses it only after its checks on the other members of the request.
 */
public final class AttributeValues {
    private static final AttributeValue NONE = AttributeValue.builder().build();

    private AttributeValues() {}

    /**
     * Refuses a value, at any depth, that has no datatype or more than one.
     *
     * @throws AwsError ValidationException with the text of DynamoDB
     */
    public static void requireOneType(AttributeValue value) {
        int types = 0;
        for (SdkField<?> field : value.sdkFields()) {
            types += JsonWriter.isSet(field.getValueOrDefault(value)) ? 1 : 0;
        }
        if (types != 1) {
            throw AwsError.validation(
                    "Supplied AttributeValue " + (types == 0 ? "is empty" : "has more than one datatypes set")
                            + ", must contain exactly one of the supported datatypes");
        }
        value.m().values().forEach(AttributeValues::requireOneType);
        value.l().forEach(AttributeValues::requireOneType);
    }

    @SuppressWarnings("ReferenceEquality") // NONE is one object that stands for no value
    static AttributeValue read(JsonParser parser, boolean inCollection) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return NONE;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw SerializationError.structure(parser, AttributeValue.builder(), inCollection);
        }
        AttributeValue value = NONE;
        for (String type = parser.nextFieldName(); type != null; type = parser.nextFieldName()) {
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                AttributeValue next = typed(parser, type);
                value = value == NONE ? next : next == NONE ? value : both(value, next);
            }
        }
        return value;
    }

    private static AttributeValue typed(JsonParser parser, String type) throws IOException {
        return switch (type) {
            case "S" -> AttributeValue.createS(JsonReader.string(parser));
            case "N" -> AttributeValue.createN(JsonReader.string(parser));
            case "BOOL" -> AttributeValue.createBool(JsonReader.bool(parser));
            case "NULL" -> AttributeValue.createNul(JsonReader.bool(parser));
            case "M" -> AttributeValue.createM(map(parser));
            case "L" -> AttributeValue.createL(list(parser));
            case "B" -> AttributeValue.createB(SdkBytes.fromByteArrayUnsafe(JsonReader.bytes(parser)));
            case "SS" -> AttributeValue.createSs(strings(parser));
            case "NS" -> AttributeValue.createNs(strings(parser));
            case "BS" -> AttributeValue.createBs(binaries(parser));
            default -> {
                parser.skipChildren();
                yield NONE;
            }
        };
    }

    private static AttributeValue both(AttributeValue first, AttributeValue second) {
        AttributeValue.Builder builder = first.toBuilder();
        for (SdkField<?> field : second.sdkFields()) {
            Object value = field.getValueOrDefault(second);
            if (JsonWriter.isSet(value)) {
                field.set(builder, value);
            }
        }
        return builder.build();
    }

    static Map<String, AttributeValue> map(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw SerializationError.mapOf("com.amazonaws.dynamodb.v20120810.AttributeValue", parser);
        }
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            map.put(name, read(parser, true));
        }
        return map;
    }

    private static List<AttributeValue> list(JsonParser parser) throws IOException {
        List<AttributeValue> list = new ArrayList<>();
        for (JsonToken token = first(parser); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            list.add(read(parser, true));
        }
        return list;
    }

    private static List<@Nullable String> strings(JsonParser parser) throws IOException {
        List<@Nullable String> list = new ArrayList<>();
        for (JsonToken token = first(parser); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            list.add(token == JsonToken.VALUE_NULL ? null : JsonReader.string(parser));
        }
        return list;
    }

    private static List<@Nullable SdkBytes> binaries(JsonParser parser) throws IOException {
        List<@Nullable SdkBytes> list = new ArrayList<>();
        for (JsonToken token = first(parser); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            list.add(token == JsonToken.VALUE_NULL ? null : SdkBytes.fromByteArrayUnsafe(JsonReader.bytes(parser)));
        }
        return list;
    }

    private static JsonToken first(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw SerializationError.list(parser);
        }
        return parser.nextToken();
    }

    static void write(JsonGenerator json, AttributeValue value) throws IOException {
        json.writeStartObject();
        if (value.s() != null) {
            json.writeStringField("S", value.s());
        }
        if (value.n() != null) {
            json.writeStringField("N", value.n());
        }
        if (value.bool() != null) {
            json.writeBooleanField("BOOL", value.bool());
        }
        if (value.nul() != null) {
            json.writeBooleanField("NULL", value.nul());
        }
        if (value.b() != null) {
            json.writeBinaryField("B", value.b().asByteArrayUnsafe());
        }
        if (value.hasM()) {
            json.writeObjectFieldStart("M");
            for (Map.Entry<String, AttributeValue> entry : value.m().entrySet()) {
                json.writeFieldName(entry.getKey());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        }
        if (value.hasL()) {
            json.writeArrayFieldStart("L");
            for (AttributeValue element : value.l()) {
                write(json, element);
            }
            json.writeEndArray();
        }
        if (value.hasSs()) {
            writeStrings(json, "SS", value.ss());
        }
        if (value.hasNs()) {
            writeStrings(json, "NS", value.ns());
        }
        if (value.hasBs()) {
            json.writeArrayFieldStart("BS");
            for (SdkBytes element : value.bs()) {
                json.writeBinary(element.asByteArrayUnsafe());
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeStrings(JsonGenerator json, String type, List<String> strings) throws IOException {
        json.writeArrayFieldStart(type);
        for (String element : strings) {
            json.writeString(element);
        }
        json.writeEndArray();
    }
}
