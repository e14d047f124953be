package dev.penstock.local.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/** The JSON that SNS wraps a message in (Amazon SNS Developer Guide, "Parsing message formats"). */
final class Envelope {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Envelope() {}

    /** For queues and web servers. */
    static String notification(Message message, Subscription subscription) {
        return json(members(message, subscription, "SigningCertURL", "UnsubscribeURL"));
    }

    /** For Lambda functions. */
    static String lambdaEvent(Message message, Subscription subscription) {
        Map<String, Object> sns = members(message, subscription, "SigningCertUrl", "UnsubscribeUrl");
        sns.putIfAbsent("Subject", null);
        sns.putIfAbsent("MessageAttributes", Map.of());
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("EventSource", "aws:sns");
        envelope.put("EventVersion", "1.0");
        envelope.put("EventSubscriptionArn", subscription.arn());
        envelope.put("Sns", sns);
        return json(Map.of("Records", List.of(envelope)));
    }

    private static Map<String, Object> members(
            Message message, Subscription subscription, String certificate, String unsubscribe) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("Type", "Notification");
        members.put("MessageId", message.id());
        if (message.deduplicationId() != null) {
            members.put("SequenceNumber", "10000000000000000000");
        }
        members.put("TopicArn", message.topicArn());
        if (message.subject() != null) {
            members.put("Subject", message.subject());
        }
        members.put("Message", message.body());
        members.put("Timestamp", message.time());
        members.put("SignatureVersion", "1");
        members.put("Signature", "UNSIGNED");
        members.put(certificate, "http://localhost/not-signed.pem");
        members.put(unsubscribe, "http://localhost/?Action=Unsubscribe&SubscriptionArn=" + subscription.arn());
        if (!message.attributes().isEmpty()) {
            Map<String, Object> attributes = new LinkedHashMap<>();
            message.attributes().forEach((name, value) -> attributes.put(name, attribute(value)));
            members.put("MessageAttributes", attributes);
        }
        return members;
    }

    private static Map<String, String> attribute(MessageAttributeValue value) {
        String text = value.binaryValue() == null
                ? String.valueOf(value.stringValue())
                : Base64.getEncoder().encodeToString(value.binaryValue().asByteArray());
        return Map.of("Type", String.valueOf(value.dataType()), "Value", text);
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
