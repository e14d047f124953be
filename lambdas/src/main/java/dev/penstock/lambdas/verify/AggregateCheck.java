package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.Shares;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.TableNames;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** One aggregate: the source is folded into groups and compared; memory grows with the groups, not with the items. */
final class AggregateCheck {
    private final TableReads reads;
    private final Table source;
    private final Aggregate aggregate;
    private final ExpiredItems expired;

    AggregateCheck(
            Catalog catalog, DynamoDbClient client, TableNames names, ExpiredItems expired, Aggregate aggregate) {
        this.reads = new TableReads(client, names);
        this.source = catalog.table(aggregate.source());
        this.aggregate = aggregate;
        this.expired = expired;
    }

    List<Difference> run() {
        Map<String, Map<String, BigDecimal>> expected = new TreeMap<>();
        reads.pages(source.name(), items -> items.forEach(item -> fold(item, expected)));
        if (aggregate.onExpiry() == OnExpiry.KEEP && source.ttlAttribute() != null) {
            expired.forEach(source, item -> fold(item, expected));
        }
        Map<String, Map<String, BigDecimal>> actual = new TreeMap<>();
        reads.pages(aggregate.tableName(), rows -> rows.forEach(row -> add(actual, group(row), measures(row))));
        TreeSet<String> groups = new TreeSet<>(expected.keySet());
        groups.addAll(actual.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String group : groups) {
            Map<String, BigDecimal> wanted = nonZero(expected.get(group));
            Map<String, BigDecimal> held = nonZero(actual.get(group));
            if (!wanted.equals(held)) {
                differences.add(new Difference(aggregate.tableName(), group, text(wanted), text(held)));
            }
        }
        return differences;
    }

    private void fold(Map<String, Value> item, Map<String, Map<String, BigDecimal>> groups) {
        try {
            Shares.of(aggregate, item).forEach((group, share) -> add(groups, group, share));
        } catch (PoisonException diverted) {
            return;
        }
    }

    private void add(Map<String, Map<String, BigDecimal>> groups, String group, Map<String, BigDecimal> share) {
        Map<String, BigDecimal> sum = groups.computeIfAbsent(group, ignored -> new TreeMap<>());
        for (Measure measure : aggregate.measures()) {
            BigDecimal value = share.get(measure.name());
            if (value != null) {
                sum.merge(measure.name(), value, (a, b) -> Shares.combine(measure, a, b));
            }
        }
    }

    private Map<String, BigDecimal> measures(Map<String, Value> row) {
        Map<String, BigDecimal> measures = new TreeMap<>();
        for (Measure measure : aggregate.measures()) {
            if (row.get(measure.name()) instanceof Value.N number) {
                measures.put(measure.name(), number.value());
            }
        }
        return measures;
    }

    private static String group(Map<String, Value> row) {
        if (row.get(Aggregate.GROUP) instanceof Value.S group) {
            return group.value();
        }
        throw new IllegalStateException("a row without a group: " + row.keySet());
    }

    /** Numbers of one scale; a group that counts nothing is as good as none. */
    private static Map<String, BigDecimal> nonZero(@Nullable Map<String, BigDecimal> measures) {
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

    private static String text(Map<String, BigDecimal> measures) {
        if (measures.isEmpty()) {
            return Difference.NONE;
        }
        Map<String, String> plain = new TreeMap<>();
        measures.forEach((name, value) -> plain.put(name, value.toPlainString()));
        return plain.toString();
    }
}
