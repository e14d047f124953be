package dev.penstock.local.sns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.local.runtime.ServicesUnderTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.SnsException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

class SnsServiceTest {
    private final ServicesUnderTest services = new ServicesUnderTest();
    private final SnsClient sns = services.client(SnsClient.class);
    private final SqsClient sqs = services.client(SqsClient.class);
    private final String topic = sns.createTopic(r -> r.name("news")).topicArn();
    private final String queue = sqs.createQueue(r -> r.queueName("inbox")).queueUrl();

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void wrapsMessagesForQueues() throws Exception {
        String subscription = subscribe(Map.of());
        assertEquals(subscription, subscribe(Map.of()), "an equal subscription is the same");
        sns.publish(r -> r.topicArn(topic).subject("s").message("hello").messageAttributes(Map.of("a", text("1"))));
        JsonNode envelope = new ObjectMapper().readTree(receive().body());
        assertEquals("Notification", envelope.path("Type").asText());
        assertEquals("hello", envelope.path("Message").asText());
        assertEquals("s", envelope.path("Subject").asText());
        assertEquals(topic, envelope.path("TopicArn").asText());
        assertEquals("1", envelope.at("/MessageAttributes/a/Value").asText());
    }

    /** Members and forms as in a recorded AWS answer: a notification without subject and attributes. */
    @Test
    void theEnvelopeIsAsRecordedOnAws() throws Exception {
        String subscription = subscribe(Map.of());
        String id = sns.publish(r -> r.topicArn(topic).message("{\"version\":\"1.0\"}"))
                .messageId();
        var envelope = (ObjectNode) new ObjectMapper().readTree(receive().body());
        assertEquals(id, envelope.remove("MessageId").asText());
        assertFalse(envelope.remove("Signature").asText().isEmpty());
        assertTrue(envelope.remove("SigningCertURL").asText().endsWith(".pem"));
        assertTrue(envelope.remove("UnsubscribeURL")
                .asText()
                .endsWith("/?Action=Unsubscribe&SubscriptionArn=" + subscription));
        assertEquals(
                Map.of(
                        "Type", "Notification",
                        "Message", "{\"version\":\"1.0\"}",
                        "SignatureVersion", "1",
                        "Timestamp", "2026-06-01T12:00:00.000Z",
                        "TopicArn", topic),
                new ObjectMapper().convertValue(envelope, Map.class));
    }

    @Test
    void deliversRawAndFiltered() {
        subscribe(Map.of("RawMessageDelivery", "true", "FilterPolicy", "{\"kind\":[\"big\",{\"prefix\":\"huge\"}]}"));
        sns.publish(r -> r.topicArn(topic).message("none"));
        sns.publish(r -> r.topicArn(topic).message("small").messageAttributes(Map.of("kind", text("small"))));
        sns.publish(r -> r.topicArn(topic).message("big").messageAttributes(Map.of("kind", text("huge1"))));
        Message message = receive();
        assertEquals("big", message.body());
        assertEquals("huge1", message.messageAttributes().get("kind").stringValue());
        assertTrue(sqs.receiveMessage(r -> r.queueUrl(queue)).messages().isEmpty());
    }

    @Test
    void postsToWebServersOfThisMachine() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(exchange.getRequestHeaders().getFirst("x-amz-sns-message-type")
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
            sns.subscribe(r ->
                    r.topicArn(topic).protocol("http").endpoint(url).attributes(Map.of("RawMessageDelivery", "true")));
            sns.publish(r -> r.topicArn(topic).message("hello"));
            assertEquals("Notificationhello", received.poll(20, TimeUnit.SECONDS));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void keepsUndeliverableMessagesInTheDeadLetterQueue() {
        sns.subscribe(r -> r.topicArn(topic)
                .protocol("sqs")
                .endpoint("arn:aws:sqs:us-east-1:000000000000:gone")
                .attributes(Map.of(
                        "RawMessageDelivery", "true",
                        "RedrivePolicy", "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:inbox\"}")));
        sns.publish(r -> r.topicArn(topic).message("hello"));
        assertEquals("hello", receive().body());
    }

    @Test
    void publishesBatchesAndTellsWhatFailed() {
        subscribe(Map.of("RawMessageDelivery", "true"));
        var answer = sns.publishBatch(r -> r.topicArn(topic)
                .publishBatchRequestEntries(
                        e -> e.id("1").message("hello"), e -> e.id("2").message("")));
        assertEquals(List.of("1"), answer.successful().stream().map(e -> e.id()).toList());
        assertEquals(List.of("2"), answer.failed().stream().map(e -> e.id()).toList());
        assertEquals("hello", receive().body());
    }

    @Test
    void listsTopicsAndSubscriptionsOfTheRegion() {
        subscribe(Map.of());
        sns.subscribe(r -> r.topicArn(topic).protocol("email").endpoint("a@example.com"));
        assertEquals(1, sns.listTopics().topics().size());
        assertTrue(services.clients("eu-west-1")
                .of(SnsClient.class)
                .listTopics()
                .topics()
                .isEmpty());
        assertEquals(
                2,
                sns.listSubscriptionsByTopic(r -> r.topicArn(topic))
                        .subscriptions()
                        .size());
        var attributes = sns.getTopicAttributes(r -> r.topicArn(topic)).attributes();
        assertEquals("1", attributes.get("SubscriptionsConfirmed"));
        assertEquals("1", attributes.get("SubscriptionsPending"));
        sns.deleteTopic(r -> r.topicArn(topic));
        assertTrue(sns.listSubscriptions().subscriptions().isEmpty());
    }

    @Test
    void refusesBadInput() {
        assertThrows(
                NotFoundException.class,
                () -> sns.publish(r -> r.topicArn(topic + "x").message("m")));
        assertEquals(400, status(() -> sns.createTopic(r -> r.name("a b"))));
        assertEquals(400, status(() -> sns.publish(r -> r.topicArn(topic).message(""))));
        assertEquals(400, status(() -> sns.publish(r -> r.topicArn(topic).message("x".repeat(300_000)))));
        assertEquals(
                400,
                status(() ->
                        sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint("inbox"))));
        assertEquals(
                501,
                status(() ->
                        sns.subscribe(r -> r.topicArn(topic).protocol("sms").endpoint("+1"))));
        assertEquals(
                501,
                status(() ->
                        sns.subscribe(r -> r.topicArn(topic).protocol("https").endpoint("https://example.com"))));
        assertEquals(501, status(() -> sns.listPhoneNumbersOptedOut(r -> {})));
    }

    private String subscribe(Map<String, String> attributes) {
        return sns.subscribe(r -> r.topicArn(topic)
                        .protocol("sqs")
                        .endpoint("arn:aws:sqs:us-east-1:000000000000:inbox")
                        .attributes(attributes))
                .subscriptionArn();
    }

    private Message receive() {
        List<Message> messages = sqs.receiveMessage(
                        r -> r.queueUrl(queue).waitTimeSeconds(20).messageAttributeNames("All"))
                .messages();
        assertTrue(!messages.isEmpty(), "no message within 20 s");
        return messages.getFirst();
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }

    private static int status(Runnable action) {
        return assertThrows(SnsException.class, action::run).statusCode();
    }
}
