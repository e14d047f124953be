package dev.penstock.local.streams;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One item-level change as a stream shows it. Images are both present here whatever the stream's view type; the view
 * type is applied where a record leaves the runtime.
 *
 * @param eventId 32 hexadecimal digits, the same at each delivery
 * @param committed commit time, microsecond precision; the Streams API shows whole seconds
 * @param userIdentity {@code null} for a user's write; for a TTL delete type Service, principal dynamodb.amazonaws.com
 */
public record StreamRecord(
        String eventId,
        EventName eventName,
        BigInteger sequenceNumber,
        Instant committed,
        Map<String, AttributeValue> keys,
        @Nullable Map<String, AttributeValue> oldImage,
        @Nullable Map<String, AttributeValue> newImage,
        long sizeBytes,
        @Nullable UserIdentity userIdentity) {

    /** As the stream names it. */
    public enum EventName {
        INSERT,
        MODIFY,
        REMOVE
    }

    /** Who made the change when it was not a user. */
    public record UserIdentity(String type, String principalId) {
        /** The identity of a TTL delete. */
        public static final UserIdentity TTL = new UserIdentity("Service", "dynamodb.amazonaws.com");
    }
}
