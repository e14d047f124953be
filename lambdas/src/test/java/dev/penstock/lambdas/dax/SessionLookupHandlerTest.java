package dev.penstock.lambdas.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader answers, and the line of metrics that it prints for each lookup. */
class SessionLookupHandlerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.250Z");
    private static final Session SESSION = new Session("s-1", "c-1", Instant.parse("2026-11-22T11:00:00Z"), "{}");

    private final List<String> log = new ArrayList<>();

    private SessionLookupHandler handler(String by) {
        return new SessionLookupHandler(
                sessionId -> switch (sessionId) {
                    case "s-1" -> Optional.of(SESSION);
                    case "down" -> throw new CachedLookup.UnavailableException(new IllegalStateException("no route"));
                    default -> Optional.empty();
                },
                new LatencyMetric(by, InstantSource.fixed(NOW), log::add));
    }

    private static int status(SessionLookupHandler handler, String path) {
        var event = new APIGatewayV2HTTPEvent();
        event.setRawPath(path);
        return handler.handleRequest(event, null).getStatusCode();
    }

    /** Embedded metric format (Amazon CloudWatch User Guide), whether read through DAX or from the table. */
    @ParameterizedTest
    @ValueSource(strings = {"Dax", "Table"})
    void eachLookupPrintsItsLatencyByTheWayItTook(String by) {
        assertEquals(200, status(handler(by), "/sessions/s-1"));
        assertEquals(1, log.size());
        var line = Pattern.compile(Pattern.quote("{\"_aws\":{\"Timestamp\":1795341600250,\"CloudWatchMetrics\":["
                                + "{\"Namespace\":\"Penstock\",\"Dimensions\":[[\"By\"]],\"Metrics\":["
                                + "{\"Name\":\"SessionLookup\",\"Unit\":\"Milliseconds\"}]}]},\"By\":\"" + by
                                + "\",\"SessionLookup\":")
                        + "(\\d+\\.\\d+(?:E-?\\d+)?)}")
                .matcher(log.getFirst());
        assertTrue(line.matches(), log.getFirst());
        assertTrue(Double.parseDouble(line.group(1)) >= 0);
    }

    @Test
    void lookupsThatFindNothingOrFailAreMeasuredToo() {
        assertEquals(404, status(handler("Dax"), "/sessions/s-2"));
        assertEquals(503, status(handler("Dax"), "/sessions/down"));
        assertEquals(2, log.size());
        assertEquals(400, status(handler("Dax"), "/sessions/"));
        assertEquals(400, status(handler("Dax"), "/elsewhere"));
        assertEquals(2, log.size(), "what is no lookup has no latency");
    }
}
