package dev.penstock.local.sns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.wire.QueryOperations;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.CreateTopicRequest;
import software.amazon.awssdk.services.sns.model.CreateTopicResponse;
import software.amazon.awssdk.services.sns.model.DeleteTopicRequest;
import software.amazon.awssdk.services.sns.model.DeleteTopicResponse;
import software.amazon.awssdk.services.sns.model.GetSubscriptionAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetSubscriptionAttributesResponse;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsResponse;
import software.amazon.awssdk.services.sns.model.ListTopicsRequest;
import software.amazon.awssdk.services.sns.model.ListTopicsResponse;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishBatchRequest;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;
import software.amazon.awssdk.services.sns.model.SetSubscriptionAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetSubscriptionAttributesResponse;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.SubscribeRequest;
import software.amazon.awssdk.services.sns.model.SubscribeResponse;
import software.amazon.awssdk.services.sns.model.Topic;
import software.amazon.awssdk.services.sns.model.UnsubscribeRequest;
import software.amazon.awssdk.services.sns.model.UnsubscribeResponse;

/** SNS. Messages are delivered in the background, in order per FIFO topic. */
public final class SnsService implements Service, AutoCloseable {
    /** Message, subject and attributes together, in bytes. */
    private static final int MESSAGE_LIMIT = 256 << 10;

    /** Recorded on AWS: always with milliseconds, zeros too. */
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final Set<String> PROTOCOLS = Set.of("sqs", "lambda", "http", "https", "email", "email-json");

    private final InstantSource clock;
    private final Delivery delivery;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Map<String, String>> topics = new ConcurrentSkipListMap<>();
    private final Map<String, Subscription> subscriptions = new ConcurrentSkipListMap<>();
    private final Map<String, Object> orderOfTopic = new ConcurrentHashMap<>();
    private final QueryOperations operations;

    /** @param clients the clients of a region, for delivery to queues and functions */
    public SnsService(InstantSource clock, Function<String, Clients> clients) {
        this.clock = clock;
        this.delivery = new Delivery(clients);
        this.operations = new QueryOperations("sns", "http://sns.amazonaws.com/doc/2010-03-31/", SnsClient.class)
                .on("CreateTopic", CreateTopicRequest::builder, this::createTopic)
                .on("DeleteTopic", DeleteTopicRequest::builder, this::deleteTopic)
                .on("ListTopics", ListTopicsRequest::builder, this::listTopics)
                .on("GetTopicAttributes", GetTopicAttributesRequest::builder, this::topicAttributes)
                .on("SetTopicAttributes", SetTopicAttributesRequest::builder, this::setTopicAttributes)
                .on("Subscribe", SubscribeRequest::builder, this::subscribe)
                .on("Unsubscribe", UnsubscribeRequest::builder, this::unsubscribe)
                .on("ListSubscriptions", ListSubscriptionsRequest::builder, this::listSubscriptions)
                .on("ListSubscriptionsByTopic", ListSubscriptionsByTopicRequest::builder, this::listByTopic)
                .on("GetSubscriptionAttributes", GetSubscriptionAttributesRequest::builder, this::attributes)
                .on("SetSubscriptionAttributes", SetSubscriptionAttributesRequest::builder, this::setAttributes)
                .on("Publish", PublishRequest::builder, this::publish)
                .on("PublishBatch", PublishBatchRequest::builder, this::publishBatch);
    }

    @Override
    public String signingName() {
        return "sns";
    }

    @Override
    public Response handle(Request request) {
        return operations.handle(request);
    }

    private CreateTopicResponse createTopic(CreateTopicRequest request, Request http) {
        String name = request.name() == null ? "" : request.name();
        boolean isFifo = Boolean.parseBoolean(request.attributes().getOrDefault("FifoTopic", "false"));
        if (!name.matches("[\\w-]{1,256}(\\.fifo)?") || isFifo != name.endsWith(".fifo")) {
            throw invalid("Topic Name");
        }
        String arn = "arn:aws:sns:%s:%s:%s".formatted(http.region(), Gateway.ACCOUNT, name);
        topics.putIfAbsent(arn, new ConcurrentHashMap<>(request.attributes()));
        return CreateTopicResponse.builder().topicArn(arn).build();
    }

    private DeleteTopicResponse deleteTopic(DeleteTopicRequest request, Request http) {
        topics.remove(String.valueOf(request.topicArn()));
        subscriptions.values().removeIf(s -> s.topicArn().equals(request.topicArn()));
        return DeleteTopicResponse.builder().build();
    }

    private ListTopicsResponse listTopics(ListTopicsRequest request, Request http) {
        return ListTopicsResponse.builder()
                .topics(topics.keySet().stream()
                        .filter(arn -> arn.contains(":" + http.region() + ":"))
                        .map(arn -> Topic.builder().topicArn(arn).build())
                        .toList())
                .build();
    }

    private GetTopicAttributesResponse topicAttributes(GetTopicAttributesRequest request, Request http) {
        Map<String, String> attributes = new LinkedHashMap<>(topic(request.topicArn()));
        attributes.put("TopicArn", request.topicArn());
        attributes.put("Owner", Gateway.ACCOUNT);
        attributes.put(
                "SubscriptionsConfirmed",
                Long.toString(of(request.topicArn()).stream()
                        .filter(s -> !s.isPending())
                        .count()));
        attributes.put(
                "SubscriptionsPending",
                Long.toString(of(request.topicArn()).stream()
                        .filter(Subscription::isPending)
                        .count()));
        attributes.put("SubscriptionsDeleted", "0");
        return GetTopicAttributesResponse.builder().attributes(attributes).build();
    }

    private SetTopicAttributesResponse setTopicAttributes(SetTopicAttributesRequest request, Request http) {
        topic(request.topicArn())
                .put(request.attributeName(), request.attributeValue() == null ? "" : request.attributeValue());
        return SetTopicAttributesResponse.builder().build();
    }

    private Map<String, String> topic(@Nullable String arn) {
        Map<String, String> topic = arn == null ? null : topics.get(arn);
        if (topic == null) {
            throw new AwsError(404, "NotFound", "Topic does not exist");
        }
        return topic;
    }

    private List<Subscription> of(String topicArn) {
        return subscriptions.values().stream()
                .filter(subscription -> subscription.topicArn().equals(topicArn))
                .toList();
    }

    private SubscribeResponse subscribe(SubscribeRequest request, Request http) {
        topic(request.topicArn());
        String protocol = request.protocol() == null ? "" : request.protocol();
        String endpoint = request.endpoint() == null ? "" : request.endpoint();
        if (!PROTOCOLS.contains(protocol)) {
            throw AwsError.notSimulated("sns", "protocol " + protocol);
        }
        boolean isArn = endpoint.startsWith("arn:aws:" + protocol + ":");
        if ((protocol.equals("sqs") || protocol.equals("lambda")) && !isArn) {
            throw invalid(protocol.equals("sqs") ? "SQS endpoint ARN" : "Lambda endpoint ARN");
        }
        if (protocol.startsWith("http") && !Delivery.isOnThisMachine(endpoint)) {
            throw AwsError.notSimulated("sns", "delivery to " + endpoint + ", which is not on this machine");
        }
        for (Subscription existing : of(request.topicArn())) {
            if (existing.protocol().equals(protocol) && existing.endpoint().equals(endpoint)) {
                return SubscribeResponse.builder()
                        .subscriptionArn(existing.arn())
                        .build();
            }
        }
        String arn = request.topicArn() + ":" + UUID.randomUUID();
        Subscription subscription = Subscription.of(arn, request.topicArn(), protocol, endpoint, request.attributes());
        subscriptions.put(arn, subscription);
        boolean hidesArn = subscription.isPending() && !Boolean.TRUE.equals(request.returnSubscriptionArn());
        return SubscribeResponse.builder()
                .subscriptionArn(hidesArn ? "pending confirmation" : arn)
                .build();
    }

    private UnsubscribeResponse unsubscribe(UnsubscribeRequest request, Request http) {
        subscriptions.remove(String.valueOf(request.subscriptionArn()));
        return UnsubscribeResponse.builder().build();
    }

    private ListSubscriptionsResponse listSubscriptions(ListSubscriptionsRequest request, Request http) {
        return ListSubscriptionsResponse.builder()
                .subscriptions(subscriptions.values().stream()
                        .filter(s -> s.topicArn().contains(":" + http.region() + ":"))
                        .map(SnsService::shown)
                        .toList())
                .build();
    }

    private ListSubscriptionsByTopicResponse listByTopic(ListSubscriptionsByTopicRequest request, Request http) {
        topic(request.topicArn());
        return ListSubscriptionsByTopicResponse.builder()
                .subscriptions(
                        of(request.topicArn()).stream().map(SnsService::shown).toList())
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

    private Subscription subscription(@Nullable String arn) {
        Subscription subscription = arn == null ? null : subscriptions.get(arn);
        if (subscription == null) {
            throw new AwsError(404, "NotFound", "Subscription does not exist");
        }
        return subscription;
    }

    private GetSubscriptionAttributesResponse attributes(GetSubscriptionAttributesRequest request, Request http) {
        Subscription subscription = subscription(request.subscriptionArn());
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
        subscription(request.subscriptionArn())
                .attributes()
                .put(request.attributeName(), request.attributeValue() == null ? "" : request.attributeValue());
        return SetSubscriptionAttributesResponse.builder().build();
    }

    private PublishResponse publish(PublishRequest request, Request http) {
        String topicArn = request.topicArn() == null ? request.targetArn() : request.topicArn();
        if (topicArn == null) {
            throw AwsError.notSimulated("sns", "Publish to a phone number");
        }
        Message message = message(
                topicArn,
                request.subject(),
                request.message(),
                request.messageAttributes(),
                request.messageGroupId(),
                request.messageDeduplicationId());
        send(message);
        return PublishResponse.builder().messageId(message.id()).build();
    }

    private PublishBatchResponse publishBatch(PublishBatchRequest request, Request http) {
        topic(request.topicArn());
        List<PublishBatchResultEntry> sent = new ArrayList<>();
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        if (request.publishBatchRequestEntries().isEmpty()
                || request.publishBatchRequestEntries().size() > 10) {
            throw new AwsError(
                    400, "TooManyEntriesInBatchRequest", "The batch request must contain from 1 to 10 entries.");
        }
        for (PublishBatchRequestEntry entry : request.publishBatchRequestEntries()) {
            try {
                Message message = message(
                        request.topicArn(),
                        entry.subject(),
                        entry.message(),
                        entry.messageAttributes(),
                        entry.messageGroupId(),
                        entry.messageDeduplicationId());
                send(message);
                sent.add(PublishBatchResultEntry.builder()
                        .id(entry.id())
                        .messageId(message.id())
                        .build());
            } catch (AwsError refused) {
                failed.add(BatchResultErrorEntry.builder()
                        .id(entry.id())
                        .code(refused.code())
                        .message(refused.getMessage())
                        .senderFault(true)
                        .build());
            }
        }
        return PublishBatchResponse.builder().successful(sent).failed(failed).build();
    }

    private Message message(
            String topicArn,
            @Nullable String subject,
            @Nullable String body,
            Map<String, MessageAttributeValue> attributes,
            @Nullable String groupId,
            @Nullable String deduplicationId) {
        Map<String, String> topic = topic(topicArn);
        if (body == null || body.isEmpty()) {
            throw new AwsError(400, "InvalidParameter", "Invalid parameter: Empty message");
        }
        if (body.getBytes(UTF_8).length > MESSAGE_LIMIT) {
            throw new AwsError(400, "InvalidParameter", "Invalid parameter: Message too long");
        }
        String deduplication = deduplicationId;
        if (topicArn.endsWith(".fifo")) {
            if (groupId == null) {
                throw new AwsError(
                        400,
                        "InvalidParameter",
                        "Invalid parameter: The MessageGroupId parameter is required for FIFO topics");
            }
            if (deduplication == null && !Boolean.parseBoolean(topic.get("ContentBasedDeduplication"))) {
                throw new AwsError(
                        400,
                        "InvalidParameter",
                        "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
            }
            deduplication = deduplication == null ? digest(body) : deduplication;
        }
        return new Message(
                UUID.randomUUID().toString(),
                topicArn,
                subject,
                body,
                MILLIS.format(clock.instant()),
                attributes,
                groupId,
                deduplication);
    }

    private static String digest(String body) {
        try {
            return HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8)));
        } catch (java.security.NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private void send(Message message) {
        List<Subscription> receivers =
                of(message.topicArn()).stream().filter(s -> s.accepts(message)).toList();
        if (message.topicArn().endsWith(".fifo")) {
            // In the order of publishing, so before the answer.
            synchronized (orderOfTopic.computeIfAbsent(message.topicArn(), arn -> new Object())) {
                receivers.forEach(receiver -> delivery.deliver(message, receiver));
            }
        } else {
            receivers.forEach(receiver -> threads.execute(() -> delivery.deliver(message, receiver)));
        }
    }

    private static AwsError invalid(String what) {
        return new AwsError(400, "InvalidParameter", "Invalid parameter: " + what);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        delivery.close();
    }
}
