package dev.penstock.local.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.event.ruler.Ruler;

/**
 * Who gets a topic's messages.
 *
 * @param protocol {@code sqs}, {@code lambda}, {@code http}, {@code https} or {@code email}
 * @param attributes as set: FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy
 */
record Subscription(String arn, String topicArn, String protocol, String endpoint, Map<String, String> attributes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Subscription of(String arn, String topicArn, String protocol, String endpoint, Map<String, String> given) {
        return new Subscription(arn, topicArn, protocol, endpoint, new ConcurrentHashMap<>(given));
    }

    boolean isRaw() {
        return Boolean.parseBoolean(attributes.getOrDefault("RawMessageDelivery", "false"));
    }

    /** Nobody reads mail here to confirm, so a subscription by mail stays pending as it does on AWS. */
    boolean isPending() {
        return protocol.startsWith("email");
    }

    /** Whether the message passes the filter policy. */
    boolean accepts(Message message) {
        String policy = attributes.get("FilterPolicy");
        if (policy == null || policy.isBlank() || policy.equals("{}")) {
            return true;
        }
        boolean byBody = attributes
                .getOrDefault("FilterPolicyScope", "MessageAttributes")
                .equals("MessageBody");
        try {
            String subject = byBody ? message.body() : attributesOf(message).toString();
            return JSON.readTree(subject).isObject() && Ruler.matchesRule(subject, policy);
        } catch (Exception noJson) {
            return false;
        }
    }

    private static ObjectNode attributesOf(Message message) throws JsonProcessingException {
        ObjectNode event = JSON.createObjectNode();
        for (Map.Entry<String, MessageAttributeValue> entry :
                message.attributes().entrySet()) {
            String value = entry.getValue().stringValue();
            String type = String.valueOf(entry.getValue().dataType());
            if (value == null) {
                continue;
            }
            if (type.startsWith("Number")) {
                event.put(entry.getKey(), new BigDecimal(value));
            } else if (type.equals("String.Array")) {
                JsonNode array = JSON.readTree(value);
                event.set(entry.getKey(), array);
            } else {
                event.put(entry.getKey(), value);
            }
        }
        return event;
    }
}
