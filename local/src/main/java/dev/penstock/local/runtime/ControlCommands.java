package dev.penstock.local.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.clients.Await;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.regions.GlobalTables;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The control endpoints that concern the runtime as a whole. */
final class ControlCommands {
    private static final System.Logger LOG = System.getLogger(ControlCommands.class.getName());

    /** How long a stream keeps its records (AWS: "DynamoDB Streams", data retention limit). */
    private static final Duration STREAM_RETENTION = Duration.ofHours(24);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ControlCommands() {}

    /** @param items how many items each region holds */
    static void add(
            ControlService control, LocalRuntime runtime, BooleanSupplier settled, Supplier<Map<String, Long>> items) {
        control.get("health", () -> health(runtime, items))
                .get("settled", () -> Map.of("settled", settled.getAsBoolean()))
                .get("clock", () -> now(runtime))
                .on("POST", "clock", (rest, body) -> {
                    Duration step = duration(body, "advance");
                    if (step.compareTo(STREAM_RETENTION) >= 0) {
                        awaitSettled(settled);
                    }
                    runtime.clock().advance(step);
                    return now(runtime);
                });
    }

    /**
     * A jump that long would drop records that functions had no time to read: on AWS they would have had a day. What is
     * still unread after some patience is dropped, as on AWS.
     */
    private static void awaitSettled(BooleanSupplier settled) {
        try {
            Await.until(PATIENCE, "the streams to be read", settled);
        } catch (IllegalStateException unread) {
            LOG.log(Level.WARNING, "moving the clock past records that no function has read: {0}", unread.getMessage());
        }
    }

    private static Map<String, Object> health(LocalRuntime runtime, Supplier<Map<String, Long>> items) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return Map.of(
                "status", runtime.status(),
                "heap", Map.of("usedMb", heap.getUsed() >> 20, "maximumMb", heap.getMax() >> 20),
                "items", items.get());
    }

    /**
     * {@code POST regions/REGION {"state": "cut" | "healed", "delay": "PT0.2S"}}: either member, or both; {@code POST
     * regions {"merging": true}}: waiting changes of one item arrive as one.
     */
    static void add(ControlService control, GlobalTables tables) {
        control.get("regions", () -> regions(tables)).on("POST", "regions", (region, body) -> {
            if (!region.isEmpty()) {
                return tables.set(
                        region,
                        body.has("state") ? isCut(body.path("state").asText()) : null,
                        body.has("delay") ? duration(body, "delay") : null);
            }
            if (!body.path("merging").isBoolean()) {
                throw new IllegalArgumentException("name a region in the path, or give merging: true or false");
            }
            tables.merging(body.path("merging").asBoolean());
            return regions(tables);
        });
    }

    private static Map<String, Object> regions(GlobalTables tables) {
        return Map.of("regions", tables.states(), "merging", tables.isMerging());
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
