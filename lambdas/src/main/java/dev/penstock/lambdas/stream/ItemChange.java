package dev.penstock.lambdas.stream;

import dev.penstock.lambdas.item.Value;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of one item, as its stream tells it.
 *
 * @param eventId the same at each delivery
 * @param sequenceNumber as delivered, for the answer to Lambda
 * @param origin region and account of the source: {@code REGION/ACCOUNT}
 * @param table physical name of the source
 * @param label of the stream
 * @param time when it was committed, whole seconds
 * @param oldImage {@code null} for an insert
 * @param newImage {@code null} for a removal
 * @param expired removed by TTL, not by a user
 */
public record ItemChange(
        String eventId,
        Kind kind,
        String sequenceNumber,
        String origin,
        String table,
        String label,
        Instant time,
        Map<String, Value> key,
        @Nullable Map<String, Value> oldImage,
        @Nullable Map<String, Value> newImage,
        boolean expired) {

    /** As {@code eventName}. */
    public enum Kind {
        INSERT,
        MODIFY,
        REMOVE
    }

    /** The stream that told it, with the table left out: {@code REGION/ACCOUNT/LABEL}. */
    public String stream() {
        return origin + "/" + label;
    }

    /** Where it stands in the history, given the epoch of its stream. */
    public Guard guard(int epoch) {
        return Guard.of(epoch, label, sequenceNumber);
    }
}
