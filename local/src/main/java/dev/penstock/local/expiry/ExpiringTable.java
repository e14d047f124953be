package dev.penstock.local.expiry;

import dev.penstock.local.clock.Listening;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A table with time to live enabled, as the sweeper needs it. */
public interface ExpiringTable {

    /** The name of the TTL attribute. */
    String attribute();

    /**
     * Tells every item there is, and from then on each change to one, in commit order per item.
     *
     * @return ends the telling when closed
     */
    Listening follow(Listener listener);

    /**
     * Deletes the item as TTL does: the stream shows a REMOVE with the identity of the service.
     *
     * @param expiry the value its TTL attribute must still have; nothing happens when it has another or is gone
     */
    void expire(Map<String, AttributeValue> key, AttributeValue expiry);

    /** Told of items; {@code item} is {@code null} when it was deleted. */
    @FunctionalInterface
    interface Listener {
        void item(Map<String, AttributeValue> key, @Nullable Map<String, AttributeValue> item);
    }
}
