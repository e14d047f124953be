package dev.penstock.local.sns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.QueryOperations;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishBatchRequest;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;

/** Publishes messages: in the background, or for a FIFO topic in order and before the answer. */
final class PublishOperations implements AutoCloseable {
    /** Message, subject and attributes together, in bytes. */
    private static final int MESSAGE_LIMIT = 256 << 10;

    /** Recorded on AWS: always with milliseconds, zeros too. */
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private final Topics known;
    private final Delivery delivery;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Object> orderOfTopic = new ConcurrentHashMap<>();

    PublishOperations(InstantSource clock, Topics known, Delivery delivery) {
        this.clock = clock;
        this.known = known;
        this.delivery = delivery;
    }

    void addTo(QueryOperations operations) {
        operations
                .on("Publish", PublishRequest::builder, this::publish)
                .on("PublishBatch", PublishBatchRequest::builder, this::publishBatch);
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
        known.topic(request.topicArn());
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
        Map<String, String> topic = known.topic(topicArn);
        if (body == null || body.isEmpty()) {
            throw Topics.invalid("Empty message");
        }
        if (body.getBytes(UTF_8).length > MESSAGE_LIMIT) {
            throw Topics.invalid("Message too long");
        }
        String deduplication = deduplicationId;
        if (topicArn.endsWith(".fifo")) {
            if (groupId == null) {
                throw Topics.invalid("The MessageGroupId parameter is required for FIFO topics");
            }
            if (deduplication == null && !Boolean.parseBoolean(topic.get("ContentBasedDeduplication"))) {
                throw Topics.invalid(
                        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
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
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private void send(Message message) {
        List<Subscription> receivers = known.of(message.topicArn()).stream()
                .filter(s -> s.accepts(message))
                .toList();
        if (message.topicArn().endsWith(".fifo")) {
            // In the order of publishing, so before the answer.
            synchronized (orderOfTopic.computeIfAbsent(message.topicArn(), arn -> new Object())) {
                receivers.forEach(receiver -> delivery.deliver(message, receiver));
            }
        } else {
            receivers.forEach(receiver -> threads.execute(() -> delivery.deliver(message, receiver)));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        delivery.close();
    }
}
