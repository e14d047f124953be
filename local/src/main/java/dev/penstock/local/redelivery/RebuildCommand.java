package dev.penstock.local.redelivery;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.projector.Rebuild;
import dev.penstock.local.demo.ArchivedItems;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rebuild}: makes a view what a recomputation makes it, in place, while the stream flows. */
@Command(
        name = "rebuild",
        description = {
            "Make a view or a contribution aggregate what its source gives, in place, while the stream flows.",
            "All views and contribution aggregates of the same source are done with it: they share what is remembered of"
                    + " an item. Run it again at any time."
        },
        mixinStandardHelpOptions = true)
public final class RebuildCommand implements Callable<Integer> {
    private static final int STEP = 1_000;

    @Parameters(paramLabel = "VIEW", description = "name of a view or an aggregate; OrdersByStatus for example")
    private String view = "";

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
        Effect effect = effect(catalog, view);
        try (options) {
            Site site = options.open();
            Rebuild.Report report = new Rebuild(
                            catalog,
                            catalog.table(effect.source()),
                            site.dynamoDb(),
                            site.names(),
                            new ArchivedItems(site.s3(), site.archive()),
                            site.clock())
                    .run(items -> {
                        if (!json && items % STEP == 0) {
                            out.printf("  %,d items of %s%n", items, effect.source());
                            out.flush();
                        }
                    });
            if (json) {
                out.println(FailureObjects.text(report));
            } else {
                out.printf(
                        "rebuilt %s from %,d items of %s: %,d renewed, %,d left to the stream, %,d strays swept%n",
                        rebuilt(catalog, effect),
                        report.items(),
                        effect.source(),
                        report.written(),
                        report.overtaken(),
                        report.swept());
            }
            return 0;
        }
    }

    private static String rebuilt(Catalog catalog, Effect effect) {
        return catalog.effectsOf(effect.source()).stream()
                .filter(each -> !isWindowed(each))
                .map(Effect::tableName)
                .collect(Collectors.joining(", "));
    }

    private static Effect effect(Catalog catalog, String name) {
        List<Effect> effects = catalog.effects();
        Effect effect = effects.stream()
                .filter(each -> each.name().equals(name) || each.tableName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no view or aggregate " + name + "; there are "
                        + effects.stream().map(Effect::tableName).toList()));
        if (isWindowed(effect)) {
            throw new IllegalArgumentException("windowed aggregate " + name
                    + " counts by the stream's sequence numbers, which items don't hold, so it can't be rebuilt in"
                    + " place: declare its next version in contribution mode and rebuild that");
        }
        return effect;
    }

    private static boolean isWindowed(Effect effect) {
        return effect instanceof Aggregate aggregate && aggregate.mode() == Aggregate.Mode.WINDOWED;
    }
}
