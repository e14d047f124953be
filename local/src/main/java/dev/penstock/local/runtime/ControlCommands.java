package dev.penstock.local.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.regions.GlobalTables;
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

    /** {@code POST regions/REGION {"state": "cut" | "healed", "delay": "PT0.2S"}}: either member, or both. */
    static void add(ControlService control, GlobalTables tables) {
        control.get("regions", () -> Map.of("regions", tables.regions()))
                .on(
                        "POST",
                        "regions",
                        (region, body) -> tables.set(
                                region,
                                body.has("state") ? isCut(body.path("state").asText()) : null,
                                body.has("delay") ? duration(body, "delay") : null));
    }

    private static boolean isCut(String state) {
        return switch (state) {
            case "cut" -> true;
            case "healed" -> false;
            default -> throw new IllegalArgumentException("state must be cut or healed; given: '" + state + "'");
        };
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
