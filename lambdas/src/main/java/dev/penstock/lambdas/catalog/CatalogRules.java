package dev.penstock.lambdas.catalog;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules that no single declaration can check, each with its reason. */
final class CatalogRules {
    /** Lambda and others may read a shard at most twice at a time, see "Reading and processing a stream". */
    private static final int READERS = 2;

    private final Catalog catalog;

    private CatalogRules(Catalog catalog) {
        this.catalog = catalog;
    }

    static void check(Catalog catalog) {
        CatalogRules rules = new CatalogRules(catalog);
        rules.names();
        catalog.effects().forEach(rules::effect);
        catalog.views().forEach(view -> view.check(catalog.table(view.source())));
        catalog.consumers().forEach(rules::consumer);
        catalog.replications()
                .forEach(replication -> replication.check(rules.source(replication.name(), replication.source())));
        rules.targets();
        catalog.tables().forEach(rules::readers);
        catalog.tables().forEach(rules::transaction);
        catalog.projectors().forEach(rules::projector);
    }

    private void names() {
        Set<String> names = new HashSet<>();
        for (Table table : catalog.allTables()) {
            Rule.require(names.add(table.name()), "each table has its own name", table.name(), "names not in use");
        }
        Set<String> consumers = new HashSet<>();
        for (Consumer consumer : catalog.allConsumers()) {
            Rule.require(
                    consumers.add(consumer.name()),
                    "each consumer has its own name",
                    consumer.name(),
                    "names not in use");
        }
    }

    /** Replications that share a target must agree on its key. */
    private void targets() {
        Map<List<@Nullable String>, List<Attribute>> keys = new HashMap<>();
        for (Replication replication : catalog.replications()) {
            List<Attribute> key = replication.targetTable().keys();
            List<Attribute> other = keys.putIfAbsent(
                    Arrays.asList(replication.account(), replication.region(), replication.target()), key);
            Rule.require(
                    other == null || other.equals(key),
                    "replications into one table agree on its key; " + replication.name(),
                    key,
                    String.valueOf(other));
        }
    }

    private void effect(Effect effect) {
        Table source = source(effect.name(), effect.source());
        Rule.require(
                source.stream() == Table.StreamView.NEW_AND_OLD_IMAGES,
                effect.name() + " needs both images in the stream of " + source.name(),
                source.stream(),
                "NEW_AND_OLD_IMAGES");
        if (effect.onExpiry() == OnExpiry.KEEP && source.ttlAttribute() != null) {
            // Only the region that expires an item names the service; elsewhere it looks as if a user deleted it
            // (developer guide, "DynamoDB Streams and Time to Live").
            Rule.require(
                    !source.isGlobal(),
                    effect.name()
                            + " keeps the effect of expired items, and an expiry that another region did can't be told"
                            + " from a delete; " + source.name(),
                    "a global table with TTL",
                    "RETRACT, no TTL, or a table of one region");
            Rule.require(
                    source.appendOnly(),
                    effect.name() + " keeps the effect of expired items, so a key of " + source.name()
                            + " can't be used again",
                    "a table that may change",
                    "appendOnly()");
            Rule.require(
                    source.retention() != null
                            && catalog.consumers().stream()
                                    .anyMatch(
                                            consumer -> consumer.source().equals(source.name()) && consumer.archives()),
                    effect.name() + " keeps the effect of expired items, so verify and rebuild need them from the"
                            + " archive; table " + source.name(),
                    "no archive",
                    "archive(prefix, days) on the table and Consumer.archive(...)");
        }
        if (effect.needsControl()) {
            for (String key : source.keyNames()) {
                Rule.require(
                        !Catalog.CONTROL_NAMES.contains(key),
                        "key of " + source.name() + ", which has views or aggregates",
                        key,
                        "names other than " + Catalog.CONTROL_NAMES);
            }
        }
        if (effect instanceof Aggregate aggregate && aggregate.mode() == Aggregate.Mode.WINDOWED) {
            Rule.require(
                    source.appendOnly(),
                    "windowed aggregate " + effect.name() + " counts each item once and takes nothing back; source "
                            + source.name(),
                    "a table that may change",
                    "appendOnly(), or contribution mode");
        }
    }

    private void consumer(Consumer consumer) {
        Table source = source(consumer.name(), consumer.source());
        Rule.require(
                source.stream() != Table.StreamView.NONE,
                "consumer " + consumer.name() + " reads the stream of " + source.name(),
                source.stream(),
                "a stream view");
        for (Access access : consumer.access()) {
            String table = access instanceof Access.Reads reads
                    ? reads.table()
                    : access instanceof Access.Writes writes ? writes.table() : null;
            if (table != null) {
                Rule.require(
                        catalog.allTables().stream()
                                .anyMatch(known -> known.name().equals(table)),
                        "consumer " + consumer.name() + " has access to a table of the catalog",
                        table,
                        catalog.allTables().stream().map(Table::name).toList().toString());
                Rule.require(
                        !(access instanceof Access.Writes) || !table.equals(consumer.source()),
                        "a consumer that writes its own source wakes itself in a loop; consumer " + consumer.name(),
                        table,
                        "any table but " + consumer.source());
            }
        }
    }

    private void readers(Table table) {
        List<String> readers = catalog.allConsumers().stream()
                .filter(consumer -> consumer.source().equals(table.name()))
                .map(Consumer::name)
                .toList();
        int allowed = table.isGlobal() ? READERS - 1 : READERS;
        Rule.require(
                readers.size() <= allowed,
                "at most two readers per shard" + (table.isGlobal() ? ", of which replication is one" : "")
                        + "; mappings on table " + table.name(),
                readers,
                allowed + " (all views and aggregates of a table share one)");
    }

    /**
     * The control row, and for each effect the old rows or shares and the new ones. Versions that stand side by side
     * while the next one is built count once: until the old one is gone, a wide change may take several steps.
     */
    private void transaction(Table table) {
        Map<String, Integer> actions = new HashMap<>();
        catalog.effectsOf(table.name()).stream()
                .filter(Effect::needsControl)
                .filter(effect -> !(effect instanceof View view && view.isFixed(table)))
                .forEach(effect -> actions.merge(effect.name(), 2 * effect.fanOut(), Math::max));
        int sum = 1 + actions.values().stream().mapToInt(Integer::intValue).sum();
        Rule.require(
                sum <= Catalog.MAX_ACTIONS,
                "a change of one item of " + table.name() + " is one transaction: control row + old and new " + actions,
                sum + " actions",
                "1 to " + Catalog.MAX_ACTIONS + "; lower atMost of explode(list, atMost)");
    }

    private void projector(Consumer projector) {
        boolean windowed = catalog.aggregatesOf(projector.source()).stream()
                .anyMatch(aggregate -> aggregate.mode() == Aggregate.Mode.WINDOWED);
        Rule.require(
                windowed == projector.batch().isWindowed(),
                "a tumbling window tells the shard, which windowed aggregates need; projector of " + projector.source(),
                projector.batch().tumblingWindow(),
                windowed ? "1 to 900 s" : "0 s");
        Rule.require(
                !windowed || !projector.batch().discards(),
                "the mapping of a windowed aggregate never discards a record, else the shard's watermark passes it"
                        + " unseen; projector of " + projector.source(),
                projector.batch().maxRetryAttempts() + " attempts, age "
                        + projector.batch().maxRecordAge(),
                "-1 attempts and no age");
    }

    private Table source(String what, String name) {
        return catalog.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("source of " + what + ": given " + name + "; allowed: "
                        + catalog.tables().stream().map(Table::name).toList()));
    }
}
