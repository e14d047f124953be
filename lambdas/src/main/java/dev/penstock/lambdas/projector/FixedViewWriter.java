package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.ViewRows;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Views whose key depends on the source key alone: the row carries the guard itself, and one conditional write per
 * item is all. An item that leaves the view leaves a tombstone with its guard, which readers skip.
 */
final class FixedViewWriter {
    private final DynamoDbClient client;
    private final TableNames names;
    private final Table source;
    private final UnaryOperator<Guard> renew;

    /**
     * @param renew gives a guard with the source's present epoch in place of the one it has
     */
    FixedViewWriter(DynamoDbClient client, TableNames names, Table source, UnaryOperator<Guard> renew) {
        this.client = client;
        this.names = names;
        this.source = source;
        this.renew = renew;
    }

    /**
     * Shows the item, or nothing when {@code image} is none or not accepted, unless the row is already past the guard.
     *
     * @throws PoisonException when no key can be made of the item; it is then taken out of the view, unless a later
     *     change of it has been applied already
     */
    void write(View view, Map<String, Value> key, @Nullable Map<String, Value> image, Guard guard, Instant time) {
        try {
            List<ViewRows.Row> rows = image == null ? List.of() : ViewRows.of(view, source, image);
            put(
                    view,
                    rows.isEmpty()
                            ? tombstone(view, key, time)
                            : rows.getFirst().attributes(),
                    guard);
        } catch (PoisonException poison) {
            if (put(view, tombstone(view, key, time), guard) != Put.OVERTAKEN) {
                throw poison;
            }
        }
    }

    /**
     * Shows the item as it is now, unless the stream writes the row between the reading of its guard and this write.
     *
     * @param image reads the item, after the guard was read
     * @return false when the stream was there meanwhile
     */
    boolean renew(View view, Map<String, Value> key, Supplier<@Nullable Map<String, Value>> image, Instant time) {
        Map<String, Value> rowKey = ViewRows.keyOf(view, key);
        Value stored = Items.fromSdk(client.getItem(request -> request.tableName(names.physical(view.tableName()))
                                .key(Items.toSdk(rowKey))
                                .consistentRead(true))
                        .item())
                .get(View.GUARD);
        Map<String, Value> item = image.get();
        List<ViewRows.Row> rows;
        try {
            rows = item == null ? List.of() : ViewRows.of(view, source, item);
        } catch (PoisonException leftOut) {
            rows = List.of();
        }
        Map<String, Value> row = new HashMap<>(
                rows.isEmpty() ? tombstone(view, key, time) : rows.getFirst().attributes());
        row.put(View.GUARD, stored == null ? Value.string(Guard.REBUILT.text()) : stored);
        try {
            client.putItem(request -> {
                request.tableName(names.physical(view.tableName()))
                        .item(Items.toSdk(row))
                        .expressionAttributeNames(Map.of("#g", View.GUARD));
                if (stored == null) {
                    request.conditionExpression("attribute_not_exists(#g)");
                } else {
                    request.conditionExpression("#g = :g").expressionAttributeValues(Map.of(":g", Items.toSdk(stored)));
                }
            });
            return true;
        } catch (ConditionalCheckFailedException overtaken) {
            return false;
        }
    }

    private Map<String, Value> tombstone(View view, Map<String, Value> key, Instant time) {
        // The view key depends on the source key alone, so an image of the key alone has it.
        Map<String, Value> row = new HashMap<>(ViewRows.keyOf(view, key));
        row.put(View.REMOVED, new Value.Bool(true));
        row.put(View.TTL, Value.number(time.plus(Transaction.TOMBSTONE).getEpochSecond()));
        return row;
    }

    private enum Put {
        WRITTEN,
        /** The row has this very guard. */
        REPEATED,
        /** The row has a later one. */
        OVERTAKEN
    }

    private Put put(View view, Map<String, Value> attributes, Guard guard) {
        Map<String, Value> row = new HashMap<>(attributes);
        row.put(View.GUARD, Value.string(guard.text()));
        try {
            client.putItem(request -> request.tableName(names.physical(view.tableName()))
                    .item(Items.toSdk(row))
                    .conditionExpression("attribute_not_exists(#g) OR #g < :g")
                    .expressionAttributeNames(Map.of("#g", View.GUARD))
                    .expressionAttributeValues(Map.of(":g", AttributeValue.fromS(guard.text())))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return Put.WRITTEN;
        } catch (ConditionalCheckFailedException past) {
            AttributeValue value = past.item().get(View.GUARD);
            Guard stored = value == null ? guard : new Guard(value.s());
            if (stored.epoch() > guard.epoch()) {
                Guard renewed = renew.apply(guard);
                if (renewed.epoch() > guard.epoch()) {
                    return put(view, attributes, renewed);
                }
            }
            return stored.equals(guard) ? Put.REPEATED : Put.OVERTAKEN;
        }
    }
}
