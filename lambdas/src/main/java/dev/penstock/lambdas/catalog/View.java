package dev.penstock.lambdas.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A derivative table: each accepted item of the source is shown under another key. An item that lacks an attribute of
 * the view key is not in the view, as with a sparse index.
 *
 * @param projection attributes shown, {@code list.attribute} for an exploded element; empty = all of the item. The
 *     source's key is always shown
 */
public record View(
        String name,
        String source,
        KeyMapping partitionKey,
        @Nullable KeyMapping sortKey,
        Filter filter,
        List<String> projection,
        @Nullable Explode explode,
        OnExpiry onExpiry,
        int version)
        implements Effect {

    public View {
        Rule.name("view name", name);
        Rule.range("version of view " + name, version, 1, 999);
        projection = List.copyOf(projection);
        Set<String> names = new HashSet<>();
        for (String path : projection) {
            String shown = Explode.shownName(explode, path);
            Rule.require(names.add(shown), "view " + name + " shows an attribute once", shown, "distinct names");
        }
    }

    /** Starts a declaration of a view over the items of {@code source}. */
    public static Builder named(String name, String source) {
        return new Builder(name, source);
    }

    /** Partition key mapping, then the sort key mapping if there is one. */
    public List<KeyMapping> keys() {
        return sortKey == null ? List.of(partitionKey) : List.of(partitionKey, sortKey);
    }

    @Override
    public Table table() {
        return Table.derived(
                tableName(),
                Table.Role.VIEW,
                partitionKey.toAttribute(),
                sortKey == null ? null : sortKey.toAttribute(),
                TTL);
    }

    /** TTL attribute of the guarded tombstones in a fixed view. */
    public static final String TTL = "tombstoneExpiresAt";
    /** Guard of a row of a fixed view. */
    public static final String GUARD = "projectorGuard";
    /** Marks a tombstone of a fixed view; readers skip rows that have it. */
    public static final String REMOVED = "projectorRemoved";

    /** Whether an item has one row whose key depends on the source key alone; such a row carries its own guard. */
    public boolean isFixed(Table sourceTable) {
        return explode == null && sourceTable.keyNames().containsAll(keySources());
    }

    /** All source names that the key is made of. */
    public List<String> keySources() {
        return keys().stream().flatMap(key -> key.sources().stream()).toList();
    }

    @Override
    public String declaration() {
        return "key " + partitionKey.declaration()
                + (sortKey == null ? "" : "; sort " + sortKey.declaration())
                + "; where " + filter
                + "; show " + (projection.isEmpty() ? "all" : String.join(", ", projection))
                + (explode == null ? "" : "; explode " + explode.list())
                + "; on expiry " + onExpiry;
    }

    @Override
    public boolean needsControl() {
        return true;
    }

    void check(Table sourceTable) {
        List<String> missing = new ArrayList<>(sourceTable.keyNames());
        if (explode != null) {
            missing.add(Explode.LINE);
        }
        missing.removeAll(keySources());
        Rule.require(
                missing.isEmpty(),
                "the key of view " + name + " contains the source key (and the line number when exploding), else two"
                        + " items share a row; it lacks " + missing,
                keySources(),
                "a key made of at least " + sourceTable.keyNames() + (explode == null ? "" : " and " + Explode.LINE));
    }

    /** Collects a declaration. Defaults: all items, all attributes, no explosion, RETRACT, version 1. */
    public static final class Builder {
        private final String name;
        private final String source;
        private @Nullable KeyMapping partitionKey;
        private @Nullable KeyMapping sortKey;
        private Filter filter = Filter.all();
        private List<String> projection = List.of();
        private @Nullable Explode explode;
        private OnExpiry onExpiry = OnExpiry.RETRACT;
        private int version = 1;

        private Builder(String name, String source) {
            this.name = name;
            this.source = source;
        }

        /** The view's partition key, a string: the attribute of the same name, or several joined. */
        public Builder key(String attribute, String... sources) {
            return key(mapping(attribute, sources));
        }

        public Builder key(KeyMapping mapping) {
            partitionKey = mapping;
            return this;
        }

        /** The view's sort key, a string: the attribute of the same name, or several joined. */
        public Builder sort(String attribute, String... sources) {
            return sort(mapping(attribute, sources));
        }

        public Builder sort(KeyMapping mapping) {
            sortKey = mapping;
            return this;
        }

        private static KeyMapping mapping(String attribute, String... sources) {
            return new KeyMapping(
                    attribute, Attribute.Type.S, sources.length == 0 ? List.of(attribute) : List.of(sources));
        }

        public Builder where(Filter value) {
            filter = value;
            return this;
        }

        public Builder show(String... attributes) {
            projection = List.of(attributes);
            return this;
        }

        public Builder explode(String list, int atMost) {
            explode = new Explode(list, atMost);
            return this;
        }

        public Builder onExpiry(OnExpiry value) {
            onExpiry = value;
            return this;
        }

        public Builder version(int value) {
            version = value;
            return this;
        }

        public View build() {
            KeyMapping key = partitionKey;
            if (key == null) {
                throw new IllegalArgumentException("view " + name + " has no key; declare key(attribute, sources...)");
            }
            return new View(name, source, key, sortKey, filter, projection, explode, onExpiry, version);
        }
    }
}
