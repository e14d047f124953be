package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.Shares;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** The transaction that deletes rows of a group and adds what they hold to the group's row {@link Aggregate#FOLDED}. */
final class FoldedRows {
    private final Aggregate aggregate;
    private final DynamoDbClient client;
    private final String table;

    FoldedRows(Aggregate aggregate, DynamoDbClient client, TableNames names) {
        this.aggregate = aggregate;
        this.client = client;
        this.table = names.physical(aggregate.tableName());
    }

    /** What the rows hold together; a row that was only passed over holds nothing. */
    Map<Measure, BigDecimal> total(List<Map<String, Value>> rows) {
        Map<Measure, BigDecimal> total = new HashMap<>();
        for (Measure measure : aggregate.measures()) {
            for (Map<String, Value> row : rows) {
                if (row.get(measure.name()) instanceof Value.N number) {
                    total.merge(measure, number.value(), (a, b) -> Shares.combine(measure, a, b));
                }
            }
        }
        return total;
    }

    /**
     * Folds all of the rows or none: each is deleted as it was read, in the transaction that adds them up. The deletions come
     * first, in the order given, so that a reason for cancellation tells its row.
     *
     * @throws software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException also when a row has changed
     */
    void fold(String group, List<Map<String, Value>> rows) {
        List<TransactWriteItem> actions = new ArrayList<>();
        rows.forEach(row -> actions.add(delete(group, row)));
        Map<Measure, BigDecimal> total = total(rows);
        if (!total.isEmpty()) {
            actions.add(add(group, total));
        }
        client.transactWriteItems(
                TransactWriteItemsRequest.builder().transactItems(actions).build());
    }

    private TransactWriteItem delete(String group, Map<String, Value> row) {
        Map<String, String> attributes = Map.of("#w", Aggregate.WATERMARK, "#c", Aggregate.COUNTED_AT);
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":c", Items.toSdk(value(row, Aggregate.COUNTED_AT)));
        Value watermark = row.get(Aggregate.WATERMARK);
        if (watermark != null) {
            values.put(":w", Items.toSdk(watermark));
        }
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table)
                        .key(WatermarkedRow.key(group, lane(row)))
                        .conditionExpression(
                                "#c = :c AND " + (watermark == null ? "attribute_not_exists(#w)" : "#w = :w"))
                        .expressionAttributeNames(attributes)
                        .expressionAttributeValues(values))
                .build();
    }

    private TransactWriteItem add(String group, Map<Measure, BigDecimal> total) {
        boolean reversible = total.keySet().stream().allMatch(Measure::isReversible);
        Map<String, Value> before = reversible ? Map.of() : read(group);
        Map<String, String> attributes = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        List<String> sets = new ArrayList<>();
        List<String> adds = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        WatermarkedRow.shown(aggregate, group, attributes, values, sets);
        byName(total).forEach((measure, sum) -> {
            String n = Integer.toString(attributes.size());
            attributes.put("#m" + n, measure.name());
            if (measure.isReversible()) {
                values.put(":m" + n, number(sum));
                adds.add("#m" + n + " :m" + n);
            } else if (before.get(measure.name()) instanceof Value.N old) {
                values.put(":m" + n, number(Shares.combine(measure, old.value(), sum)));
                values.put(":o" + n, number(old.value()));
                sets.add("#m" + n + " = :m" + n);
                conditions.add("#m" + n + " = :o" + n);
            } else {
                values.put(":m" + n, number(sum));
                sets.add("#m" + n + " = :m" + n);
                conditions.add("attribute_not_exists(#m" + n + ")");
            }
        });
        return TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(WatermarkedRow.key(group, Aggregate.FOLDED))
                        .updateExpression("SET " + String.join(", ", sets) + clause(" ADD ", adds))
                        .conditionExpression(conditions.isEmpty() ? null : String.join(" AND ", conditions))
                        .expressionAttributeNames(attributes)
                        .expressionAttributeValues(values))
                .build();
    }

    private Map<String, Value> read(String group) {
        return Items.fromSdk(client.getItem(get -> get.tableName(table)
                        .key(WatermarkedRow.key(group, Aggregate.FOLDED))
                        .consistentRead(true))
                .item());
    }

    private static Map<Measure, BigDecimal> byName(Map<Measure, BigDecimal> total) {
        Map<Measure, BigDecimal> ordered = new TreeMap<>((a, b) -> a.name().compareTo(b.name()));
        ordered.putAll(total);
        return ordered;
    }

    private static String clause(String word, List<String> parts) {
        return parts.isEmpty() ? "" : word + String.join(", ", parts);
    }

    private static AttributeValue number(BigDecimal value) {
        return AttributeValue.fromN(value.toPlainString());
    }

    /** The row's sort key. */
    static String lane(Map<String, Value> row) {
        return value(row, Aggregate.LANE) instanceof Value.S lane ? lane.value() : "";
    }

    private static Value value(Map<String, Value> row, String attribute) {
        @Nullable Value value = row.get(attribute);
        if (value == null) {
            throw new IllegalStateException("a row without " + attribute + ": " + row.keySet());
        }
        return value;
    }
}
