package dev.penstock.local.recovery;

import dev.penstock.lambdas.operations.TableDifferences;
import dev.penstock.lambdas.operations.TableDifferences.Difference;
import dev.penstock.local.redelivery.Site;
import dev.penstock.local.redelivery.SiteOptions;
import dev.penstock.local.wire.Wire;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code diff}: which items of two tables differ. */
@Command(
        name = "diff",
        description = {
            "Compare two tables item by item; exit code 3 if any differs.",
            "With --at the first is taken as it was then; diff TABLE TABLE --at T shows what has changed since T."
        },
        mixinStandardHelpOptions = true)
public final class DiffCommand implements Callable<Integer> {
    /** As of verify. */
    private static final int DIFFERENT = 3;

    @Parameters(index = "0", paramLabel = "TABLE", description = "name of the table")
    private String table = "";

    @Parameters(index = "1", paramLabel = "OTHER", description = "the table to compare with, of the same keys")
    private String other = "";

    @Option(names = "--at", paramLabel = "TIME", description = "TABLE as it was then: ISO 8601, or -5m")
    private @Nullable String at;

    @Option(names = "--show", paramLabel = "N", description = "differences to print (default: ${DEFAULT-VALUE})")
    private int shown = 20;

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (options) {
            Site site = options.open();
            table = site.table(table);
            other = site.table(other);
            if (at == null) {
                return compare(site, table, out);
            }
            var time = When.parse(at, site.clock().instant());
            try (var past = PastTable.restore(site.dynamoDb(), table, time, out)) {
                return compare(site, past.name(), out);
            }
        }
    }

    private int compare(Site site, String one, PrintWriter out) {
        long[] found = {0};
        long compared = new TableDifferences(site.dynamoDb(), Keys.names(site.dynamoDb(), other))
                .compare(one, other, difference -> {
                    if (found[0]++ < shown) {
                        out.println("  " + text(difference));
                    }
                    return true;
                });
        out.printf("%,d items compared, %,d differences%n", compared, found[0]);
        return found[0] == 0 ? 0 : DIFFERENT;
    }

    private String text(Difference difference) {
        String key = json(difference.key());
        if (difference.other() == null) {
            return key + ": not in " + other;
        }
        return difference.one() == null
                ? key + ": only in " + other
                : key + ": " + json(difference.one()) + " is in " + other + " " + json(difference.other());
    }

    private static String json(Map<String, AttributeValue> item) {
        return new String(Wire.writeItem(item), StandardCharsets.UTF_8);
    }
}
