package dev.penstock.local.expiry;

import dev.penstock.local.clock.Listening;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;

/** A table of the store, as the sweeper needs it. */
record StoredExpiringTable(RegionStore store, Table table, String attribute) implements ExpiringTable {

    @Override
    public Listening follow(Listener listener) {
        Set<ItemKey> changed = ConcurrentHashMap.newKeySet();
        Listening following = store.journal().follow(new Follower() {
            @Override
            public void appended(List<Entry> entries, long location) {
                for (Entry entry : entries) {
                    Change change = entry.change();
                    if (change.table() == table.number()) {
                        changed.add(table.key(change.anyImage()));
                        listener.item(table.keyNames().of(change.anyImage()), change.after());
                    }
                }
            }

            @Override
            public void wake(List<Entry> entries) {}
        });
        // What changed since is known already, and newer than what the scan saw.
        store.scan(table, item -> {
            if (!changed.contains(table.key(item))) {
                listener.item(table.keyNames().of(item), item);
            }
        });
        return following;
    }

    @Override
    public void expire(Map<String, AttributeValue> key, AttributeValue expiry) {
        DeleteItemRequest delete = DeleteItemRequest.builder()
                .tableName(table.name())
                .key(key)
                .conditionExpression("#ttl = :expiry")
                .expressionAttributeNames(Map.of("#ttl", attribute))
                .expressionAttributeValues(Map.of(":expiry", expiry))
                .build();
        try {
            store.delete(delete, Cause.EXPIRY);
        } catch (ConditionalCheckFailedException changed) {
            // The item lives on: its expiry was put off, or it is gone already.
        } catch (AwsError refused) {
            if (!refused.code().equals("ResourceNotFoundException")) {
                throw refused;
            }
        }
    }
}
