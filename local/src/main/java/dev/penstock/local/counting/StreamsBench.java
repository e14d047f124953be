package dev.penstock.local.counting;

import dev.penstock.local.counting.SideBySide.Result;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** {@code bench streams}: Penstock's two modes beside what is usually done, in one run. */
@Command(
        name = "streams",
        description = {
            "Count a stream of usage events (200 features by Zipf's law) in five ways, side by side:",
            "units by AWS's rules with reads counted, calls, events per second, and whether the counts are right after"
                    + " redelivery, bisects and crashes. Exit code 1 if a bar of docs/BENCHMARKS.md is missed."
        },
        mixinStandardHelpOptions = true)
public final class StreamsBench implements Callable<Integer> {
    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "of the rates, interleaved; the median counts (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--batches",
            paramLabel = "N",
            description = "of 1,000 events in a round; the usual ways get a fifth (default: ${DEFAULT-VALUE})")
    private int batches = 10;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "the same seed gives the same stream (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    private final PrintStream out = System.out;
    private final List<String> missed = new ArrayList<>();

    @Override
    public Integer call() {
        try (var runtime = LocalRuntime.start(Options.inMemory())) {
            var sideBySide = new SideBySide(runtime.clients().of(DynamoDbClient.class), seed);
            out.printf(
                    "%-28s %6s %6s %8s %8s %9s %10s  %s%n",
                    "", "shards", "batch", "events", "units", "calls", "events/s", "counts after redelivery");
            Map<String, List<Result>> rates = new LinkedHashMap<>();
            for (int round = 0; round <= rounds; round++) {
                for (Strategy strategy : strategies()) {
                    int count = strategy instanceof Projected ? batches : Math.max(1, batches / 5);
                    Result result = sideBySide.run(strategy, 1, round == 0 ? 1 : count, 1_000);
                    if (round > 0) { // the first one warms up
                        rates.computeIfAbsent(result.strategy(), name -> new ArrayList<>())
                                .add(result);
                    }
                }
            }
            rates.values().forEach(results -> print(median(results)));
            for (Projected strategy : List.of(Projected.contribution(), Projected.windowed())) {
                bars(strategy, sideBySide.run(strategy, 1, 10, 100));
                for (int shards : new int[] {1, 10, 50}) {
                    bars(strategy, sideBySide.run(strategy, shards, 1, 1_000));
                }
            }
            crashes(sideBySide);
            ratios(rates);
        }
        missed.forEach(bar -> out.println("MISSED: " + bar));
        return missed.isEmpty() ? 0 : 1;
    }

    private static List<Strategy> strategies() {
        return List.of(
                Baselines.perRecord(),
                Baselines.marker(),
                Baselines.idempotencyRecord(),
                Projected.contribution(),
                Projected.windowed());
    }

    private void print(Result result) {
        out.printf(
                "%-28s %6d %6d %,8d %8.3f %9.4f %,10.0f  %s%n",
                result.strategy(),
                result.shards(),
                result.batchSize(),
                result.events(),
                result.unitsPerEvent(),
                result.callsPerEvent(),
                result.eventsPerSecond(),
                result.exact() ? "exact" : "WRONG");
    }

    private void bars(Projected strategy, Result result) {
        print(result);
        boolean windowed = strategy.name().endsWith("windowed");
        double least = windowed ? result.groupsPerEvent() : 2 * (1 + result.groupsPerEvent());
        bar(
                result.unitsPerEvent() <= 1.05 * least,
                "%.3f units per event, at most %.3f",
                result.unitsPerEvent(),
                1.05 * least);
        if (result.batchSize() == 1_000) {
            double most = windowed ? 0.2 : 0.05;
            bar(result.callsPerEvent() <= most, "%.3f calls per event, at most %.2f", result.callsPerEvent(), most);
        }
        bar(
                result.exactAtFirst() && result.exact(),
                "%s is not exact with %d shards",
                strategy.name(),
                result.shards());
    }

    private void crashes(SideBySide sideBySide) {
        out.println();
        for (Strategy strategy : strategies()) {
            boolean survives = sideBySide.survivesCrash(strategy, 100);
            out.printf("%-28s %s%n", strategy.name(), survives ? "exact after crashes" : "wrong after crashes");
            bar(survives || !(strategy instanceof Projected), "%s is wrong after a crash", strategy.name());
        }
    }

    private void ratios(Map<String, List<Result>> rates) {
        double base = rate(rates, Baselines.perRecord());
        double contribution = rate(rates, Projected.contribution()) / base;
        double windowed = rate(rates, Projected.windowed()) / base;
        out.printf(
                "%nEvents per second against an UpdateItem per record: contribution %.1fx, windowed %.1fx%n",
                contribution, windowed);
        bar(contribution >= 2, "contribution is %.1fx as fast, at least %.0fx", contribution, 2.0);
        bar(windowed >= 5, "windowed is %.1fx as fast, at least %.0fx", windowed, 5.0);
    }

    private static double rate(Map<String, List<Result>> rates, Strategy strategy) {
        return median(rates.getOrDefault(strategy.name(), List.of())).eventsPerSecond();
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in no library this module declares
    private void bar(boolean reached, String text, Object... values) {
        if (!reached) {
            missed.add(text.formatted(values));
        }
    }

    private static Result median(List<Result> results) {
        return results.stream()
                .sorted(Comparator.comparingDouble(Result::eventsPerSecond))
                .toList()
                .get(results.size() / 2);
    }
}
