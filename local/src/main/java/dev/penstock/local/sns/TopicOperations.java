package dev.penstock.local.sns;

import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.QueryOperations;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.sns.model.CreateTopicRequest;
import software.amazon.awssdk.services.sns.model.CreateTopicResponse;
import software.amazon.awssdk.services.sns.model.DeleteTopicRequest;
import software.amazon.awssdk.services.sns.model.DeleteTopicResponse;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListTopicsRequest;
import software.amazon.awssdk.services.sns.model.ListTopicsResponse;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.Topic;

/** Makes, lists, configures and deletes topics. */
final class TopicOperations {
    private final Topics known;

    TopicOperations(Topics known) {
        this.known = known;
    }

    void addTo(QueryOperations operations) {
        operations
                .on("CreateTopic", CreateTopicRequest::builder, this::createTopic)
                .on("DeleteTopic", DeleteTopicRequest::builder, this::deleteTopic)
                .on("ListTopics", ListTopicsRequest::builder, this::listTopics)
                .on("GetTopicAttributes", GetTopicAttributesRequest::builder, this::topicAttributes)
                .on("SetTopicAttributes", SetTopicAttributesRequest::builder, this::setTopicAttributes);
    }

    private CreateTopicResponse createTopic(CreateTopicRequest request, Request http) {
        String name = request.name() == null ? "" : request.name();
        boolean isFifo = Boolean.parseBoolean(request.attributes().getOrDefault("FifoTopic", "false"));
        if (!name.matches("[\\w-]{1,256}(\\.fifo)?") || isFifo != name.endsWith(".fifo")) {
            throw Topics.invalid("Topic Name");
        }
        String arn = "arn:aws:sns:%s:%s:%s".formatted(http.region(), Gateway.ACCOUNT, name);
        known.topics.putIfAbsent(arn, new ConcurrentHashMap<>(request.attributes()));
        return CreateTopicResponse.builder().topicArn(arn).build();
    }

    private DeleteTopicResponse deleteTopic(DeleteTopicRequest request, Request http) {
        known.topics.remove(String.valueOf(request.topicArn()));
        known.subscriptions.values().removeIf(s -> s.topicArn().equals(request.topicArn()));
        return DeleteTopicResponse.builder().build();
    }

    private ListTopicsResponse listTopics(ListTopicsRequest request, Request http) {
        return ListTopicsResponse.builder()
                .topics(known.topics.keySet().stream()
                        .filter(arn -> arn.contains(":" + http.region() + ":"))
                        .map(arn -> Topic.builder().topicArn(arn).build())
                        .toList())
                .build();
    }

    private GetTopicAttributesResponse topicAttributes(GetTopicAttributesRequest request, Request http) {
        Map<String, String> attributes = new LinkedHashMap<>(known.topic(request.topicArn()));
        attributes.put("TopicArn", request.topicArn());
        attributes.put("Owner", Gateway.ACCOUNT);
        attributes.put(
                "SubscriptionsConfirmed",
                Long.toString(known.of(request.topicArn()).stream()
                        .filter(s -> !s.isPending())
                        .count()));
        attributes.put(
                "SubscriptionsPending",
                Long.toString(known.of(request.topicArn()).stream()
                        .filter(Subscription::isPending)
                        .count()));
        attributes.put("SubscriptionsDeleted", "0");
        return GetTopicAttributesResponse.builder().attributes(attributes).build();
    }

    private SetTopicAttributesResponse setTopicAttributes(SetTopicAttributesRequest request, Request http) {
        known.topic(request.topicArn())
                .put(request.attributeName(), request.attributeValue() == null ? "" : request.attributeValue());
        return SetTopicAttributesResponse.builder().build();
    }
}
