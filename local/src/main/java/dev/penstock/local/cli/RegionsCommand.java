package dev.penstock.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.clients.Control;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code regions}: how the regions of a running runtime are connected, and what changes that. */
@Command(
        name = "regions",
        description = {
            "Show how regions with replicas are connected, or cut one off, heal it, or slow it down.",
            "For rehearsing what happens when a region is lost."
        },
        mixinStandardHelpOptions = true)
final class RegionsCommand implements Callable<Integer> {
    @Option(names = "--endpoint", paramLabel = "URL", description = "of the runtime (default: ${DEFAULT-VALUE})")
    private URI endpoint = URI.create("http://localhost:" + Options.PORT);

    @Parameters(arity = "0..1", paramLabel = "REGION", description = "the region to change")
    private @Nullable String region;

    @ArgGroup
    private @Nullable Connection connection;

    @Option(
            names = "--delay",
            paramLabel = "DURATION",
            description = "from a write to its arrival elsewhere, such as PT0.5S")
    private @Nullable Duration delay;

    @Option(
            names = "--merging",
            paramLabel = "true|false",
            description = "whether waiting changes of one item arrive as one, in all regions")
    private @Nullable Boolean merging;

    /** Either, or neither. */
    private static final class Connection {
        @Option(names = "--cut", description = "cut the region off: it neither sends nor receives")
        private boolean cut;

        @Option(names = "--heal", description = "connect it again: all goes on where it stopped")
        private boolean heal;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (var control = new Control(endpoint)) {
            Map<String, Object> change = new HashMap<>();
            if (connection != null) {
                change.put("state", connection.cut && !connection.heal ? "cut" : "healed");
            }
            if (delay != null) {
                change.put("delay", delay.toString());
            }
            if (!change.isEmpty() && region == null) {
                throw new IllegalArgumentException("name the region to change: penstock regions us-east-1 --cut");
            }
            if (!change.isEmpty()) {
                requireKnown(control.get("regions"));
                control.post("regions/" + region, change);
            }
            if (merging != null) {
                control.post("regions", Map.of("merging", merging));
            }
            JsonNode now = control.get("regions");
            for (JsonNode each : now.path("regions")) {
                out.printf(
                        "  %-16s %-7s delay %s%n",
                        each.path("region").asText(),
                        each.path("state").asText(),
                        each.path("delay").asText());
            }
            out.println(now.path("merging").asBoolean() ? "  waiting changes are merged" : "  every change arrives");
            out.flush();
        }
        return 0;
    }

    private void requireKnown(JsonNode now) {
        List<String> known = new ArrayList<>();
        now.path("regions").forEach(each -> known.add(each.path("region").asText()));
        if (!known.contains(region)) {
            throw new IllegalArgumentException(
                    "no table has a replica in region '" + region + "'; regions with replicas: " + known);
        }
    }
}
