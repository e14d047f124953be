package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.KeyMapping;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.Shares;
import dev.penstock.lambdas.projection.ViewRows;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one item ought to have in all controlled views and aggregates of its source.
 *
 * @param rows view table to rows
 * @param remembered keys and shares of the same
 * @param poison why an effect can't be made of this item, one reason per such effect; the item is left out of it
 */
record Goal(Map<String, List<ViewRows.Row>> rows, Remembered remembered, List<String> poison) {
    /** An item that is in no view and no aggregate. */
    static final Goal NOTHING = new Goal(Map.of(), Remembered.NOTHING, List.of());

    /** The goal when each effect shows the image that {@code image} gives for it. */
    static Goal of(List<Effect> effects, Table source, Function<Effect, @Nullable Map<String, Value>> image) {
        Map<String, List<ViewRows.Row>> rows = new HashMap<>();
        Map<String, List<List<Value>>> keys = new HashMap<>();
        Map<String, Map<String, Map<String, BigDecimal>>> shares = new HashMap<>();
        List<String> poison = new ArrayList<>();
        for (Effect effect : effects) {
            Map<String, Value> item = image.apply(effect);
            if (item == null) {
                continue;
            }
            try {
                switch (effect) {
                    case View view -> {
                        List<ViewRows.Row> made = ViewRows.of(view, source, item);
                        if (!made.isEmpty()) {
                            rows.put(view.tableName(), made);
                            keys.put(
                                    view.tableName(),
                                    made.stream()
                                            .map(row -> keyValues(view, row.key()))
                                            .toList());
                        }
                    }
                    case Aggregate aggregate -> {
                        var made = Shares.of(aggregate, item);
                        if (!made.isEmpty()) {
                            shares.put(aggregate.tableName(), made);
                        }
                    }
                }
            } catch (PoisonException e) {
                poison.add(effect.tableName() + ": " + e.getMessage());
            }
        }
        return new Goal(rows, new Remembered(keys, shares), poison);
    }

    /** The goal of an item that is gone: effects that survive expiry stay as they are remembered. */
    static Goal ofGone(List<Effect> effects, Remembered before) {
        Map<String, List<List<Value>>> keys = new HashMap<>();
        Map<String, Map<String, Map<String, BigDecimal>>> shares = new HashMap<>();
        for (Effect effect : effects) {
            if (effect.onExpiry() == OnExpiry.KEEP) {
                String table = effect.tableName();
                if (before.rows().containsKey(table)) {
                    keys.put(table, before.rowsOf(table));
                }
                if (before.shares().containsKey(table)) {
                    shares.put(table, before.sharesOf(table));
                }
            }
        }
        return new Goal(Map.of(), new Remembered(keys, shares), List.of());
    }

    /** What leads from {@code before} to this goal; rows in {@code written} are there already. */
    List<Action> actions(List<Effect> effects, Remembered before, Set<List<Object>> written) {
        List<Action> actions = new ArrayList<>();
        for (Effect effect : effects) {
            switch (effect) {
                case View view -> rowActions(view, before, written, actions);
                case Aggregate aggregate -> addActions(aggregate, before, actions);
            }
        }
        return actions;
    }

    private void rowActions(View view, Remembered before, Set<List<Object>> written, List<Action> actions) {
        String table = view.tableName();
        Set<List<Value>> wanted = new HashSet<>(remembered.rowsOf(table));
        for (List<Value> key : before.rowsOf(table)) {
            if (!wanted.contains(key)) {
                actions.add(new Action.DeleteRow(table, key(view, key), key));
            }
        }
        for (ViewRows.Row row : rows.getOrDefault(table, List.of())) {
            List<Value> key = keyValues(view, row.key());
            if (!written.contains(List.<Object>of(table, key))) {
                actions.add(new Action.PutRow(table, row.attributes(), key));
            }
        }
    }

    private void addActions(Aggregate aggregate, Remembered before, List<Action> actions) {
        String table = aggregate.tableName();
        Map<String, Map<String, BigDecimal>> deltas = new TreeMap<>();
        remembered.sharesOf(table).forEach((group, share) -> deltas.put(group, new TreeMap<>(share)));
        before.sharesOf(table)
                .forEach((group, share) ->
                        share.forEach((measure, value) -> deltas.computeIfAbsent(group, ignored -> new TreeMap<>())
                                .merge(measure, value.negate(), BigDecimal::add)));
        deltas.forEach((group, delta) -> {
            delta.values().removeIf(value -> value.signum() == 0);
            if (!delta.isEmpty()) {
                actions.add(new Action.Add(table, group, delta));
            }
        });
    }

    private static List<Value> keyValues(View view, Map<String, Value> key) {
        return view.keys().stream()
                .map(mapping -> Objects.requireNonNull(key.get(mapping.attribute())))
                .toList();
    }

    private static Map<String, Value> key(View view, List<Value> values) {
        Map<String, Value> key = new HashMap<>();
        List<KeyMapping> mappings = view.keys();
        for (int i = 0; i < mappings.size(); i++) {
            key.put(mappings.get(i).attribute(), values.get(i));
        }
        return key;
    }
}
