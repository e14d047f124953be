package dev.penstock.local.store;

import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.ItemSpill;
import dev.penstock.local.journal.Micros;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The state of a table at a time T: the table as it is now, with every key that changed after T put back to the old
 * image of its first change after T. Exact though writes go on meanwhile.
 *
 * <p>Its cost is the table plus the changes since T, whatever the length of the history.
 */
public final class PointInTime {
    private final RegionStore store;

    PointInTime(RegionStore store) {
        this.store = store;
    }

    /**
     * Gives each item of the table at time T to the consumer, once, in no order.
     *
     * @param time not before the table was made and within the journal's {@link
     *     dev.penstock.local.journal.Journal#RETENTION}; changes committed at that microsecond are in
     */
    public void scan(Table table, Instant time, Consumer<Map<String, AttributeValue>> items) {
        long at = Micros.of(time);
        try (ItemSpill now = ItemSpill.create()) {
            // A fuzzy scan is enough: a key untouched since T is stable, any other is put back below.
            Scan.of(store.engine(), table.name(), page -> page.forEach(now::add));
            store.passBarrier();
            Map<ItemKey, Optional<Map<String, AttributeValue>>> changed = changedSince(table, at);
            now.forEach(item -> {
                if (!changed.containsKey(table.key(item))) {
                    items.accept(item);
                }
            });
            changed.values().forEach(image -> image.ifPresent(items));
        }
    }

    private Map<ItemKey, Optional<Map<String, AttributeValue>>> changedSince(Table table, long at) {
        Map<ItemKey, Optional<Map<String, AttributeValue>>> firstImages = new HashMap<>();
        store.journal()
                .changes(number -> number == table.number(), at, store.journal().last(), entry -> {
                    Change change = entry.change();
                    if (entry.committed() > at) {
                        firstImages.putIfAbsent(table.key(change.anyImage()), Optional.ofNullable(change.before()));
                    }
                    return true;
                });
        return firstImages;
    }
}
