package dev.penstock.local.redelivery;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.local.redelivery.Resend.Outcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mails}: lists mails that are in doubt or were refused, and sends them again when somebody decides so. */
@Command(
        name = "mails",
        description = {
            "List mails that were claimed but not confirmed by SES, or refused by it; with --resend send them again.",
            "A mail is never sent again by itself. Whoever got a first one in doubt after all gets a second.",
            "Exit code 1 if something could not be sent again."
        },
        mixinStandardHelpOptions = true)
public final class MailsCommand implements Callable<Integer> {
    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            description = "leave out younger claims, whose confirmation may be on its way (default: ${DEFAULT-VALUE})")
    private Duration grace = Duration.ofMinutes(15);

    @Option(names = "--resend", description = "send them again")
    private boolean resend;

    @Option(names = "--json", description = "one JSON object per line")
    private boolean json;

    @Mixin
    private final SiteOptions site = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (site) {
            Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
            new Resend(site.open(), Storefront.catalog()).run(grace, resend, (claim, outcome) -> {
                counts.merge(outcome, 1, Integer::sum);
                String word = outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
                if (json) {
                    out.println(FailureObjects.text(Map.of(
                            "claim",
                            claim.claim(),
                            "claimedAt",
                            claim.claimedAt().toString(),
                            "outcome",
                            word)));
                } else {
                    out.printf("  %-18s claimed %s  %s%n", word, claim.claimedAt(), claim.claim());
                }
                out.flush();
            });
            if (!json) {
                out.println(counts.isEmpty() ? "no mail is in doubt" : counts.toString());
            }
            return resend && (counts.containsKey(Outcome.NOT_NOW) || counts.containsKey(Outcome.REFUSED)) ? 1 : 0;
        }
    }
}
