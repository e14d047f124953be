package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.ViewRows;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.TableNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** One view: each source item's rows are looked up, then each row's source item; memory does not grow with either. */
final class ViewCheck {
    private final TableReads reads;
    private final Table source;
    private final View view;
    private final ExpiredItems expired;
    private final List<Difference> differences = new ArrayList<>();

    ViewCheck(Catalog catalog, DynamoDbClient client, TableNames names, ExpiredItems expired, View view) {
        this.reads = new TableReads(client, names);
        this.source = catalog.table(view.source());
        this.view = view;
        this.expired = expired;
    }

    List<Difference> run() {
        Set<Map<String, Value>> keptKeys = new HashSet<>();
        if (view.onExpiry() == OnExpiry.KEEP) {
            expired.forEach(source, item -> {
                keptKeys.add(key(item));
                expect(List.of(item));
            });
        }
        reads.pages(source.name(), this::expect);
        reads.pages(view.tableName(), rows -> strays(rows, keptKeys));
        return differences;
    }

    private void expect(List<Map<String, Value>> items) {
        Map<Map<String, Value>, Map<String, Value>> expected = new HashMap<>();
        items.forEach(item -> rows(item).forEach(row -> expected.put(row.key(), row.attributes())));
        Map<Map<String, Value>, Map<String, Value>> actual = new HashMap<>();
        reads.items(view.tableName(), expected.keySet(), row -> actual.put(viewKey(row), plain(row)));
        expected.forEach((key, row) -> {
            Map<String, Value> held = actual.getOrDefault(key, Map.of());
            if (!row.equals(held)) {
                differences.add(new Difference(view.tableName(), text(key), text(row), text(held)));
            }
        });
    }

    private void strays(List<Map<String, Value>> rows, Set<Map<String, Value>> keptKeys) {
        Map<Map<String, Value>, Set<Map<String, Value>>> wanted = new HashMap<>();
        Set<Map<String, Value>> sources = new HashSet<>();
        List<Map<String, Value>> live =
                rows.stream().filter(row -> !row.containsKey(View.REMOVED)).toList();
        live.forEach(row -> sources.add(key(row)));
        reads.items(source.name(), sources, item -> {
            Set<Map<String, Value>> keys = new HashSet<>();
            rows(item).forEach(row -> keys.add(row.key()));
            wanted.put(key(item), keys);
        });
        for (Map<String, Value> row : live) {
            boolean justified =
                    wanted.getOrDefault(key(row), Set.of()).contains(viewKey(row)) || keptKeys.contains(key(row));
            if (!justified) {
                differences.add(
                        new Difference(view.tableName(), text(viewKey(row)), Difference.NONE, text(plain(row))));
            }
        }
    }

    /** Rows of an item; none of one that can't be shown, which the projector has diverted. */
    private List<ViewRows.Row> rows(Map<String, Value> item) {
        try {
            return ViewRows.of(view, source, item);
        } catch (PoisonException poison) {
            return List.of();
        }
    }

    private Map<String, Value> key(Map<String, Value> item) {
        return TableReads.key(source.keyNames(), item);
    }

    private Map<String, Value> viewKey(Map<String, Value> row) {
        return TableReads.key(
                view.keys().stream().map(mapping -> mapping.attribute()).toList(), row);
    }

    private static Map<String, Value> plain(Map<String, Value> row) {
        Map<String, Value> plain = new TreeMap<>(row);
        plain.remove(View.GUARD);
        return row.containsKey(View.REMOVED) ? Map.of() : plain;
    }

    private static String text(Map<String, Value> row) {
        return row.isEmpty() ? Difference.NONE : ItemJson.write(row);
    }
}
