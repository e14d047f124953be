package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.ItemKey;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** Writes that were made in another region first. */
final class ReplicatedWrites {
    private final WriteGate gate;

    ReplicatedWrites(WriteGate gate) {
        this.gate = gate;
    }

    /**
     * Makes the item what it became elsewhere, if that write wins here.
     *
     * @param wins asked while the item is locked
     * @param remember appended when the item was that already, so that it is known that the write won
     * @return whether it won
     * @throws AwsError TransactionConflictException while a transaction holds the item: try again
     */
    boolean apply(
            Table table,
            Map<String, AttributeValue> item,
            boolean deleted,
            Cause.Replication origin,
            Predicate<ItemKey> wins,
            Document remember) {
        ItemKey key = table.key(item);
        try (KeyLocks.Hold _ = gate.lock(key)) {
            if (!wins.test(key)) {
                return false;
            }
            gate.forget(key);
            return gate.commit(List.of(table), () -> {
                Map<String, AttributeValue> before = deleted ? delete(table, item) : put(table, item);
                Map<String, AttributeValue> after = deleted ? null : item;
                return Images.same(before, after)
                        ? new WriteGate.Commit<>(true, List.of(), List.of(remember))
                        : new WriteGate.Commit<>(true, List.of(new Change(table.number(), before, after, origin)));
            });
        }
    }

    private @Nullable Map<String, AttributeValue> put(Table table, Map<String, AttributeValue> item) {
        var response = gate.engine.putItem(
                put -> put.tableName(table.name()).item(item).returnValues(ReturnValue.ALL_OLD));
        return response.hasAttributes() ? response.attributes() : null;
    }

    private @Nullable Map<String, AttributeValue> delete(Table table, Map<String, AttributeValue> item) {
        var response = gate.engine.deleteItem(delete ->
                delete.tableName(table.name()).key(table.keyNames().of(item)).returnValues(ReturnValue.ALL_OLD));
        return response.hasAttributes() ? response.attributes() : null;
    }
}
