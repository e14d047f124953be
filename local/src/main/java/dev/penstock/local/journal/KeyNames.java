package dev.penstock.local.journal;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The names of a table's key attributes; {@code sort} is null when it has none. */
public record KeyNames(String partition, @Nullable String sort) {

    /**
     * The key of an item, or of a map that holds just the key.
     *
     * @throws IllegalArgumentException when a key attribute is missing or is no string, number or binary
     */
    public ItemKey key(int table, Map<String, AttributeValue> item) {
        return new ItemKey(table, text(partition, item), sort == null ? "" : text(sort, item));
    }

    /** The key attributes alone. */
    public Map<String, AttributeValue> of(Map<String, AttributeValue> item) {
        Map<String, AttributeValue> key = LinkedHashMap.newLinkedHashMap(2);
        key.put(partition, required(partition, item));
        if (sort != null) {
            key.put(sort, required(sort, item));
        }
        return key;
    }

    private static String text(String name, Map<String, AttributeValue> item) {
        AttributeValue value = required(name, item);
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n()).stripTrailingZeros().toString();
            case B -> HexFormat.of().formatHex(value.b().asByteArrayUnsafe());
            default -> throw new IllegalArgumentException("key attribute " + name + " is a " + value.type());
        };
    }

    private static AttributeValue required(String name, Map<String, AttributeValue> item) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw new IllegalArgumentException("key attribute " + name + " is missing");
        }
        return value;
    }
}
