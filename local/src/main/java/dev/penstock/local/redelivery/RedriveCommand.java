package dev.penstock.local.redelivery;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.local.redelivery.Redrive.Outcome;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code redrive}: lists what the failure bucket holds, and delivers it again. */
@Command(
        name = "redrive",
        description = {
            "List the records of the failure bucket; with --replay deliver them to their consumers again.",
            "Replaying is exact in any order and however often. Records older than 14 days are refused: rebuild instead.",
            "So are changes of views and aggregates from before a cut-over, which has rebuilt these.",
            "Exit code 1 if something stays behind."
        },
        mixinStandardHelpOptions = true)
public final class RedriveCommand implements Callable<Integer> {
    @Option(names = "--dry-run", description = "say what --replay would do, and do nothing")
    private boolean dryRun;

    @Option(names = "--replay", description = "deliver the records again")
    private boolean replay;

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
            Map<String, Integer> consumers = new TreeMap<>();
            Map<Outcome, Integer> counts = new Redrive(site.open(), Storefront.catalog())
                    .run(dryRun || !replay, (failed, outcome) -> {
                        consumers.merge(failed.consumer(), failed.count(), Integer::sum);
                        out.println(json ? json(failed, outcome) : line(failed, outcome));
                        out.flush();
                    });
            if (!json) {
                out.println(summary(consumers, counts));
            }
            return counts.keySet().stream().allMatch(outcome -> outcome == Outcome.REPLAYED) ? 0 : 1;
        }
    }

    private String line(FailedRecords failed, Outcome outcome) {
        if (failed.isForeign()) {
            return "  %-20s %s: %s".formatted(word(outcome), failed.key(), failed.reason());
        }
        return "  %-20s %s  %3d records of %s  %s%n  %20s %s"
                .formatted(
                        word(outcome),
                        failed.consumer(),
                        failed.count(),
                        failed.oldest(),
                        failed.reason(),
                        "",
                        failed.key());
    }

    private String word(Outcome outcome) {
        if (outcome == Outcome.REPLAYED && !replay) {
            return dryRun ? "would be replayed" : "failed";
        }
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private String json(FailedRecords failed, Outcome outcome) {
        return FailureObjects.text(Map.of(
                "key", failed.key(),
                "consumer", failed.consumer(),
                "reason", failed.reason(),
                "records", failed.count(),
                "oldest", failed.oldest().toString(),
                "outcome", word(outcome)));
    }

    private String summary(Map<String, Integer> consumers, Map<Outcome, Integer> counts) {
        if (consumers.isEmpty()) {
            return "the failure bucket is empty";
        }
        StringBuilder text = new StringBuilder("records by consumer: " + consumers);
        if (replay && !dryRun) {
            text.append("; objects: ").append(counts);
        }
        if (counts.containsKey(Outcome.TOO_OLD)) {
            text.append("; what is older than ")
                    .append(FailureBucket.KEPT.toDays())
                    .append(" days is not replayed: run rebuild for the views concerned");
        }
        if (counts.containsKey(Outcome.OTHER_STREAM)) {
            text.append("; what is of a stream before the last cut-over is not replayed: views were rebuilt since");
        }
        return text.toString();
    }
}
