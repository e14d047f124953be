package dev.penstock.local.sns;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/**
 * One published message.
 *
 * @param time ISO 8601 with milliseconds
 * @param groupId and deduplicationId of FIFO topics only
 */
record Message(
        String id,
        String topicArn,
        @Nullable String subject,
        String body,
        String time,
        Map<String, MessageAttributeValue> attributes,
        @Nullable String groupId,
        @Nullable String deduplicationId) {}
