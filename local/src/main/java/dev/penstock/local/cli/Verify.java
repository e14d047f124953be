package dev.penstock.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.verify.Difference;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.redelivery.Site;
import dev.penstock.local.redelivery.SiteOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verify}: 0 differences is the only right answer. */
@Command(
        name = "verify",
        description = {
            "Recompute every view and aggregate from its source and compare; exit code 3 if any differs.",
            "Of a stage on AWS it says first what reading its tables costs, and reads them with --yes."
        },
        mixinStandardHelpOptions = true)
final class Verify implements Callable<Integer> {
    private static final int NOT_DONE = 1;
    private static final int DIFFERENT = 3;
    private static final int SHOWN = 20;

    @Option(names = "--json", description = "print the differences as a JSON list")
    private boolean json;

    @Option(names = "--yes", description = "read the tables of a stage on AWS, which costs what was printed before")
    private boolean yes;

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        try (options) {
            Site site = options.open();
            if (options.isOnAws() && !yes) {
                out.println(new VerifyCost(site.dynamoDb(), site.names(), Storefront.catalog()).text());
                out.println("nothing was compared; --yes does it");
                return NOT_DONE;
            }
            List<Difference> differences = Verification.of(site, options::dynamoDb, table -> {
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
