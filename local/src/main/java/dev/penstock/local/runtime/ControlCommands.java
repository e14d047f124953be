package dev.penstock.local.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.console.ControlService;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;

/** The control endpoints that concern the runtime as a whole. */
final class ControlCommands {
    private ControlCommands() {}

    static void add(ControlService control, LocalRuntime runtime) {
        control.get("health", () -> Map.of("status", runtime.status()))
                .get("clock", () -> now(runtime))
                .on("POST", "clock", (rest, body) -> {
                    runtime.clock().advance(duration(body, "advance"));
                    return now(runtime);
                });
    }

    private static Map<String, String> now(LocalRuntime runtime) {
        return Map.of("now", runtime.clock().instant().toString());
    }

    private static Duration duration(JsonNode body, String member) {
        String text = body.path(member).asText();
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    member + " must be an ISO-8601 duration such as PT24H; given: '" + text + "'", e);
        }
    }
}
