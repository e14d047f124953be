package dev.penstock.local.regions;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a witness region keeps of writes that a replica has not got yet: the last one of each item. It is empty while all
 * replicas are connected. Guarded by the lock of {@link StrongTables}.
 */
final class WitnessLog {
    private final Map<InFlight.Item, Last> writes = new HashMap<>();

    /**
     * The last write of an item.
     *
     * @param item new image, or at least the key of a deleted one
     */
    record Last(Map<String, AttributeValue> item, boolean deleted, Version version) {}

    synchronized void record(InFlight.Item item, Last last) {
        writes.merge(item, last, (one, other) -> one.version().compareTo(other.version()) >= 0 ? one : other);
    }

    synchronized List<Last> of(String table) {
        return writes.entrySet().stream()
                .filter(entry -> entry.getKey().table().equals(table))
                .map(Map.Entry::getValue)
                .toList();
    }

    synchronized void forget(String table) {
        writes.keySet().removeIf(item -> item.table().equals(table));
    }
}
