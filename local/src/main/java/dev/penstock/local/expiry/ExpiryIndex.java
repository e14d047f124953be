package dev.penstock.local.expiry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The items of a table by the second they expire, so that a sweep costs what it deletes and not what the table holds.
 * Threadsafe.
 */
final class ExpiryIndex implements ExpiringTable.Listener {
    private final String attribute;
    private final TreeMap<Long, Set<Map<String, AttributeValue>>> bySecond = new TreeMap<>();
    private final Map<Map<String, AttributeValue>, Expiry> byKey = new HashMap<>();

    /** An item and the value of its TTL attribute. */
    record Expiring(Map<String, AttributeValue> key, AttributeValue expiry) {}

    private record Expiry(long second, AttributeValue value) {}

    ExpiryIndex(String attribute) {
        this.attribute = attribute;
    }

    @Override
    public synchronized void item(Map<String, AttributeValue> key, @Nullable Map<String, AttributeValue> item) {
        forget(key);
        AttributeValue value = item == null ? null : item.get(attribute);
        OptionalLong second = value == null ? OptionalLong.empty() : TtlRule.expiresAt(value);
        if (value != null && second.isPresent()) {
            byKey.put(key, new Expiry(second.getAsLong(), value));
            bySecond.computeIfAbsent(second.getAsLong(), none -> new HashSet<>(2))
                    .add(key);
        }
    }

    /** Up to {@code most} items that expired in {@code from..until}, the earliest first; both bounds included. */
    synchronized List<Expiring> expired(long from, long until, int most) {
        List<Expiring> expired = new ArrayList<>();
        if (from > until) {
            return expired;
        }
        for (Set<Map<String, AttributeValue>> keys :
                bySecond.subMap(from, true, until, true).values()) {
            for (Map<String, AttributeValue> key : keys) {
                if (expired.size() == most) {
                    return expired;
                }
                Expiry expiry = byKey.get(key);
                if (expiry != null) {
                    expired.add(new Expiring(key, expiry.value()));
                }
            }
        }
        return expired;
    }

    /** Not to be offered again, unless the item was changed in the meantime. */
    synchronized void done(Expiring item) {
        Expiry held = byKey.get(item.key());
        if (held != null && held.value().equals(item.expiry())) {
            forget(item.key());
        }
    }

    private void forget(Map<String, AttributeValue> key) {
        Expiry before = byKey.remove(key);
        if (before != null) {
            Set<Map<String, AttributeValue>> keys = bySecond.get(before.second());
            if (keys != null && keys.remove(key) && keys.isEmpty()) {
                bySecond.remove(before.second());
            }
        }
    }
}
