package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.CopiedRow;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.ViewRows;
import dev.penstock.lambdas.tables.TableNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The target of one replication: each item's row is looked up there, then each row's item here. */
final class ReplicationCheck {
    private final TableReads here;
    private final TableReads there;
    private final Table source;
    private final Replication replication;
    private final boolean isAlone;
    private final List<Difference> differences = new ArrayList<>();

    /** @param there client of the target's region */
    ReplicationCheck(
            Catalog catalog, DynamoDbClient here, DynamoDbClient there, TableNames names, Replication replication) {
        this.here = new TableReads(here, names);
        this.there = new TableReads(there, names);
        this.source = catalog.table(replication.source());
        this.replication = replication;
        this.isAlone = catalog.replications().stream()
                .allMatch(other -> other.equals(replication) || !other.target().equals(replication.target()));
    }

    List<Difference> run() {
        here.pages(source.name(), this::expect);
        if (isAlone) {
            there.pages(replication.target(), this::strays);
        }
        return differences;
    }

    private void expect(List<Map<String, Value>> items) {
        Map<Map<String, Value>, Map<String, Value>> expected = new HashMap<>();
        for (Map<String, Value> item : items) {
            row(item).ifPresent(row -> expected.put(key(row), row));
        }
        Map<Map<String, Value>, Map<String, Value>> actual = new HashMap<>();
        there.items(replication.target(), expected.keySet(), row -> actual.put(key(row), plain(row)));
        expected.forEach((key, row) -> {
            Map<String, Value> held = actual.getOrDefault(key, Map.of());
            if (!row.equals(held)) {
                differences.add(new Difference(replication.target(), text(key), text(row), text(held)));
            }
        });
    }

    private void strays(List<Map<String, Value>> rows) {
        List<Map<String, Value>> live = rows.stream()
                .filter(row -> !row.containsKey(Replication.REMOVED))
                .toList();
        Set<Map<String, Value>> sources = new HashSet<>();
        live.forEach(row -> sources.add(TableReads.key(source.keyNames(), row)));
        Set<Map<String, Value>> wanted = new HashSet<>();
        here.items(source.name(), sources, item -> row(item).ifPresent(row -> wanted.add(key(row))));
        live.stream()
                .filter(row -> !wanted.contains(key(row)))
                .forEach(row -> differences.add(
                        new Difference(replication.target(), text(key(row)), Difference.NONE, text(plain(row)))));
    }

    private Optional<Map<String, Value>> row(Map<String, Value> item) {
        try {
            return CopiedRow.of(replication, source, item);
        } catch (PoisonException poison) {
            return Optional.empty();
        }
    }

    private Map<String, Value> key(Map<String, Value> row) {
        return ViewRows.keyOf(replication.rows(), TableReads.key(source.keyNames(), row));
    }

    private static Map<String, Value> plain(Map<String, Value> row) {
        return row.containsKey(Replication.REMOVED) ? Map.of() : CopiedRow.plain(row);
    }

    private static String text(Map<String, Value> row) {
        return row.isEmpty() ? Difference.NONE : ItemJson.write(row);
    }
}
