package dev.penstock.lambdas.export;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One line of a DYNAMODB_JSON data file: {@code {"Item":{"Id":{"N":"103"}}}} in a full export,
 * {@code {"Metadata":{"WriteTimestampMicros":{"N":"..."}},"Keys":{..},"OldImage":{..},"NewImage":{..}}} in an
 * incremental one. Numbers stay the text they are.
 */
public final class DynamoDbJson {
    private DynamoDbJson() {}

    public static void writeItem(Map<String, AttributeValue> item, LineBuilder line) {
        line.ascii("{\"Item\":");
        writeMap(item, line);
        line.ascii('}');
    }

    public static void writeChange(Change change, LineBuilder line) {
        line.ascii("{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"")
                .ascii(Long.toString(change.writeTimestampMicros()))
                .ascii("\"}},\"Keys\":");
        writeMap(change.keys(), line);
        if (change.oldImage() != null) {
            line.ascii(",\"OldImage\":");
            writeMap(change.oldImage(), line);
        }
        if (change.newImage() != null) {
            line.ascii(",\"NewImage\":");
            writeMap(change.newImage(), line);
        }
        line.ascii('}');
    }

    /** A map of attributes, as it stands in an image or an M. */
    public static void writeMap(Map<String, AttributeValue> attributes, LineBuilder line) {
        char before = '{';
        for (Map.Entry<String, AttributeValue> attribute : attributes.entrySet()) {
            line.ascii(before).json(attribute.getKey()).ascii(':');
            writeValue(attribute.getValue(), line);
            before = ',';
        }
        line.ascii(before == '{' ? "{}" : "}");
    }

    public static void writeValue(AttributeValue value, LineBuilder line) {
        switch (value.type()) {
            case S -> line.ascii("{\"S\":").json(value.s());
            case N -> line.ascii("{\"N\":").json(value.n());
            case B -> line.ascii("{\"B\":\"").ascii(base64(value.b())).ascii('"');
            case BOOL -> line.ascii("{\"BOOL\":").ascii(value.bool().toString());
            case NUL -> line.ascii("{\"NULL\":true");
            case M -> {
                line.ascii("{\"M\":");
                writeMap(value.m(), line);
            }
            case L -> {
                line.ascii("{\"L\":");
                writeList(value.l(), line, DynamoDbJson::writeValue);
            }
            case SS -> {
                line.ascii("{\"SS\":");
                writeList(value.ss(), line, (s, to) -> to.json(s));
            }
            case NS -> {
                line.ascii("{\"NS\":");
                writeList(value.ns(), line, (n, to) -> to.json(n));
            }
            case BS -> {
                line.ascii("{\"BS\":");
                writeList(
                        value.bs(),
                        line,
                        (b, to) -> to.ascii('"').ascii(base64(b)).ascii('"'));
            }
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalArgumentException("an attribute value without type");
        }
        line.ascii('}');
    }

    private static <T> void writeList(List<T> values, LineBuilder line, BiConsumer<T, LineBuilder> each) {
        char before = '[';
        for (T value : values) {
            line.ascii(before);
            each.accept(value, line);
            before = ',';
        }
        line.ascii(before == '[' ? "[]" : "]");
    }

    static String base64(SdkBytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
    }

    /**
     * Reads a full export's line.
     *
     * @throws MalformedException when the line is not one item
     */
    public static Map<String, AttributeValue> readItem(byte[] text, int start, int end) {
        Json json = new Json(text, start, end);
        json.expect('{');
        if (!json.string().equals("Item")) {
            throw json.error("\"Item\" expected");
        }
        json.expect(':');
        Map<String, AttributeValue> item = readMap(json, 0);
        json.expect('}');
        json.end();
        return item;
    }

    /**
     * Reads an incremental export's line.
     *
     * @throws MalformedException when the line is not one change
     */
    public static Change readChange(byte[] text, int start, int end) {
        Json json = new Json(text, start, end);
        Map<String, Map<String, AttributeValue>> parts = new LinkedHashMap<>();
        json.expect('{');
        do {
            String name = json.string();
            json.expect(':');
            if (parts.put(name, readMap(json, 0)) != null) {
                throw json.error("\"" + name + "\" is given twice");
            }
        } while (json.accept(','));
        json.expect('}');
        json.end();
        return change(parts, json.error("\"Metadata\" with WriteTimestampMicros and \"Keys\" expected"));
    }

    static Change change(Map<String, Map<String, AttributeValue>> parts, MalformedException incomplete) {
        AttributeValue written = parts.getOrDefault("Metadata", Map.of()).get("WriteTimestampMicros");
        Map<String, AttributeValue> keys = parts.get("Keys");
        if (written == null || written.n() == null || keys == null || keys.isEmpty()) {
            throw incomplete;
        }
        try {
            return new Change(Long.parseLong(written.n()), keys, parts.get("OldImage"), parts.get("NewImage"));
        } catch (NumberFormatException e) {
            throw incomplete;
        }
    }

    /** A map of attributes at the cursor. */
    public static Map<String, AttributeValue> readMap(Json json, int depth) {
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        json.expect('{');
        if (json.accept('}')) {
            return map;
        }
        do {
            String name = json.string();
            json.expect(':');
            if (map.put(name, readValue(json, depth + 1)) != null) {
                throw json.error("attribute '" + name + "' is given twice");
            }
        } while (json.accept(','));
        json.expect('}');
        return map;
    }

    /** One typed value at the cursor. */
    public static AttributeValue readValue(Json json, int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw json.error("nested deeper than " + Json.MAX_DEPTH + " levels");
        }
        json.expect('{');
        String type = json.string();
        json.expect(':');
        AttributeValue value = switch (type) {
            case "S" -> AttributeValue.fromS(json.string());
            case "N" -> AttributeValue.fromN(json.string());
            case "B" -> AttributeValue.fromB(binary(json));
            case "BOOL" -> AttributeValue.fromBool(json.bool());
            case "NULL" -> AttributeValue.fromNul(json.bool());
            case "M" -> AttributeValue.fromM(readMap(json, depth));
            case "L" -> AttributeValue.fromL(readList(json, j -> readValue(j, depth + 1)));
            case "SS" -> AttributeValue.fromSs(readList(json, Json::string));
            case "NS" -> AttributeValue.fromNs(readList(json, Json::string));
            case "BS" -> AttributeValue.fromBs(readList(json, DynamoDbJson::binary));
            default ->
                throw json.error(
                        "unknown attribute type '" + type + "'; allowed are S, N, B, BOOL, NULL, M, L, SS, NS, BS");
        };
        json.expect('}');
        return value;
    }

    private static <T> List<T> readList(Json json, Function<Json, T> each) {
        List<T> list = new ArrayList<>();
        json.expect('[');
        if (json.accept(']')) {
            return list;
        }
        do {
            list.add(each.apply(json));
        } while (json.accept(','));
        json.expect(']');
        return list;
    }

    private static SdkBytes binary(Json json) {
        try {
            return SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(json.string()));
        } catch (IllegalArgumentException e) {
            throw json.error("binary is not base64");
        }
    }
}
