package dev.penstock.local.redelivery;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.replication.Backfill;
import java.io.PrintWriter;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code backfill}: shows in a replication's target what was there before the replication. */
@Command(
        name = "backfill",
        description = {
            "Copy to a replication's target the items that were there before it: the stream tells of the last day only.",
            "While the stream flows; again at any time: what the stream has told since is never overwritten."
        },
        mixinStandardHelpOptions = true)
public final class BackfillCommand implements Callable<Integer> {
    private static final int STEP = 1_000;

    /** Of a table's ARN: {@code arn:aws:dynamodb:REGION:ACCOUNT:table/NAME}. */
    private static final int REGION = 3;

    private static final int ACCOUNT = 4;

    @Parameters(paramLabel = "REPLICATION", description = "name of a replication; OrdersReplication for example")
    private String name = "";

    @Option(names = "--json", description = "print the report as JSON")
    private boolean json;

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Catalog catalog = Storefront.catalog();
        Replication replication = replication(catalog);
        try (options) {
            Site site = options.open();
            String[] arn = site.dynamoDb()
                    .describeTable(describe -> describe.tableName(site.names().physical(replication.source())))
                    .table()
                    .tableArn()
                    .split(":", -1);
            Backfill.Report report = new Backfill(
                            catalog, replication, site.names(), site.dynamoDb(), options.dynamoDb(replication.region()))
                    .run(arn[REGION] + "/" + arn[ACCOUNT], items -> {
                        if (!json && items % STEP == 0) {
                            out.printf("  %,d items of %s%n", items, replication.source());
                            out.flush();
                        }
                    });
            if (json) {
                out.println(FailureObjects.text(report));
                return 0;
            }
            out.printf(
                    "%,d of %,d items of %s were missing in %s in %s, and are there now%n",
                    report.written(), report.items(), replication.source(), replication.target(), replication.region());
            return 0;
        }
    }

    private Replication replication(Catalog catalog) {
        try {
            return catalog.replication(name);
        } catch (NoSuchElementException unknown) {
            throw new IllegalArgumentException(
                    "no replication " + name + "; there are "
                            + catalog.replications().stream()
                                    .map(Replication::name)
                                    .toList(),
                    unknown);
        }
    }
}
