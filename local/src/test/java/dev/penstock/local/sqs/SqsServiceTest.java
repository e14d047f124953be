package dev.penstock.local.sqs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.ServicesUnderTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

class SqsServiceTest {
    private final ServicesUnderTest services = new ServicesUnderTest();
    private final SqsClient sqs = services.client(SqsClient.class);

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void sendsReceivesAndDeletes() {
        String url = sqs.createQueue(r -> r.queueName("work")).queueUrl();
        assertEquals(services.gateway().endpoint() + "/000000000000/work", url);
        sqs.sendMessage(r -> r.queueUrl(url)
                .messageBody("hello")
                .messageAttributes(Map.of(
                        "a",
                        MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue("1")
                                .build())));
        var message = sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(5).messageAttributeNames("All"))
                .messages()
                .getFirst();
        assertEquals("hello", message.body());
        assertEquals("1", message.messageAttributes().get("a").stringValue());
        sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(message.receiptHandle()));
        assertTrue(sqs.receiveMessage(r -> r.queueUrl(url)).messages().isEmpty());
        assertEquals(
                "arn:aws:sqs:us-east-1:000000000000:work",
                sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                        .attributes()
                        .get(QueueAttributeName.QUEUE_ARN));
    }

    @Test
    void keepsOrderAndDropsDuplicatesInFifoQueues() {
        String url = sqs.createQueue(
                        r -> r.queueName("work.fifo").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
                .queueUrl();
        for (String body : new String[] {"1", "2", "2"}) {
            sqs.sendMessage(
                    r -> r.queueUrl(url).messageBody(body).messageGroupId("g").messageDeduplicationId(body));
        }
        var messages =
                sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).messages();
        assertEquals("[1, 2]", messages.stream().map(m -> m.body()).toList().toString());
    }

    @Test
    void keepsRegionsApartAndStartsThemWhenUsed() {
        var service = new SqsService(() -> URI.create("http://127.0.0.1:1"));
        assertTrue(service.running().isEmpty());
        service.close();
        sqs.createQueue(r -> r.queueName("work"));
        SqsClient ireland = services.clients("eu-west-1").of(SqsClient.class);
        assertThrows(QueueDoesNotExistException.class, () -> ireland.getQueueUrl(r -> r.queueName("work")));
        assertTrue(ireland.listQueues().queueUrls().isEmpty());
    }

    @Test
    void refusesBadInputAsTheClientKnowsIt() throws Exception {
        assertThrows(QueueDoesNotExistException.class, () -> sqs.getQueueUrl(r -> r.queueName("nowhere")));
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(services.gateway().endpoint())
                            .header("X-Amz-Target", "AmazonSQS.CreateQueue")
                            .header("Content-Type", "application/x-amz-json-1.0")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"QueueName\":"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertTrue(answer.statusCode() < 500, answer.statusCode() + " " + answer.body());
        }
    }
}
