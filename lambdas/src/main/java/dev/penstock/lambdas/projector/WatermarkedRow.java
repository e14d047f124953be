package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.Shares;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.ItemChange;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Counts into the row of one group and shard what lies above its watermark. There may be no such row though the shard has
 * counted into one before: {@link Folding} takes away rows whose newest record can't come again, so what is counted then
 * is new, and a new row begins with it.
 */
final class WatermarkedRow {
    /** Two invocations of one shard overlap only after a timeout, so one repetition is the rule, more are a storm. */
    private static final int ATTEMPTS = 10;

    private final DynamoDbClient client;
    private final TableNames names;

    WatermarkedRow(DynamoDbClient client, TableNames names) {
        this.client = client;
        this.names = names;
    }

    /**
     * Counts the shares above the watermark and moves it to the last of them.
     *
     * @param shares by padded sequence number
     * @param newest when the newest of their records was written
     * @return whether all of them were above it; what was not has been counted before, or has a hole by now
     * @throws IllegalStateException when others keep changing the row
     */
    boolean count(
            Aggregate aggregate,
            String group,
            String lane,
            SortedMap<String, Map<String, BigDecimal>> shares,
            Instant newest) {
        boolean reversible = aggregate.measures().stream().allMatch(Measure::isReversible);
        Map<String, Value> stored = reversible ? null : read(aggregate, group, lane);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            SortedMap<String, Map<String, BigDecimal>> above = above(shares, stored);
            if (above.isEmpty()) {
                return false;
            }
            try {
                client.updateItem(update(aggregate, group, lane, above, newest, stored));
                return above.size() == shares.size();
            } catch (ConditionalCheckFailedException moved) {
                stored = Items.fromSdk(moved.item());
            }
        }
        throw new IllegalStateException("row " + group + " of " + aggregate.tableName() + " kept changing");
    }

    /** Moves the watermark past a record without counting it, unless it is past it already. */
    TransactWriteItem passed(Aggregate aggregate, String group, String lane, ItemChange change) {
        Map<String, String> attributes = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        List<String> sets = new ArrayList<>();
        counted(Guard.padded(change.sequenceNumber()), change.time(), attributes, values, sets);
        shown(aggregate, group, attributes, values, sets);
        return TransactWriteItem.builder()
                .update(update -> update.tableName(names.physical(aggregate.tableName()))
                        .key(key(group, lane))
                        .updateExpression("SET " + String.join(", ", sets))
                        .conditionExpression("attribute_not_exists(#w) OR #w < :w")
                        .expressionAttributeNames(attributes)
                        .expressionAttributeValues(values))
                .build();
    }

    /** Watermark and time move together, so that a row's time is never older than what its watermark keeps out. */
    private static void counted(
            String watermark,
            Instant time,
            Map<String, String> attributes,
            Map<String, AttributeValue> values,
            List<String> sets) {
        attributes.putAll(Map.of("#w", Aggregate.WATERMARK, "#c", Aggregate.COUNTED_AT));
        values.put(":w", AttributeValue.fromS(watermark));
        values.put(":c", seconds(time));
        sets.addAll(List.of("#w = :w", "#c = :c"));
    }

    private static AttributeValue seconds(Instant time) {
        return AttributeValue.fromN(Long.toString(time.getEpochSecond()));
    }

    static void shown(
            Aggregate aggregate,
            String group,
            Map<String, String> attributes,
            Map<String, AttributeValue> values,
            List<String> sets) {
        Shares.shown(aggregate, group).forEach((name, value) -> {
            String n = Integer.toString(sets.size());
            attributes.put("#s" + n, name);
            values.put(":s" + n, Items.toSdk(value));
            sets.add("#s" + n + " = :s" + n);
        });
    }

    /**
     * Puts a row that holds one share.
     *
     * @param time of the record: what keeps it from being counted again is its hole, not this row
     */
    TransactWriteItem filled(
            Aggregate aggregate, String group, String lane, Map<String, BigDecimal> share, Instant time) {
        Map<String, AttributeValue> item = new HashMap<>(key(group, lane));
        item.put(Aggregate.COUNTED_AT, seconds(time));
        Shares.shown(aggregate, group).forEach((name, value) -> item.put(name, Items.toSdk(value)));
        share.forEach((measure, value) -> item.put(measure, AttributeValue.fromN(value.toPlainString())));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(names.physical(aggregate.tableName())).item(item))
                .build();
    }

    private static SortedMap<String, Map<String, BigDecimal>> above(
            SortedMap<String, Map<String, BigDecimal>> shares, @Nullable Map<String, Value> stored) {
        return stored != null && stored.get(Aggregate.WATERMARK) instanceof Value.S watermark
                ? shares.tailMap(watermark.value() + "\0")
                : shares;
    }

    private Map<String, Value> read(Aggregate aggregate, String group, String lane) {
        return Items.fromSdk(client.getItem(request -> request.tableName(names.physical(aggregate.tableName()))
                        .key(key(group, lane))
                        .consistentRead(true))
                .item());
    }

    private UpdateItemRequest update(
            Aggregate aggregate,
            String group,
            String lane,
            SortedMap<String, Map<String, BigDecimal>> above,
            Instant newest,
            @Nullable Map<String, Value> stored) {
        Map<String, String> attributes = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        List<String> sets = new ArrayList<>();
        counted(above.lastKey(), newest, attributes, values, sets);
        List<String> adds = new ArrayList<>();
        shown(aggregate, group, attributes, values, sets);
        total(aggregate, above).forEach((measure, total) -> {
            String n = Integer.toString(sets.size() + adds.size());
            attributes.put("#m" + n, measure.name());
            boolean adding = measure.isReversible();
            BigDecimal value = !adding && stored != null && stored.get(measure.name()) instanceof Value.N old
                    ? Shares.combine(measure, old.value(), total)
                    : total;
            values.put(":m" + n, AttributeValue.fromN(value.toPlainString()));
            if (adding) {
                adds.add("#m" + n + " :m" + n);
            } else {
                sets.add("#m" + n + " = :m" + n);
            }
        });
        return UpdateItemRequest.builder()
                .tableName(names.physical(aggregate.tableName()))
                .key(key(group, lane))
                .updateExpression("SET " + String.join(", ", sets) + " ADD " + String.join(", ", adds))
                .conditionExpression(condition(above, stored, values))
                .expressionAttributeNames(attributes)
                .expressionAttributeValues(values)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    private static String condition(
            SortedMap<String, ?> above, @Nullable Map<String, Value> stored, Map<String, AttributeValue> values) {
        if (stored == null) {
            values.put(":first", AttributeValue.fromS(above.firstKey()));
            return "attribute_not_exists(#w) OR #w < :first";
        }
        Value watermark = stored.get(Aggregate.WATERMARK);
        if (watermark == null) {
            return "attribute_not_exists(#w)";
        }
        values.put(":stored", Items.toSdk(watermark));
        return "#w = :stored";
    }

    private static Map<Measure, BigDecimal> total(
            Aggregate aggregate, SortedMap<String, Map<String, BigDecimal>> above) {
        Map<Measure, BigDecimal> totals = new HashMap<>();
        for (Map<String, BigDecimal> share : above.values()) {
            for (Measure measure : aggregate.measures()) {
                BigDecimal value = share.get(measure.name());
                if (value != null) {
                    totals.merge(measure, value, (a, b) -> Shares.combine(measure, a, b));
                }
            }
        }
        Map<Measure, BigDecimal> ordered = new TreeMap<>((a, b) -> a.name().compareTo(b.name()));
        ordered.putAll(totals);
        return ordered;
    }

    static Map<String, AttributeValue> key(String group, String lane) {
        return Map.of(Aggregate.GROUP, AttributeValue.fromS(group), Aggregate.LANE, AttributeValue.fromS(lane));
    }
}
