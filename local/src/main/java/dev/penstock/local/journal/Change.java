package dev.penstock.local.journal;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One item-level change: what the item was and what it became.
 *
 * @param table number of the table, unique in the region for ever: a table made anew under an old name gets another
 * @param before {@code null} when there was no such item
 * @param after {@code null} when the item was deleted
 */
public record Change(
        int table,
        @Nullable Map<String, AttributeValue> before,
        @Nullable Map<String, AttributeValue> after,
        Cause cause) {

    public Change {
        if (before == null && after == null) {
            throw new IllegalArgumentException("a change needs an image before or after it; table " + table);
        }
    }

    /** The image that certainly exists, for reading the item's key. */
    public Map<String, AttributeValue> anyImage() {
        Map<String, AttributeValue> image = after == null ? before : after;
        return Objects.requireNonNull(image);
    }
}
