package dev.penstock.local.recovery;

import dev.penstock.lambdas.operations.TableDifferences;
import dev.penstock.lambdas.operations.TableDifferences.Difference;
import dev.penstock.local.redelivery.Site;
import dev.penstock.local.redelivery.SiteOptions;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code repair}: chosen items as they were, in the live table; the stream, the views and the replicas follow. */
@Command(
        name = "repair",
        description = {
            "Put chosen items of a table back to what they were at a time; prints what it would do unless --apply is"
                    + " given.",
            "An item that somebody changes meanwhile is left alone and named, and so is one that can't be written; exit"
                    + " code 3 then. An attribute that is added meanwhile stays, but for an item that is to be deleted."
        },
        mixinStandardHelpOptions = true)
public final class RepairCommand implements Callable<Integer> {
    private static final int LEFT_ALONE = 3;

    @Parameters(paramLabel = "TABLE", description = "name of the table")
    private String table = "";

    @Option(names = "--to", paramLabel = "TIME", required = true, description = "ISO 8601, or -5m for five minutes ago")
    private String to = "";

    @Option(names = "--keys", paramLabel = "KEY", split = ",", description = "keys, c1 or c1/o1, separated by commas")
    private List<String> keys = new ArrayList<>();

    @Option(names = "--all", description = "every item that has changed since")
    private boolean all;

    @Option(names = "--apply", description = "do it")
    private boolean apply;

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (all != keys.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give --keys KEY,KEY... or --all");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (options) {
            Site site = options.open();
            table = site.table(table);
            Instant time = When.parse(to, site.clock().instant());
            var description = site.dynamoDb()
                    .describeTable(request -> request.tableName(table))
                    .table();
            List<Map<String, AttributeValue>> chosen =
                    keys.stream().map(key -> Keys.parse(description, key)).toList();
            out.printf("%s as it was at %s%n", table, time);
            out.flush();
            try (var past = PastTable.restore(site.dynamoDb(), table, time, out)) {
                var differences = new TableDifferences(site.dynamoDb(), Keys.names(description));
                var repair = new Repair(site.dynamoDb(), table, apply, out);
                if (all) {
                    differences.compare(past.name(), table, difference -> {
                        repair.put(difference);
                        return true;
                    });
                } else {
                    for (Map<String, AttributeValue> key : chosen) {
                        Difference difference = differences.at(past.name(), table, key);
                        if (difference == null) {
                            repair.same(key);
                        } else {
                            repair.put(difference);
                        }
                    }
                }
                return repair.report() ? 0 : LEFT_ALONE;
            }
        }
    }
}
