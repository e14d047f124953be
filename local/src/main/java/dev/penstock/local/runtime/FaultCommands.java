package dev.penstock.local.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.sources.Faults.Fault;
import dev.penstock.local.sources.QueuedFaults;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code POST faults {"fault": "crash-after", "function": "projector", "times": 3}}: what befalls the next deliveries
 * from a stream to a matching function. {@code GET faults} says how many still wait.
 */
final class FaultCommands {
    private static final String ALLOWED = Arrays.stream(Fault.values())
            .filter(fault -> fault != Fault.NONE)
            .map(FaultCommands::name)
            .collect(Collectors.joining(", "));

    private FaultCommands() {}

    static void add(ControlService control, QueuedFaults faults) {
        control.get("faults", () -> waiting(faults)).on("POST", "faults", (rest, body) -> {
            faults.add(body.path("function").asText(), fault(body), times(body));
            return waiting(faults);
        });
    }

    private static Map<String, Integer> waiting(QueuedFaults faults) {
        return Map.of("waiting", faults.waiting());
    }

    private static Fault fault(JsonNode body) {
        String given = body.path("fault").asText();
        return Arrays.stream(Fault.values())
                .filter(fault -> fault != Fault.NONE && name(fault).equals(given))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("fault must be one of " + ALLOWED + "; given: '" + given + "'"));
    }

    private static int times(JsonNode body) {
        JsonNode times = body.path("times");
        if (!times.isMissingNode() && !times.canConvertToInt()) {
            throw new IllegalArgumentException("times must be a whole number, 1 or more; given: " + times);
        }
        return times.asInt(1);
    }

    private static String name(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
