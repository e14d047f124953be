package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.Shares;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** One TransactWriteItems call: the control rows first, in the order given, then rows, then sums of shares. */
final class Transaction {
    /** How long a control row outlives its item; one that remembers what survives expiry stays. */
    static final Duration TOMBSTONE = FailureBucket.REMEMBERED;

    private final TableNames names;
    private final String control;
    private final Set<String> known;
    private final Map<String, Aggregate> aggregates;
    private final List<TransactWriteItem> controls = new ArrayList<>();
    private final List<TransactWriteItem> rows = new ArrayList<>();
    private final Map<List<String>, Map<String, BigDecimal>> adds = new LinkedHashMap<>();

    /**
     * @param known tables that this code may know something of in a control row
     */
    Transaction(TableNames names, String control, Set<String> known, Map<String, Aggregate> aggregates) {
        this.names = names;
        this.control = control;
        this.known = known;
        this.aggregates = aggregates;
    }

    /** Takes an item all the way, or as far as {@code reached}, which keeps the guard it had. */
    void add(Pending item, Step step, Remembered reached, String guard, boolean complete) {
        if (item.expected instanceof Expected.OlderWithOldImage && !item.before.isEmpty() && !reached.isEmpty()) {
            controls.add(update(item, reached, guard));
        } else {
            Map<String, Value> row = new HashMap<>(item.key);
            row.put(ControlRow.GUARD, Value.string(guard));
            row.put(ControlRow.EFFECTS, reached.toValue());
            if (complete && item.removed && reached.isEmpty()) {
                row.put(
                        ControlRow.EXPIRES_AT,
                        Value.number(item.time.plus(TOMBSTONE).getEpochSecond()));
            }
            controls.add(put(row, item));
        }
        for (Action action : step.actions()) {
            switch (action) {
                case Action.DeleteRow delete ->
                    rows.add(TransactWriteItem.builder()
                            .delete(Delete.builder()
                                    .tableName(names.physical(delete.table()))
                                    .key(Items.toSdk(delete.key()))
                                    .build())
                            .build());
                case Action.PutRow put ->
                    rows.add(TransactWriteItem.builder()
                            .put(Put.builder()
                                    .tableName(names.physical(put.table()))
                                    .item(Items.toSdk(put.attributes()))
                                    .build())
                            .build());
                case Action.Add add -> {
                    Map<String, BigDecimal> sum =
                            adds.computeIfAbsent(List.of(add.table(), add.group()), ignored -> new TreeMap<>());
                    add.delta().forEach((measure, value) -> sum.merge(measure, value, BigDecimal::add));
                }
            }
        }
    }

    TransactWriteItemsRequest request() {
        List<TransactWriteItem> all = new ArrayList<>(controls);
        all.addAll(rows);
        // Any lane will do: readers sum them, and the transaction decides alone whether it counts.
        int lane = controls.hashCode();
        adds.forEach((group, delta) -> {
            delta.values().removeIf(value -> value.signum() == 0);
            if (!delta.isEmpty()) {
                all.add(add(group.getFirst(), group.getLast(), delta, lane));
            }
        });
        return TransactWriteItemsRequest.builder().transactItems(all).build();
    }

    /**
     * The fast path of an item that is there and stays. The row was not read, so it may remember more than this code knows,
     * which is left as it is.
     */
    private TransactWriteItem update(Pending item, Remembered reached, String guard) {
        Map<String, Value> before = item.before.toValue().values();
        Map<String, Value> after = reached.toValue().values();
        Map<String, String> attributes =
                new HashMap<>(Map.of("#g", ControlRow.GUARD, "#e", ControlRow.EFFECTS, "#x", ControlRow.EXPIRES_AT));
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":new", AttributeValue.fromS(guard)));
        StringBuilder condition = new StringBuilder("#g < :new");
        StringBuilder sets = new StringBuilder("SET #g = :new");
        StringBuilder removes = new StringBuilder(" REMOVE #x");
        int index = 0;
        for (String table : known) {
            String n = Integer.toString(index++);
            String path = "#e.#t" + n;
            Value was = before.get(table);
            Value is = after.get(table);
            attributes.put("#t" + n, table);
            if (was == null) {
                condition.append(" AND attribute_not_exists(").append(path).append(')');
            } else {
                condition.append(" AND ").append(path).append(" = :b").append(n);
                values.put(":b" + n, Items.toSdk(was));
            }
            if (is != null && !is.equals(was)) {
                sets.append(", ").append(path).append(" = :a").append(n);
                values.put(":a" + n, Items.toSdk(is));
            } else if (is == null && was != null) {
                removes.append(", ").append(path);
            }
        }
        return TransactWriteItem.builder()
                .update(Update.builder()
                        .tableName(names.physical(control))
                        .key(Items.toSdk(item.key))
                        .conditionExpression(condition.toString())
                        .updateExpression(sets.append(removes).toString())
                        .expressionAttributeNames(attributes)
                        .expressionAttributeValues(values)
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                        .build())
                .build();
    }

    private TransactWriteItem put(Map<String, Value> row, Pending item) {
        Map<String, AttributeValue> values = new HashMap<>();
        Map<String, String> attributes = new HashMap<>(Map.of("#g", ControlRow.GUARD));
        String condition = switch (item.expected) {
            case Expected.Absent ignored -> "attribute_not_exists(#g)";
            case Expected.Exactly exactly -> {
                values.put(":stored", AttributeValue.fromS(exactly.guard().text()));
                yield "#g = :stored AND #e = :before";
            }
            case Expected.OlderWithOldImage ignored -> {
                values.put(":new", AttributeValue.fromS(item.guard.text()));
                String older = "#g < :new AND #e = :before";
                yield item.before.isEmpty() ? "attribute_not_exists(#g) OR (" + older + ")" : older;
            }
        };
        if (condition.contains("#e")) {
            attributes.put("#e", ControlRow.EFFECTS);
            values.put(":before", Items.toSdk(item.before.toValue()));
        }
        Put.Builder put = Put.builder()
                .tableName(names.physical(control))
                .item(Items.toSdk(row))
                .conditionExpression(condition)
                .expressionAttributeNames(attributes)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
        if (!values.isEmpty()) {
            put.expressionAttributeValues(values);
        }
        return TransactWriteItem.builder().put(put.build()).build();
    }

    private TransactWriteItem add(String table, String group, Map<String, BigDecimal> delta, int lane) {
        Aggregate aggregate = aggregates.get(table);
        if (aggregate == null) {
            throw new IllegalStateException("no aggregate keeps its rows in " + table);
        }
        Map<String, String> attributes = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        List<String> sets = new ArrayList<>();
        Shares.shown(aggregate, group).forEach((name, value) -> {
            String n = Integer.toString(sets.size());
            attributes.put("#s" + n, name);
            values.put(":s" + n, Items.toSdk(value));
            sets.add("#s" + n + " = :s" + n);
        });
        List<String> additions = new ArrayList<>();
        delta.forEach((measure, value) -> {
            String n = Integer.toString(additions.size());
            attributes.put("#a" + n, measure);
            values.put(":a" + n, AttributeValue.fromN(value.toPlainString()));
            additions.add("#a" + n + " :a" + n);
        });
        return TransactWriteItem.builder()
                .update(Update.builder()
                        .tableName(names.physical(table))
                        .key(Map.of(
                                Aggregate.GROUP, AttributeValue.fromS(group),
                                Aggregate.LANE,
                                        AttributeValue.fromS(Integer.toString(Math.floorMod(lane, aggregate.lanes())))))
                        .updateExpression("SET " + String.join(", ", sets) + " ADD " + String.join(", ", additions))
                        .expressionAttributeNames(attributes)
                        .expressionAttributeValues(values)
                        .build())
                .build();
    }
}
