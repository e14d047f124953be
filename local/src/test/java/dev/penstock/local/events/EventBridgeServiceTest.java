package dev.penstock.local.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.runtime.ServicesUnderTest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.SqsClient;

class EventBridgeServiceTest {
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:events";

    private final ServicesUnderTest services = new ServicesUnderTest();
    private final EventBridgeClient events = services.client(EventBridgeClient.class);
    private final SqsClient sqs = services.client(SqsClient.class);
    private final String url = sqs.createQueue(r -> r.queueName("events")).queueUrl();

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void handsMatchingEventsToTargets() throws Exception {
        String arn = events.putRule(r -> r.name("big")
                        .eventPattern("{\"source\":[\"shop\"],\"detail\":{\"total\":[{\"numeric\":[\">\",10]}]}}"))
                .ruleArn();
        assertEquals("arn:aws:events:us-east-1:000000000000:rule/big", arn);
        events.putTargets(r -> r.rule("big").targets(t -> t.id("q").arn(QUEUE)));
        assertEquals(1, events.listTargetsByRule(r -> r.rule("big")).targets().size());
        var answer = events.putEvents(r -> r.entries(
                e -> e.source("shop").detailType("Order").detail("{\"total\":5}"),
                e -> e.source("shop").detailType("Order").detail("{\"total\":50}"),
                e -> e.source("aws.fake").detailType("Order").detail("{}"),
                e -> e.source("shop").detailType("Order").detail("no json")));
        assertEquals(2, answer.failedEntryCount());
        JsonNode event = receive();
        assertEquals(50, event.at("/detail/total").asInt());
        assertEquals("2026-06-01T12:00:00Z", event.path("time").asText());
        assertEquals(answer.entries().get(1).eventId(), event.path("id").asText());
        assertTrue(sqs.receiveMessage(r -> r.queueUrl(url)).messages().isEmpty());
    }

    @Test
    void transformsInput() throws Exception {
        events.putRule(r -> r.name("all").eventPattern("{\"source\":[{\"prefix\":\"\"}]}"));
        events.putTargets(r -> r.rule("all")
                .targets(t -> t.id("q")
                        .arn(QUEUE)
                        .inputTransformer(i -> i.inputPathsMap(Map.of("n", "$.detail.name", "c", "$.detail.count"))
                                .inputTemplate("{\"text\":\"hello <n>\",\"count\":<c>}"))));
        events.putEvents(r -> r.entries(e -> e.source("s").detailType("d").detail("{\"name\":\"Ada\",\"count\":3}")));
        assertEquals("{\"text\":\"hello Ada\",\"count\":3}", receive().toString());
    }

    @Test
    void firesSchedulesOnTheMovedClock() throws Exception {
        events.putRule(r -> r.name("daily").scheduleExpression("cron(0 5 * * ? *)"));
        events.putTargets(r -> r.rule("daily").targets(t -> t.id("q").arn(QUEUE)));
        services.clock().advance(Duration.ofHours(17));
        JsonNode event = receive();
        assertEquals("Scheduled Event", event.path("detail-type").asText());
        assertEquals("2026-06-02T05:00:00Z", event.path("time").asText());
    }

    @Test
    void refusesBadInput() {
        assertThrows(
                InvalidEventPatternException.class,
                () -> events.putRule(r -> r.name("r").eventPattern("{\"a\":1}")));
        assertThrows(
                ResourceNotFoundException.class,
                () -> events.putTargets(
                        r -> r.rule("none").targets(t -> t.id("q").arn(QUEUE))));
        assertEquals(400, status(() -> events.putRule(r -> r.name("r"))));
        assertEquals(400, status(() -> events.putRule(r -> r.name("r").scheduleExpression("rate(1 minutes)"))));
        events.putRule(r -> r.name("r").scheduleExpression("rate(1 minute)"));
        assertEquals(
                400,
                status(() -> events.putTargets(
                        r -> r.rule("r").targets(t -> t.id("q").arn("queue")))));
        assertEquals(
                501,
                status(() -> events.putTargets(r -> r.rule("r")
                        .targets(t -> t.id("q").arn("arn:aws:states:us-east-1:000000000000:stateMachine:m")))));
        assertEquals(
                501, status(() -> events.createArchive(r -> r.archiveName("a").eventSourceArn("arn"))));
        events.deleteRule(r -> r.name("r"));
        assertTrue(events.listRules(r -> {}).rules().isEmpty());
    }

    private JsonNode receive() throws Exception {
        var messages =
                sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20)).messages();
        return new ObjectMapper().readTree(messages.getFirst().body());
    }

    private static int status(Runnable action) {
        return assertThrows(EventBridgeException.class, action::run).statusCode();
    }
}
