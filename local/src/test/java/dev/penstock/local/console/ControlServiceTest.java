package dev.penstock.local.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlServiceTest {
    private final ControlService control = new ControlService()
            .get("health", () -> Map.of("status", "ready"))
            .on(
                    "POST",
                    "regions",
                    (rest, body) -> List.of(rest, body.path("state").asText()))
            .on("POST", "broken", (rest, body) -> {
                throw new IllegalArgumentException("delay must be positive; given: -1");
            });

    @Test
    void answersWithJson() {
        assertEquals("{\"status\":\"ready\"}", text("GET", "/_penstock/health", ""));
    }

    @Test
    void handsTheRestOfThePathToTheLongestMatch() {
        assertEquals("[\"eu-west-1\",\"cut\"]", text("POST", "/_penstock/regions/eu-west-1", "{\"state\":\"cut\"}"));
    }

    @Test
    void refusesWhatIsWrongWithTheReason() {
        assertEquals(404, refused("GET", "/_penstock/nowhere", "").status());
        assertEquals(404, refused("POST", "/_penstock/", "").status());
        assertEquals(400, refused("POST", "/_penstock/regions/x", "{").status());
        assertTrue(refused("POST", "/_penstock/broken", "{}").getMessage().contains("given: -1"));
    }

    @Test
    void servesThePageWithoutAnythingFromElsewhere() {
        String page = text("GET", "/_penstock/", "");
        assertTrue(page.startsWith("<!doctype html>"));
        assertTrue(!page.contains("http://") && !page.contains("https://"), "the page must be self-contained");
    }

    private AwsError refused(String method, String path, String body) {
        return assertThrows(AwsError.class, () -> text(method, path, body));
    }

    private String text(String method, String path, String body) {
        var request =
                new Request(method, path, "", Map.of(), body.getBytes(StandardCharsets.UTF_8), "us-east-1", "", "");
        return new String(control.handle(request).body(), StandardCharsets.UTF_8);
    }
}
