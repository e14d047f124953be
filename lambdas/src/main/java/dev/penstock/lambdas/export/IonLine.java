package dev.penstock.lambdas.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reads one line of an ION data file into attributes: struct as M, list as L or, annotated, as a set, decimal, int and
 * float as N, string as S, blob as B, null as NULL. What DynamoDB has no type for (timestamp, clob, s-expression,
 * symbol) is refused by name.
 */
public final class IonLine {
    private final IonCursor ion;

    private IonLine(byte[] text, int start, int end) {
        this.ion = new IonCursor(text, start, end);
    }

    /**
     * Reads a full export's line.
     *
     * @throws MalformedException when the line is not one item
     */
    public static Map<String, AttributeValue> readItem(byte[] text, int start, int end) {
        return new IonLine(text, start, end).only("Item");
    }

    /**
     * Reads an incremental export's line, with or without its {@code Record} envelope.
     *
     * @throws MalformedException when the line is not one change
     */
    public static Change readChange(byte[] text, int start, int end) {
        IonLine line = new IonLine(text, start, end);
        Map<String, AttributeValue> top = line.top();
        Map<String, AttributeValue> members = top.containsKey("Record") ? line.struct("Record", top) : top;
        Map<String, Map<String, AttributeValue>> parts = new LinkedHashMap<>();
        members.keySet().forEach(name -> parts.put(name, line.struct(name, members)));
        return DynamoDbJson.change(parts, line.ion.error("Metadata with WriteTimestampMicros and Keys expected"));
    }

    private Map<String, AttributeValue> only(String name) {
        Map<String, AttributeValue> top = top();
        if (top.size() != 1 || !top.containsKey(name)) {
            throw ion.error("a struct with " + name + " alone is expected");
        }
        return struct(name, top);
    }

    private Map<String, AttributeValue> top() {
        ion.versionMarker();
        ion.expect('{');
        Map<String, AttributeValue> top = struct(0);
        ion.end();
        return top;
    }

    private Map<String, AttributeValue> struct(String name, Map<String, AttributeValue> in) {
        AttributeValue value = in.get(name);
        if (value == null || value.type() != AttributeValue.Type.M) {
            throw ion.error("'" + name + "' must be a struct");
        }
        return value.m();
    }

    /** A struct whose opening brace is read. */
    private Map<String, AttributeValue> struct(int depth) {
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        while (!ion.accept('}')) {
            String name = ion.fieldName();
            ion.expect(':');
            if (map.put(name, value(depth + 1)) != null) {
                throw ion.error("attribute '" + name + "' is given twice");
            }
            if (!ion.accept(',')) {
                ion.expect('}');
                break;
            }
        }
        return map;
    }

    private AttributeValue value(int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw ion.error("nested deeper than " + Json.MAX_DEPTH + " levels");
        }
        Optional<String> annotation = ion.annotation();
        if (annotation.isPresent()) {
            return set(annotation.get(), depth);
        }
        if (ion.accept('{')) {
            return ion.acceptNow('{') ? AttributeValue.fromB(blob()) : AttributeValue.fromM(struct(depth));
        }
        if (ion.accept('[')) {
            return AttributeValue.fromL(list(depth));
        }
        char next = ion.peek();
        if (next == '"' || ion.atLongString()) {
            return AttributeValue.fromS(ion.string());
        }
        if (next == '-' || Character.isDigit(next)) {
            return AttributeValue.fromN(ion.number());
        }
        if (next == '(') {
            throw ion.error("an Ion s-expression has no DynamoDB type");
        }
        return word(ion.symbol());
    }

    private AttributeValue word(String word) {
        if (word.startsWith("null.") || word.equals("null")) {
            return AttributeValue.fromNul(true);
        }
        return switch (word) {
            case "true" -> AttributeValue.fromBool(true);
            case "false" -> AttributeValue.fromBool(false);
            default -> throw ion.error("an Ion symbol has no DynamoDB type: " + word);
        };
    }

    private AttributeValue set(String annotation, int depth) {
        ion.expect('[');
        List<AttributeValue> members = list(depth);
        return switch (annotation) {
            case "$dynamodb_SS" ->
                AttributeValue.fromSs(members.stream().map(m -> text(m)).toList());
            case "$dynamodb_NS" ->
                AttributeValue.fromNs(members.stream().map(m -> digits(m)).toList());
            case "$dynamodb_BS" ->
                AttributeValue.fromBs(members.stream().map(m -> bytes(m)).toList());
            default ->
                throw ion.error(
                        "unknown annotation " + annotation + "; allowed are $dynamodb_SS, $dynamodb_NS, $dynamodb_BS");
        };
    }

    private String text(AttributeValue member) {
        if (member.s() == null) {
            throw ion.error("a string set holds only strings");
        }
        return member.s();
    }

    private String digits(AttributeValue member) {
        if (member.n() == null) {
            throw ion.error("a number set holds only numbers");
        }
        return member.n();
    }

    private SdkBytes bytes(AttributeValue member) {
        if (member.b() == null) {
            throw ion.error("a binary set holds only blobs");
        }
        return member.b();
    }

    private List<AttributeValue> list(int depth) {
        List<AttributeValue> list = new ArrayList<>();
        while (!ion.accept(']')) {
            list.add(value(depth + 1));
            if (!ion.accept(',')) {
                ion.expect(']');
                break;
            }
        }
        return list;
    }

    private SdkBytes blob() {
        return SdkBytes.fromByteArrayUnsafe(ion.base64());
    }
}
