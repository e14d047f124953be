package dev.penstock.local.redelivery;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.projector.Folding;
import dev.penstock.lambdas.tables.Backoff;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fold}: what a schedule does every day, now. */
@Command(
        name = "fold",
        description = {
            "Fold old rows of windowed aggregates into one row for each group; a schedule does so every day.",
            "Sums stay as they are. Rows that counted within the last 21 days are left alone, as records may come again."
        },
        mixinStandardHelpOptions = true)
public final class FoldCommand implements Callable<Integer> {
    @Option(names = "--dry-run", description = "say what would be folded, and do nothing")
    private boolean dryRun;

    @Option(names = "--json", description = "one JSON object per line")
    private boolean json;

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Aggregate> windowed = Storefront.catalog().aggregates().stream()
                .filter(aggregate -> aggregate.mode() == Aggregate.Mode.WINDOWED)
                .toList();
        try (options) {
            Site site = options.open();
            for (Aggregate aggregate : windowed) {
                var report = new Folding(aggregate, site.dynamoDb(), site.names(), Backoff.jittered())
                        .run(site.clock().instant(), dryRun, () -> true);
                out.println(json ? json(aggregate, report) : line(aggregate, report));
                out.flush();
            }
            if (windowed.isEmpty() && !json) {
                out.println("the catalog has no windowed aggregate");
            }
            return 0;
        }
    }

    private String line(Aggregate aggregate, Folding.Report report) {
        return "  %-24s %,d rows read, %,d %s, %,d left for the next time"
                .formatted(
                        aggregate.tableName(),
                        report.rows(),
                        report.folded(),
                        dryRun ? "would be folded" : "folded",
                        report.left());
    }

    private String json(Aggregate aggregate, Folding.Report report) {
        return FailureObjects.text(Map.of(
                "aggregate", aggregate.tableName(),
                "rows", report.rows(),
                "folded", report.folded(),
                "left", report.left(),
                "dryRun", dryRun));
    }
}
