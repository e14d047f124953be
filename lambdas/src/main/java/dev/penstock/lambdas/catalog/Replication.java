package dev.penstock.lambdas.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies the items of a table to another region or account, filtered, masked and under another key if wished: what
 * global tables, which replicate whole items under the same key within one account, do not do. The target is written by
 * replications only; several may write into one, and then the last writer wins by (time, region). Where applications
 * write in more than one region, declare the table {@link Table.Replicas#EVENTUAL global} instead.
 *
 * @param name of the function that replicates
 * @param source table whose stream is read
 * @param target logical name of the table that is written
 * @param region of the target
 * @param account of the target, 12 digits; {@code null} = the stage's own
 * @param key of the target: made of the source key's attributes, all of them
 * @param filter items that are shown; one that is no longer accepted leaves the target
 * @param masks what the target must not hold
 */
public record Replication(
        String name,
        String source,
        String target,
        String region,
        @Nullable String account,
        List<KeyMapping> key,
        Filter filter,
        List<Mask> masks) {
    /** In a target's row: which write it comes from, comparable as text. */
    public static final String VERSION = "replicaVersion";
    /** In a target's row: where that write was made. */
    public static final String ORIGIN = "replicaOrigin";
    /** Marks a tombstone; readers skip rows that have it. */
    public static final String REMOVED = "replicaRemoved";
    /** TTL attribute of tombstones. */
    public static final String TTL = "replicaExpiresAt";

    /** All attributes that replication adds. */
    public static final Set<String> MARKS = Set.of(VERSION, ORIGIN, REMOVED, TTL);

    public Replication {
        Rule.name("replication name", name);
        Rule.name("target of replication " + name, target);
        Rule.require(
                region.matches("[a-z]{2}(-[a-z]+)+-\\d"),
                "region of replication " + name,
                "'" + region + "'",
                "an AWS region such as eu-west-1");
        Rule.require(
                account == null || account.matches("\\d{12}"),
                "account of replication " + name,
                "'" + account + "'",
                "12 digits, or none for the stage's own");
        Rule.range("key attributes of replication " + name, key.size(), 1, 2);
        key = List.copyOf(key);
        masks = List.copyOf(masks);
    }

    /** Starts a declaration: all items, under their own key, unmasked. */
    public static Builder named(String name, Table source) {
        return new Builder(name, source);
    }

    /** How rows and keys are made: as those of a view, before masking. */
    public View rows() {
        return new View(
                target,
                source,
                key.getFirst(),
                key.size() > 1 ? key.get(1) : null,
                filter,
                List.of(),
                null,
                OnExpiry.RETRACT,
                1);
    }

    /** The table that is written, in its own region and account. */
    public Table targetTable() {
        return Table.derived(
                target,
                Table.Role.COPY,
                key.getFirst().toAttribute(),
                key.size() > 1 ? key.get(1).toAttribute() : null,
                TTL);
    }

    void check(Table from) {
        rows().check(from);
        Rule.require(
                from.stream() == Table.StreamView.NEW_AND_OLD_IMAGES,
                "replication " + name + " needs both images in the stream of " + source,
                from.stream(),
                "NEW_AND_OLD_IMAGES");
        Rule.require(
                rows().isFixed(from),
                "the key of replication " + name + " is made of the source key, else a row is left behind when it"
                        + " changes (a view can move rows)",
                rows().keySources(),
                "attributes of " + from.keyNames());
        Set<String> kept = new HashSet<>(from.keyNames());
        key.forEach(mapping -> kept.add(mapping.attribute()));
        for (Mask mask : masks) {
            Rule.require(
                    !kept.contains(mask.path()),
                    "a key tells items apart, so replication " + name + " can't mask it",
                    mask.path(),
                    "attributes other than " + kept);
        }
    }

    /** Collects a declaration. */
    public static final class Builder {
        private final String name;
        private final Table source;
        private String target;
        private String region = "";
        private @Nullable String account;
        private List<KeyMapping> key = new ArrayList<>();
        private Filter filter = Filter.all();
        private List<Mask> masks = List.of();

        private Builder(String name, Table source) {
            this.name = name;
            this.source = source;
            this.target = name;
            source.keys().forEach(each -> key.add(new KeyMapping(each.name(), each.type(), List.of(each.name()))));
        }

        /** Where to, and under which logical name. */
        public Builder to(String table, String targetRegion) {
            target = table;
            region = targetRegion;
            return this;
        }

        /** The account of the target, 12 digits. */
        public Builder inAccount(String id) {
            account = id;
            return this;
        }

        /** The target's key: partition key, then the sort key if there is one. */
        public Builder key(KeyMapping... mappings) {
            key = List.of(mappings);
            return this;
        }

        public Builder where(Filter value) {
            filter = value;
            return this;
        }

        public Builder mask(Mask... values) {
            masks = List.of(values);
            return this;
        }

        public Replication build() {
            return new Replication(name, source.name(), target, region, account, key, filter, masks);
        }
    }
}
