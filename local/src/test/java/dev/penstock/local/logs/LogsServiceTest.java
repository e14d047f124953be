package dev.penstock.local.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.ServicesUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

class LogsServiceTest {
    private static final long NOON = ServicesUnderTest.NOON.toEpochMilli();

    private final ServicesUnderTest services = new ServicesUnderTest();
    private final CloudWatchLogsClient logs = services.client(CloudWatchLogsClient.class);

    @BeforeEach
    void create() {
        logs.createLogGroup(r -> r.logGroupName("/app"));
        logs.createLogStream(r -> r.logGroupName("/app").logStreamName("one"));
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void keepsEventsInOrderAndInPages() {
        List<InputLogEvent> events =
                IntStream.range(0, 5).mapToObj(i -> event(i, "line " + i)).toList();
        logs.putLogEvents(r -> r.logGroupName("/app").logStreamName("one").logEvents(events));
        var first = logs.getLogEvents(r ->
                r.logGroupName("/app").logStreamName("one").startFromHead(true).limit(3));
        assertEquals(
                List.of("line 0", "line 1", "line 2"),
                first.events().stream().map(e -> e.message()).toList());
        var next = logs.getLogEvents(
                r -> r.logGroupName("/app").logStreamName("one").limit(3).nextToken(first.nextForwardToken()));
        assertEquals(
                List.of("line 3", "line 4"),
                next.events().stream().map(e -> e.message()).toList());
        var end = logs.getLogEvents(
                r -> r.logGroupName("/app").logStreamName("one").limit(3).nextToken(next.nextForwardToken()));
        assertTrue(end.events().isEmpty());
        assertEquals(next.nextForwardToken(), end.nextForwardToken(), "the token stays the same at the end");
        assertEquals(
                List.of("line 3", "line 4"),
                logs
                        .getLogEvents(
                                r -> r.logGroupName("/app").logStreamName("one").limit(2))
                        .events()
                        .stream()
                        .map(e -> e.message())
                        .toList());
        var stream = logs.describeLogStreams(r -> r.logGroupName("/app"))
                .logStreams()
                .getFirst();
        assertEquals(NOON + 4, stream.lastEventTimestamp());
    }

    @Test
    void showsWhatTheRuntimeItselfWrites() {
        services.services().logs().append("us-east-1", "/aws/lambda/f", "stream", "hello");
        assertEquals(
                "hello",
                logs.filterLogEvents(r -> r.logGroupName("/aws/lambda/f"))
                        .events()
                        .getFirst()
                        .message());
        assertEquals(2, logs.describeLogGroups().logGroups().size());
        assertTrue(services.clients("eu-west-1")
                .of(CloudWatchLogsClient.class)
                .describeLogGroups()
                .logGroups()
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", quoteCharacter = '\0', textBlock = """
            ERROR -> ERROR disk full
            disk full -> ERROR disk full
            "disk full" -> ERROR disk full
            ?WARN ?ERROR -> ERROR disk full
            disk -ERROR -> disk is fine
            { $.level = "ERROR" } -> {"level":"ERROR","count":5}
            { $.count > 4 } -> {"level":"ERROR","count":5}
            { $.level = "E*" && $.count != 6 } -> {"level":"ERROR","count":5}
            { $.level = "DEBUG" || $.count = 5 } -> {"level":"ERROR","count":5}
            """)
    void filters(String pattern, String only) {
        List<InputLogEvent> events = List.of(
                event(0, "ERROR disk full"), event(1, "disk is fine"), event(2, "{\"level\":\"ERROR\",\"count\":5}"));
        logs.putLogEvents(r -> r.logGroupName("/app").logStreamName("one").logEvents(events));
        List<String> found = logs.filterLogEvents(r -> r.logGroupName("/app").filterPattern(pattern)).events().stream()
                .map(e -> e.message())
                .toList();
        assertTrue(found.contains(only), found.toString());
        assertTrue(found.size() < 3, "the pattern leaves something out");
    }

    @Test
    void forgetsWhatRetentionNoLongerAllows() {
        logs.putRetentionPolicy(r -> r.logGroupName("/app").retentionInDays(1));
        assertEquals(1, logs.describeLogGroups().logGroups().getFirst().retentionInDays());
        logs.putLogEvents(r -> r.logGroupName("/app").logStreamName("one").logEvents(event(0, "old")));
        services.clock().advance(Duration.ofDays(1).plusSeconds(1));
        assertTrue(logs.filterLogEvents(r -> r.logGroupName("/app")).events().isEmpty());
    }

    @Test
    void refusesBadInput() {
        assertThrows(ResourceAlreadyExistsException.class, () -> logs.createLogGroup(r -> r.logGroupName("/app")));
        assertThrows(ResourceNotFoundException.class, () -> logs.filterLogEvents(r -> r.logGroupName("/none")));
        assertThrows(
                ResourceNotFoundException.class,
                () -> logs.getLogEvents(r -> r.logGroupName("/app").logStreamName("none")));
        assertEquals(400, status(() -> logs.createLogGroup(r -> r.logGroupName("a b"))));
        assertEquals(
                400,
                status(() -> logs.putRetentionPolicy(r -> r.logGroupName("/app").retentionInDays(2))));
        assertEquals(
                400,
                status(() -> logs.getLogEvents(
                        r -> r.logGroupName("/app").logStreamName("one").nextToken("x"))));
        assertEquals(
                400,
                status(() -> logs.putLogEvents(
                        r -> r.logGroupName("/app").logStreamName("one").logEvents(event(2, "b"), event(1, "a")))));
        assertEquals(
                501,
                status(() -> logs.filterLogEvents(r -> r.logGroupName("/app").filterPattern("[a, b]"))));
        assertEquals(
                501,
                status(() -> logs.startQuery(r ->
                        r.logGroupName("/app").queryString("x").startTime(0L).endTime(1L))));
    }

    private static InputLogEvent event(int offset, String message) {
        return InputLogEvent.builder().timestamp(NOON + offset).message(message).build();
    }

    private static int status(Runnable action) {
        return assertThrows(CloudWatchLogsException.class, action::run).statusCode();
    }
}
