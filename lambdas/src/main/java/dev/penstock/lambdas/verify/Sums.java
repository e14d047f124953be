package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.Shares;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Measures of groups: added, read from rows, compared and told. */
final class Sums {
    private Sums() {}

    /** An item's share by group; nothing of one that can't be counted, which the projector has diverted. */
    static Map<String, Map<String, BigDecimal>> shares(Aggregate aggregate, Map<String, Value> item) {
        try {
            return Shares.of(aggregate, item);
        } catch (PoisonException diverted) {
            return Map.of();
        }
    }

    static void add(Aggregate aggregate, Map<String, BigDecimal> sum, Map<String, BigDecimal> share) {
        for (Measure measure : aggregate.measures()) {
            BigDecimal value = share.get(measure.name());
            if (value != null) {
                sum.merge(measure.name(), value, (a, b) -> Shares.combine(measure, a, b));
            }
        }
    }

    /** The measures among a row's attributes. */
    static Map<String, BigDecimal> measures(Aggregate aggregate, Map<String, Value> row) {
        Map<String, BigDecimal> measures = new TreeMap<>();
        for (Measure measure : aggregate.measures()) {
            if (row.get(measure.name()) instanceof Value.N number) {
                measures.put(measure.name(), number.value());
            }
        }
        return measures;
    }

    static String group(Map<String, Value> row) {
        if (row.get(Aggregate.GROUP) instanceof Value.S group) {
            return group.value();
        }
        throw new IllegalStateException("a row without a group: " + row.keySet());
    }

    /** Numbers of one scale; a group that counts nothing is as good as none. */
    static Map<String, BigDecimal> nonZero(@Nullable Map<String, BigDecimal> measures) {
        Map<String, BigDecimal> plain = new TreeMap<>();
        if (measures != null) {
            measures.forEach((name, value) -> {
                if (value.signum() != 0) {
                    plain.put(name, value.stripTrailingZeros());
                }
            });
        }
        return plain;
    }

    static String text(Map<String, BigDecimal> measures) {
        if (measures.isEmpty()) {
            return Difference.NONE;
        }
        Map<String, String> plain = new TreeMap<>();
        measures.forEach((name, value) -> plain.put(name, value.toPlainString()));
        return plain.toString();
    }
}
