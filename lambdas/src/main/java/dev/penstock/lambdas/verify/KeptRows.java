package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.KeyMapping;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.CopiedRow;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.ViewRows;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Rows of a view, or of the target of a replication: each row by its key. */
final class KeptRows implements Kept {
    private final Table source;
    private final View rows;
    private final String holder;
    private final boolean isAlone;
    private final String tombstone;
    private final Set<String> marks;
    private final Function<Map<String, Value>, Map<String, String>> wanted;
    private final TableReads reads;

    private KeptRows(
            Table source,
            View rows,
            String holder,
            boolean isAlone,
            String tombstone,
            Set<String> marks,
            Function<Map<String, Value>, Map<String, String>> wanted,
            TableReads reads) {
        this.source = source;
        this.rows = rows;
        this.holder = holder;
        this.isAlone = isAlone;
        this.tombstone = tombstone;
        this.marks = marks;
        this.wanted = wanted;
        this.reads = reads;
    }

    static KeptRows of(Catalog catalog, View view, TableReads reads) {
        Table source = catalog.table(view.source());
        return new KeptRows(
                source,
                view,
                view.tableName(),
                true,
                View.REMOVED,
                Set.of(View.GUARD),
                item -> {
                    Map<String, String> texts = new HashMap<>();
                    ViewRows.of(view, source, item)
                            .forEach(row -> texts.put(KeyText.of(row.key()), ItemJson.write(row.attributes())));
                    return texts;
                },
                reads);
    }

    /** @param reads of the target's region */
    static KeptRows of(Catalog catalog, Replication replication, TableReads reads) {
        Table source = catalog.table(replication.source());
        View rows = replication.rows();
        return new KeptRows(
                source,
                rows,
                TablesAt.target(replication),
                catalog.replications().stream()
                        .allMatch(other ->
                                other.equals(replication) || !other.target().equals(replication.target())),
                Replication.REMOVED,
                Replication.MARKS,
                item -> {
                    Optional<Map<String, Value>> row = CopiedRow.of(replication, source, item);
                    return row.isEmpty()
                            ? Map.of()
                            : Map.of(KeyText.of(rowKey(rows, row.get())), ItemJson.write(row.get()));
                },
                reads);
    }

    @Override
    public Table source() {
        return source;
    }

    @Override
    public String holder() {
        return holder;
    }

    @Override
    public String told() {
        return rows.tableName();
    }

    @Override
    public boolean keepsExpired() {
        return rows.onExpiry() == OnExpiry.KEEP;
    }

    @Override
    public boolean isAlone() {
        return isAlone;
    }

    @Override
    public Map<String, String> wanted(Map<String, Value> item) {
        try {
            return wanted.apply(item);
        } catch (PoisonException diverted) {
            return Map.of();
        }
    }

    @Override
    public Map<String, String> held(Map<String, Value> row) {
        if (row.containsKey(tombstone)) {
            return Map.of();
        }
        Map<String, Value> plain = new HashMap<>(row);
        plain.keySet().removeAll(marks);
        return Map.of(KeyText.of(rowKey(rows, row)), ItemJson.write(plain));
    }

    @Override
    public Map<String, Value> sourceKey(Map<String, Value> row) {
        return TableReads.key(source.keyNames(), row);
    }

    @Override
    public Map<Candidate, Map<String, String>> now(List<Candidate> candidates) {
        Map<String, Candidate> owners = new HashMap<>();
        candidates.forEach(candidate -> candidate.keys().forEach(key -> owners.put(key, candidate)));
        Set<Map<String, Value>> keys = new HashSet<>();
        owners.keySet().forEach(key -> keys.add(KeyText.parse(key)));
        Map<Candidate, Map<String, String>> now = new HashMap<>();
        reads.items(
                rows.tableName(),
                keys,
                row -> held(row).forEach((key, text) -> {
                    Candidate owner = owners.get(key);
                    if (owner != null) {
                        now.computeIfAbsent(owner, ignored -> new HashMap<>()).put(key, text);
                    }
                }));
        return now;
    }

    private static Map<String, Value> rowKey(View rows, Map<String, Value> row) {
        return TableReads.key(rows.keys().stream().map(KeyMapping::attribute).toList(), row);
    }
}
