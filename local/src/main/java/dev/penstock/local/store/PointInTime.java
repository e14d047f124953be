package dev.penstock.local.store;

import dev.penstock.local.journal.KeyNames;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.journal.Past;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The state of a table at a time T, exact though writes go on meanwhile: read from the journal's newest checkpoint and
 * the changes between it and T, never from the engine.
 *
 * <p>Its cost is the table plus the changes since T, whatever the length of the history: what follows a checkpoint is
 * never much more than the checkpoint.
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
        KeyNames keys = table.keyNames();
        store.journal().settle(at);
        // In a deletion all others wait for the end of it.
        boolean isAlone = store.isAlone();
        Courtesy.Pace pace = store.courtesy().new Pace();
        try (Past past = store.journal().past(at)) {
            past.items(number -> number == table.number() ? keys : null, (number, item) -> {
                items.accept(item);
                if (!isAlone) {
                    pace.item();
                }
            });
        }
    }
}
