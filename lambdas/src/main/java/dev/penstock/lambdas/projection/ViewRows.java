package dev.penstock.lambdas.projection;

import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.KeyMapping;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The rows of one item in one view. */
public final class ViewRows {
    /** Bytes of a key value, see "Service, account, and table quotas". */
    private static final int MAX_PARTITION_KEY = 2_048;

    private static final int MAX_SORT_KEY = 1_024;

    private ViewRows() {}

    /**
     * A row: its key, and all its attributes, the key's among them.
     *
     * @param key names to values, in name order
     */
    public record Row(Map<String, Value> key, Map<String, Value> attributes) {}

    /**
     * All rows, none when the filter refuses the item or it lacks an attribute of the view key.
     *
     * @throws PoisonException when a key can't be made of the item's values
     */
    public static List<Row> of(View view, Table source, Map<String, Value> item) {
        List<Row> rows = new ArrayList<>();
        for (Facet facet : Facet.of(item, view.filter(), view.explode())) {
            key(view, facet).ifPresent(key -> rows.add(new Row(key, attributes(view, source, facet, key))));
        }
        return rows;
    }

    /**
     * The key of an item's row in a fixed view, made of the source key alone.
     *
     * @throws PoisonException when a view key can't be made of it
     */
    public static Map<String, Value> keyOf(View view, Map<String, Value> sourceKey) {
        return key(view, new Facet(sourceKey, "", Map.of(), 0))
                .orElseThrow(() ->
                        new PoisonException("the key of view " + view.name() + " needs more than the source key"));
    }

    private static Optional<Map<String, Value>> key(View view, Facet facet) {
        Map<String, Value> key = new TreeMap<>();
        for (KeyMapping mapping : view.keys()) {
            List<String> parts = new ArrayList<>();
            for (String source : mapping.sources()) {
                Value value = facet.get(source);
                if (value == null) {
                    return Optional.empty();
                }
                parts.add(Facet.keyText(source, value));
            }
            Value only = facet.get(mapping.sources().getFirst());
            if (mapping.sources().size() == 1 && only != null && mapping.type() != Attribute.Type.S) {
                boolean typed = mapping.type() == Attribute.Type.N ? only instanceof Value.N : only instanceof Value.B;
                if (!typed) {
                    throw new PoisonException("view key " + mapping.attribute() + " is of type " + mapping.type()
                            + "; given " + only.getClass().getSimpleName());
                }
                key.put(mapping.attribute(), only);
            } else {
                String text = parts.size() == 1 ? parts.getFirst() : Joined.join(parts);
                int most = mapping.equals(view.partitionKey()) ? MAX_PARTITION_KEY : MAX_SORT_KEY;
                int bytes = text.getBytes(StandardCharsets.UTF_8).length;
                if (bytes == 0 || bytes > most) {
                    throw new PoisonException(
                            "view key " + mapping.attribute() + " has " + bytes + " bytes; allowed: 1 to " + most);
                }
                key.put(mapping.attribute(), Value.string(text));
            }
        }
        return Optional.of(key);
    }

    private static Map<String, Value> attributes(View view, Table source, Facet facet, Map<String, Value> key) {
        Map<String, Value> attributes = new HashMap<>();
        if (view.projection().isEmpty()) {
            attributes.putAll(facet.item());
            var explode = view.explode();
            if (explode != null) {
                attributes.remove(explode.list());
                attributes.putAll(facet.element());
            }
        }
        for (String path : view.projection()) {
            Value value = facet.get(path);
            if (value != null) {
                attributes.put(facet.shown(path), value);
            }
        }
        for (String name : source.keyNames()) {
            Value value = facet.item().get(name);
            if (value != null) {
                attributes.put(name, value);
            }
        }
        attributes.putAll(key);
        return attributes;
    }
}
