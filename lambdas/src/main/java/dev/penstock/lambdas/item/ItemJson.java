package dev.penstock.lambdas.item;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Items as DynamoDB JSON, attributes in name order, so that the same item is always the same text. */
public final class ItemJson {
    private final StringBuilder out;

    private ItemJson(StringBuilder out) {
        this.out = out;
    }

    /** Such as {@code {"id":{"S":"x"}}}. */
    public static String write(Map<String, Value> item) {
        StringBuilder out = new StringBuilder();
        new ItemJson(out).map(item);
        return out.toString();
    }

    /** A JSON string with its quotes. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        quote(out, text);
        return out.toString();
    }

    private void map(Map<String, Value> item) {
        out.append('{');
        String comma = "";
        for (Map.Entry<String, Value> entry : new TreeMap<>(item).entrySet()) {
            out.append(comma);
            quote(out, entry.getKey());
            out.append(':');
            value(entry.getValue());
            comma = ",";
        }
        out.append('}');
    }

    private void value(Value value) {
        switch (value) {
            case Value.S s -> typed("S", () -> quote(out, s.value()));
            case Value.N n -> typed("N", () -> quote(out, n.text()));
            case Value.B b -> typed("B", () -> quote(out, b.base64()));
            case Value.Bool bool -> typed("BOOL", () -> out.append(bool.value()));
            case Value.Null ignored -> typed("NULL", () -> out.append(true));
            case Value.L l -> typed("L", () -> list(l.values(), this::value));
            case Value.M m -> typed("M", () -> map(m.values()));
            case Value.SS ss -> typed("SS", () -> list(ss.values(), text -> quote(out, text)));
            case Value.BS bs -> typed("BS", () -> list(bs.values(), text -> quote(out, text)));
            case Value.NS ns -> typed("NS", () -> numbers(ns.values()));
        }
    }

    private void numbers(SortedSet<BigDecimal> values) {
        list(values, number -> quote(out, number.stripTrailingZeros().toPlainString()));
    }

    private void typed(String type, Runnable content) {
        out.append("{\"").append(type).append("\":");
        content.run();
        out.append('}');
    }

    private <T> void list(Iterable<T> values, Consumer<T> element) {
        out.append('[');
        for (Iterator<T> all = values.iterator(); all.hasNext(); ) {
            element.accept(all.next());
            if (all.hasNext()) {
                out.append(',');
            }
        }
        out.append(']');
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
