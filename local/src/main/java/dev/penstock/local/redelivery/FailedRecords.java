package dev.penstock.local.redelivery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.lambdas.diversion.FailureBucket;
import java.time.Instant;

/**
 * An object of the failure bucket: records that a handler diverted, or that Lambda gave up on.
 *
 * @param key of the object
 * @param etag of the content that was read
 * @param consumer whose records they are
 * @param function what Invoke takes to deliver them again
 * @param reason why they are here: the handler's words, or Lambda's condition
 * @param count of records
 * @param oldest time of the oldest record, whole seconds
 * @param event what the function is invoked with; it has the records as they were first delivered
 */
public record FailedRecords(
        String key,
        String etag,
        String consumer,
        String function,
        String reason,
        int count,
        Instant oldest,
        ObjectNode event) {

    /** An object without records, which no consumer and no Lambda has written. */
    static FailedRecords foreign(String key, String reason) {
        return new FailedRecords(key, "", "", "", reason, 0, Instant.EPOCH, JsonNodeFactory.instance.objectNode());
    }

    boolean isForeign() {
        return count == 0;
    }

    /** Lambda gave up on them, where a handler would have diverted them. */
    boolean isDiscarded() {
        return !key.startsWith(FailureBucket.PREFIX);
    }
}
