package dev.penstock.local.events;

import dev.penstock.local.clients.Clients;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Delivers an event to what an ARN names: a Lambda function (asynchronously invoked), an SQS queue or an SNS topic.
 * Goes through the official clients, so a target is served as if the event came from outside. Threadsafe.
 */
public final class Targets implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Targets.class.getName());

    private final Function<String, Clients> clients;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** @param clients the clients of a region */
    public Targets(Function<String, Clients> clients) {
        this.clients = clients;
    }

    /** Whether an ARN names something that events can be delivered to. */
    public static boolean isSimulated(Arn target) {
        return switch (target.service()) {
            case "lambda", "sqs", "sns" -> true;
            default -> false;
        };
    }

    /** Delivers in the background; what fails is logged. */
    public void deliverLater(String target, String event) {
        threads.execute(() -> {
            try {
                deliver(target, event, Map.of());
            } catch (SdkException | IllegalArgumentException failed) {
                LOG.log(Level.WARNING, "an event did not reach " + target, failed);
            }
        });
    }

    /**
     * Delivers before it returns.
     *
     * @param attributes message attributes, for queues and topics
     * @throws SdkException when the target refuses
     * @throws IllegalArgumentException when the ARN names nothing that events can be delivered to
     */
    public void deliver(String target, String event, Map<String, String> attributes) {
        Arn arn = Arn.parse(target);
        Clients region = clients.apply(arn.region());
        switch (arn.service()) {
            case "lambda" ->
                region.of(LambdaClient.class)
                        .invoke(r -> r.functionName(target)
                                .invocationType(InvocationType.EVENT)
                                .payload(SdkBytes.fromUtf8String(event)));
            case "sqs" -> {
                SqsClient sqs = region.of(SqsClient.class);
                String url = sqs.getQueueUrl(r -> r.queueName(arn.resource())).queueUrl();
                sqs.sendMessage(r -> {
                    r.queueUrl(url).messageBody(event);
                    if (arn.resource().endsWith(".fifo")) {
                        r.messageGroupId(attributes.getOrDefault("MessageGroupId", "default"))
                                .messageDeduplicationId(attributes.getOrDefault(
                                        "MessageDeduplicationId", String.valueOf(event.hashCode())));
                    }
                });
            }
            case "sns" ->
                region.of(SnsClient.class)
                        .publish(r -> r.topicArn(target).message(event).messageAttributes(attributes(attributes)));
            default -> throw new IllegalArgumentException("events can't be delivered to " + target);
        }
    }

    private static Map<String, MessageAttributeValue> attributes(Map<String, String> given) {
        return given.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue(entry.getValue())
                                .build()));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
