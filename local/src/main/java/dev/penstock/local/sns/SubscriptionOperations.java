package dev.penstock.local.sns;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.QueryOperations;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import software.amazon.awssdk.services.sns.model.GetSubscriptionAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetSubscriptionAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsResponse;
import software.amazon.awssdk.services.sns.model.SetSubscriptionAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetSubscriptionAttributesResponse;
import software.amazon.awssdk.services.sns.model.SubscribeRequest;
import software.amazon.awssdk.services.sns.model.SubscribeResponse;
import software.amazon.awssdk.services.sns.model.UnsubscribeRequest;
import software.amazon.awssdk.services.sns.model.UnsubscribeResponse;

/** Makes, lists, configures and ends subscriptions. */
final class SubscriptionOperations {
    private static final Set<String> PROTOCOLS = Set.of("sqs", "lambda", "http", "https", "email", "email-json");

    private final Topics known;

    SubscriptionOperations(Topics known) {
        this.known = known;
    }

    void addTo(QueryOperations operations) {
        operations
                .on("Subscribe", SubscribeRequest::builder, this::subscribe)
                .on("Unsubscribe", UnsubscribeRequest::builder, this::unsubscribe)
                .on("ListSubscriptions", ListSubscriptionsRequest::builder, this::listSubscriptions)
                .on("ListSubscriptionsByTopic", ListSubscriptionsByTopicRequest::builder, this::listByTopic)
                .on("GetSubscriptionAttributes", GetSubscriptionAttributesRequest::builder, this::attributes)
                .on("SetSubscriptionAttributes", SetSubscriptionAttributesRequest::builder, this::setAttributes);
    }

    private SubscribeResponse subscribe(SubscribeRequest request, Request http) {
        known.topic(request.topicArn());
        String protocol = request.protocol() == null ? "" : request.protocol();
        String endpoint = request.endpoint() == null ? "" : request.endpoint();
        if (!PROTOCOLS.contains(protocol)) {
            throw AwsError.notSimulated("sns", "protocol " + protocol);
        }
        boolean isArn = endpoint.startsWith("arn:aws:" + protocol + ":");
        if ((protocol.equals("sqs") || protocol.equals("lambda")) && !isArn) {
            throw Topics.invalid(protocol.equals("sqs") ? "SQS endpoint ARN" : "Lambda endpoint ARN");
        }
        if (protocol.startsWith("http") && !Delivery.isOnThisMachine(endpoint)) {
            throw AwsError.notSimulated("sns", "delivery to " + endpoint + ", which is not on this machine");
        }
        for (Subscription existing : known.of(request.topicArn())) {
            if (existing.protocol().equals(protocol) && existing.endpoint().equals(endpoint)) {
                return SubscribeResponse.builder()
                        .subscriptionArn(existing.arn())
                        .build();
            }
        }
        String arn = request.topicArn() + ":" + UUID.randomUUID();
        Subscription subscription = Subscription.of(arn, request.topicArn(), protocol, endpoint, request.attributes());
        known.subscriptions.put(arn, subscription);
        boolean hidesArn = subscription.isPending() && !Boolean.TRUE.equals(request.returnSubscriptionArn());
        return SubscribeResponse.builder()
                .subscriptionArn(hidesArn ? "pending confirmation" : arn)
                .build();
    }

    private UnsubscribeResponse unsubscribe(UnsubscribeRequest request, Request http) {
        known.subscriptions.remove(String.valueOf(request.subscriptionArn()));
        return UnsubscribeResponse.builder().build();
    }

    private ListSubscriptionsResponse listSubscriptions(ListSubscriptionsRequest request, Request http) {
        return ListSubscriptionsResponse.builder()
                .subscriptions(known.subscriptions.values().stream()
                        .filter(s -> s.topicArn().contains(":" + http.region() + ":"))
                        .map(SubscriptionOperations::shown)
                        .toList())
                .build();
    }

    private ListSubscriptionsByTopicResponse listByTopic(ListSubscriptionsByTopicRequest request, Request http) {
        known.topic(request.topicArn());
        return ListSubscriptionsByTopicResponse.builder()
                .subscriptions(known.of(request.topicArn()).stream()
                        .map(SubscriptionOperations::shown)
                        .toList())
                .build();
    }

    private static software.amazon.awssdk.services.sns.model.Subscription shown(Subscription subscription) {
        return software.amazon.awssdk.services.sns.model.Subscription.builder()
                .subscriptionArn(subscription.isPending() ? "PendingConfirmation" : subscription.arn())
                .topicArn(subscription.topicArn())
                .protocol(subscription.protocol())
                .endpoint(subscription.endpoint())
                .owner(Gateway.ACCOUNT)
                .build();
    }

    private GetSubscriptionAttributesResponse attributes(GetSubscriptionAttributesRequest request, Request http) {
        Subscription subscription = known.subscription(request.subscriptionArn());
        Map<String, String> attributes = new LinkedHashMap<>(subscription.attributes());
        attributes.put("SubscriptionArn", subscription.arn());
        attributes.put("TopicArn", subscription.topicArn());
        attributes.put("Protocol", subscription.protocol());
        attributes.put("Endpoint", subscription.endpoint());
        attributes.put("Owner", Gateway.ACCOUNT);
        attributes.put("PendingConfirmation", Boolean.toString(subscription.isPending()));
        attributes.putIfAbsent("RawMessageDelivery", "false");
        return GetSubscriptionAttributesResponse.builder()
                .attributes(attributes)
                .build();
    }

    private SetSubscriptionAttributesResponse setAttributes(SetSubscriptionAttributesRequest request, Request http) {
        known.subscription(request.subscriptionArn())
                .attributes()
                .put(request.attributeName(), request.attributeValue() == null ? "" : request.attributeValue());
        return SetSubscriptionAttributesResponse.builder().build();
    }
}
