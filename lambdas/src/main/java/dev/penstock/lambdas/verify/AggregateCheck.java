package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.TableNames;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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
        reads.pages(
                aggregate.tableName(),
                rows -> rows.forEach(row -> add(actual, Sums.group(row), Sums.measures(aggregate, row))));
        TreeSet<String> groups = new TreeSet<>(expected.keySet());
        groups.addAll(actual.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String group : groups) {
            Map<String, BigDecimal> wanted = Sums.nonZero(expected.get(group));
            Map<String, BigDecimal> held = Sums.nonZero(actual.get(group));
            if (!wanted.equals(held)) {
                differences.add(new Difference(aggregate.tableName(), group, Sums.text(wanted), Sums.text(held)));
            }
        }
        return differences;
    }

    private void fold(Map<String, Value> item, Map<String, Map<String, BigDecimal>> groups) {
        Sums.shares(aggregate, item).forEach((group, share) -> add(groups, group, share));
    }

    private void add(Map<String, Map<String, BigDecimal>> groups, String group, Map<String, BigDecimal> share) {
        Sums.add(aggregate, groups.computeIfAbsent(group, ignored -> new TreeMap<>()), share);
    }
}
