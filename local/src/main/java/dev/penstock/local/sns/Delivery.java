package dev.penstock.local.sns;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.events.Arn;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** Brings a message to one subscriber; what can't be delivered goes to the subscription's dead-letter queue. */
final class Delivery implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Delivery.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Function<String, Clients> clients;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    Delivery(Function<String, Clients> clients) {
        this.clients = clients;
    }

    void deliver(Message message, Subscription subscription) {
        try {
            switch (subscription.protocol()) {
                case "sqs" -> queue(message, subscription, subscription.endpoint());
                case "lambda" -> function(message, subscription);
                case "http", "https" -> web(message, subscription);
                default -> {
                    // By mail: pending, see Subscription.
                }
            }
        } catch (SdkException | IOException | IllegalArgumentException failed) {
            LOG.log(Level.WARNING, "a message did not reach " + subscription.endpoint(), failed);
            redrive(message, subscription);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void queue(Message message, Subscription subscription, String queueArn) {
        Arn arn = Arn.parse(queueArn);
        SqsClient sqs = clients.apply(arn.region()).of(SqsClient.class);
        String url = sqs.getQueueUrl(r -> r.queueName(arn.resource())).queueUrl();
        sqs.sendMessage(r -> {
            r.queueUrl(url);
            if (subscription.isRaw()) {
                r.messageBody(message.body()).messageAttributes(attributes(message));
            } else {
                r.messageBody(Envelope.notification(message, subscription));
            }
            if (arn.resource().endsWith(".fifo")) {
                r.messageGroupId(message.groupId()).messageDeduplicationId(message.deduplicationId());
            }
        });
    }

    private static Map<String, MessageAttributeValue> attributes(Message message) {
        Map<String, MessageAttributeValue> attributes = new HashMap<>();
        message.attributes()
                .forEach((name, value) -> attributes.put(
                        name,
                        MessageAttributeValue.builder()
                                .dataType(value.dataType())
                                .stringValue(value.stringValue())
                                .binaryValue(value.binaryValue())
                                .build()));
        return attributes;
    }

    private void function(Message message, Subscription subscription) {
        clients.apply(Arn.parse(subscription.endpoint()).region())
                .of(LambdaClient.class)
                .invoke(r -> r.functionName(subscription.endpoint())
                        .invocationType(InvocationType.EVENT)
                        .payload(SdkBytes.fromUtf8String(Envelope.lambdaEvent(message, subscription))));
    }

    private void web(Message message, Subscription subscription) throws IOException, InterruptedException {
        URI uri = URI.create(subscription.endpoint());
        String body = subscription.isRaw() ? message.body() : Envelope.notification(message, subscription);
        HttpResponse<Void> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(15))
                        .header("x-amz-sns-message-type", "Notification")
                        .header("x-amz-sns-message-id", message.id())
                        .header("x-amz-sns-topic-arn", message.topicArn())
                        .header("x-amz-sns-subscription-arn", subscription.arn())
                        .header("content-type", "text/plain; charset=UTF-8")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        if (answer.statusCode() >= 400) {
            throw new IOException(uri + " answered " + answer.statusCode());
        }
    }

    /** Whether a web address is on this machine: nothing leaves it. */
    static boolean isOnThisMachine(String endpoint) {
        try {
            String host = URI.create(endpoint).getHost();
            return host != null && THIS_MACHINE.contains(host);
        } catch (IllegalArgumentException noUri) {
            return false;
        }
    }

    private void redrive(Message message, Subscription subscription) {
        String policy = subscription.attributes().get("RedrivePolicy");
        if (policy == null) {
            return;
        }
        try {
            queue(
                    message,
                    subscription,
                    JSON.readTree(policy).path("deadLetterTargetArn").asText());
        } catch (IOException | SdkException | IllegalArgumentException failed) {
            LOG.log(Level.ERROR, "a message is lost: its dead-letter queue can't be reached either", failed);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
