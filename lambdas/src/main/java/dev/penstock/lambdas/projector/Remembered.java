package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one source item has put into views and aggregates, as its control row remembers it. Effects that are empty are
 * left out, so that an item without any equals an item that never was.
 *
 * @param rows view table to the keys of its rows, each key's values in the order of the view's key attributes
 * @param shares aggregate table to group to measures
 */
record Remembered(Map<String, List<List<Value>>> rows, Map<String, Map<String, Map<String, BigDecimal>>> shares) {
    static final Remembered NOTHING = new Remembered(Map.of(), Map.of());

    boolean isEmpty() {
        return rows.isEmpty() && shares.isEmpty();
    }

    List<List<Value>> rowsOf(String view) {
        return rows.getOrDefault(view, List.of());
    }

    Map<String, Map<String, BigDecimal>> sharesOf(String aggregate) {
        return shares.getOrDefault(aggregate, Map.of());
    }

    /** As the attribute {@code effects} of the control row: a list per view, a map per aggregate. */
    Value.M toValue() {
        Map<String, Value> effects = new HashMap<>();
        rows.forEach((view, keys) -> effects.put(
                view, new Value.L(keys.stream().<Value>map(Value.L::new).toList())));
        shares.forEach((aggregate, groups) -> {
            Map<String, Value> byGroup = new HashMap<>();
            groups.forEach((group, measures) -> {
                Map<String, Value> values = new HashMap<>();
                measures.forEach((name, value) -> values.put(name, Value.number(value)));
                byGroup.put(group, new Value.M(values));
            });
            effects.put(aggregate, new Value.M(byGroup));
        });
        return new Value.M(effects);
    }

    /** Reads {@link #toValue()}. */
    static Remembered of(Value.M effects) {
        Map<String, List<List<Value>>> rows = new HashMap<>();
        Map<String, Map<String, Map<String, BigDecimal>>> shares = new HashMap<>();
        effects.values().forEach((name, effect) -> {
            switch (effect) {
                case Value.L keys -> rows.put(name, rowKeys(keys));
                case Value.M groups -> shares.put(name, groups(groups));
                default -> throw new IllegalStateException("control row holds " + effect + " for " + name);
            }
        });
        return new Remembered(rows, shares);
    }

    /** This, and what {@code stored} has besides of tables other than these: who does not know them leaves it alone. */
    Remembered besides(Remembered stored, Set<String> known) {
        if (known.containsAll(stored.rows.keySet()) && known.containsAll(stored.shares.keySet())) {
            return this;
        }
        Map<String, List<List<Value>>> allRows = new HashMap<>(rows);
        Map<String, Map<String, Map<String, BigDecimal>>> allShares = new HashMap<>(shares);
        stored.rows.forEach((view, keys) -> {
            if (!known.contains(view)) {
                allRows.put(view, keys);
            }
        });
        stored.shares.forEach((aggregate, groups) -> {
            if (!known.contains(aggregate)) {
                allShares.put(aggregate, groups);
            }
        });
        return new Remembered(allRows, allShares);
    }

    /** This, with the rows and shares that {@code step} writes taken from {@code goal}. */
    Remembered after(Step step, Remembered goal) {
        Map<String, List<List<Value>>> newRows = new HashMap<>();
        Set<String> views = new HashSet<>(rows.keySet());
        views.addAll(goal.rows.keySet());
        for (String view : views) {
            List<List<Value>> keys = new ArrayList<>(rowsOf(view));
            keys.removeAll(step.deleted(view));
            step.put(view).stream().filter(key -> !keys.contains(key)).forEach(keys::add);
            if (!keys.isEmpty()) {
                newRows.put(view, keys);
            }
        }
        Map<String, Map<String, Map<String, BigDecimal>>> newShares = new HashMap<>();
        Set<String> aggregates = new HashSet<>(shares.keySet());
        aggregates.addAll(goal.shares.keySet());
        for (String aggregate : aggregates) {
            Map<String, Map<String, BigDecimal>> groups = new TreeMap<>(sharesOf(aggregate));
            for (String group : step.groups(aggregate)) {
                groups.remove(group);
                Map<String, BigDecimal> share = goal.sharesOf(aggregate).get(group);
                if (share != null) {
                    groups.put(group, share);
                }
            }
            if (!groups.isEmpty()) {
                newShares.put(aggregate, groups);
            }
        }
        return new Remembered(newRows, newShares);
    }

    private static List<List<Value>> rowKeys(Value.L keys) {
        return keys.values().stream()
                .map(key -> key instanceof Value.L values ? values.values() : List.of(key))
                .toList();
    }

    private static Map<String, Map<String, BigDecimal>> groups(Value.M groups) {
        Map<String, Map<String, BigDecimal>> read = new TreeMap<>();
        groups.values().forEach((group, measures) -> {
            Map<String, BigDecimal> values = new TreeMap<>();
            if (measures instanceof Value.M map) {
                map.values().forEach((name, value) -> {
                    if (value instanceof Value.N number) {
                        values.put(name, number.value());
                    }
                });
            }
            read.put(group, values);
        });
        return read;
    }
}
