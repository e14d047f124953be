package dev.penstock.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.verify.Difference;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verify}: 0 differences is the only right answer. */
@Command(
        name = "verify",
        description = "Recompute every view and aggregate from its source and compare; exit code 3 if any differs.",
        mixinStandardHelpOptions = true)
final class Verify implements Callable<Integer> {
    private static final int DIFFERENT = 3;
    private static final int SHOWN = 20;

    @Option(names = "--endpoint", paramLabel = "URL", description = "of the runtime (default: ${DEFAULT-VALUE})")
    private URI endpoint = URI.create("http://localhost:" + Options.PORT);

    @Option(names = "--json", description = "print the differences as a JSON list")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        try (var clients = new Clients(endpoint, "us-east-1");
                var control = new Control(endpoint)) {
            control.now(); // says in one line when no runtime is there
            List<Difference> differences = new Verification(clients, control).run(table -> {
                if (!json) {
                    out.println("  " + table);
                    out.flush();
                }
            });
            if (json) {
                out.println(new ObjectMapper().writeValueAsString(differences));
            } else {
                differences.stream().limit(SHOWN).forEach(difference -> out.println("  " + difference));
                out.println(differences.size() + " differences");
            }
            return differences.isEmpty() ? 0 : DIFFERENT;
        }
    }
}
