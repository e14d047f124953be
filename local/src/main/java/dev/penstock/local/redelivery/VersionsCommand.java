package dev.penstock.local.redelivery;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.tables.LiveVersions;
import dev.penstock.lambdas.verify.Difference;
import dev.penstock.lambdas.verify.Verifier;
import dev.penstock.local.demo.ArchivedItems;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code versions}: which version of each view and aggregate readers use; {@code versions switch} changes it. */
@Command(
        name = "versions",
        description = "List the declared versions of views and aggregates, and which one readers use.",
        subcommands = VersionsCommand.Switch.class,
        mixinStandardHelpOptions = true)
public final class VersionsCommand implements Callable<Integer> {
    /** What a declaration says of an effect that shows every item. */
    private static final String EVERY_ITEM = "; where All[]";

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
        Catalog catalog = Storefront.catalog();
        try (options) {
            LiveVersions live = versions(options.open(), catalog);
            for (Effect effect : catalog.effects()) {
                boolean isLive = live.live(effect.name()) == effect.version();
                if (json) {
                    out.println(FailureObjects.text(Map.of(
                            "name", effect.name(),
                            "table", effect.tableName(),
                            "version", effect.version(),
                            "live", isLive,
                            "declaration", effect.declaration())));
                } else {
                    out.printf(
                            "  %-24s version %d%s  %s%n",
                            effect.tableName(),
                            effect.version(),
                            isLive ? " (live)" : "       ",
                            effect.declaration().replace(EVERY_ITEM, ""));
                }
            }
            return 0;
        }
    }

    private static LiveVersions versions(Site site, Catalog catalog) {
        return new LiveVersions(site.dynamoDb(), site.names(), catalog, site.clock());
    }

    /** {@code versions switch NAME VERSION}. */
    @Command(
            name = "switch",
            description = {
                "Make readers use a version, a newer or an older one. It is compared with its source first.",
                "Exit code 3 if it differs; nothing is switched then."
            },
            mixinStandardHelpOptions = true)
    static final class Switch implements Callable<Integer> {
        private static final int DIFFERENT = 3;
        private static final int SHOWN = 10;

        @Parameters(index = "0", paramLabel = "NAME", description = "of a view or an aggregate")
        private String name = "";

        @Parameters(index = "1", paramLabel = "VERSION", description = "a declared version of it")
        private int version;

        @Option(names = "--unverified", description = "switch without comparing, to get away from a broken version")
        private boolean unverified;

        @Mixin
        private final SiteOptions options = new SiteOptions();

        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            Catalog catalog = Storefront.catalog();
            try (options) {
                Site site = options.open();
                LiveVersions live = versions(site, catalog);
                Effect effect = live.declared(name, version);
                List<Difference> differences = unverified ? List.of() : compare(site, catalog, effect);
                if (!differences.isEmpty()) {
                    differences.stream().limit(SHOWN).forEach(difference -> out.println("  " + difference));
                    out.printf(
                            "%s differs from its source in %,d places: scripts/penstock rebuild %s%n",
                            effect.tableName(), differences.size(), effect.tableName());
                    return DIFFERENT;
                }
                int before = live.live(name);
                live.switchTo(name, version);
                out.printf(
                        "readers of %s use %s within %d s; to go back: versions switch %s %d%n",
                        name, effect.tableName(), LiveVersions.AGE.toSeconds(), name, before);
                return 0;
            }
        }

        private static List<Difference> compare(Site site, Catalog catalog, Effect effect) {
            var verifier =
                    new Verifier(catalog, site.dynamoDb(), site.names(), new ArchivedItems(site.s3(), site.archive()));
            return verifier.verify(effect, site.settled());
        }
    }
}
