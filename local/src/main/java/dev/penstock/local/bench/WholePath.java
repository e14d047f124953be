package dev.penstock.local.bench;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.local.bench.Backlog.Drain;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.StorefrontData;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The storefront's whole path, through its endpoint: how soon a view shows a write, and how fast written backlogs drain
 * beside what the store takes by itself, in turns within one run.
 */
public final class WholePath {
    private static final int BATCH = 1_000;
    private static final int CUSTOMERS = 1_000;

    private final Clients clients;
    private final Control control;
    private final Size size;
    private final PrintStream out;
    private final List<Bar> bars = new ArrayList<>();

    /**
     * How much is measured.
     *
     * @param samples of the latency
     * @param events usage events in each backlog
     * @param orders in each backlog
     * @param rounds of drains and rates, after one to warm up; medians count
     */
    public record Size(int samples, int events, int orders, int rounds, long seed) {}

    public WholePath(Clients clients, Control control, Size size, PrintStream out) {
        this.clients = clients;
        this.control = control;
        this.size = size;
        this.out = out;
    }

    /** What one round measures. */
    private record Round(
            Drain usage,
            Drain orders,
            Drain statuses,
            OwnTransactions.Rates own,
            double conditionalWrites,
            double transactions,
            double transactionsThroughEndpoint) {}

    /** Measures and prints all; whether every bar is reached. */
    public boolean run() {
        var latency = new ViewLatency(clients, control, size.seed()).measure(size.samples());
        out.printf(
                "  write to view row   p50 %.1f ms, p99 %.1f ms, %d samples, warm%n",
                latency.p50(), latency.p99(), size.samples());
        bars.add(Bar.most("write to view row, p50 in ms", latency.p50(), 100));
        bars.add(Bar.most("write to view row, p99 in ms", latency.p99(), 400));
        List<Round> rounds = new ArrayList<>();
        try (var rates = new StoreRates();
                var own = new OwnTransactions(Storefront.catalog(), "Orders")) {
            for (int number = 0; number <= size.rounds(); number++) {
                out.printf("%n%s%n", number == 0 ? "to warm up" : "round " + number + " of " + size.rounds());
                Round round = round(number, rates, own);
                if (number > 0) {
                    rounds.add(round);
                }
            }
        }
        bars(rounds);
        out.println();
        var writer = new PrintWriter(out, true, StandardCharsets.UTF_8);
        bars.forEach(bar -> bar.print(writer));
        return bars.stream().allMatch(Bar::isMet);
    }

    private Round round(int number, StoreRates rates, OwnTransactions own) {
        String run = size.seed() + "-" + number;
        var usage = new Backlog(clients, control, "UsageEvents", out);
        var live = new LiveUsage(run, size.seed() + number, control.now());
        Drain usageDrain = usage.drain(size.events(), live::next);
        usage.release();
        print("UsageEvents, windowed", usageDrain);
        out.printf(
                "      %.0f groups in a batch of 1,000 (%d pairs of tenant and feature by Zipf's law, one hour)%n",
                usageDrain.changes() / Math.ceil((double) usageDrain.records() / BATCH), LiveUsage.PAIRS);

        var orders = new Backlog(clients, control, "Orders", out);
        var data = new StorefrontData(size.seed() * 1_000 + number, control.now(), CUSTOMERS);
        List<Map<String, AttributeValue>> placed =
                Stream.generate(data::order).limit(size.orders()).toList();
        Drain ordersDrain = orders.drain(size.orders(), placed.iterator()::next);
        print("new orders: 2 views, 2 contribution aggregates", ordersDrain);
        List<Map<String, AttributeValue>> moved =
                placed.stream().map(WholePath::moved).toList();
        Drain statuses = orders.drain(size.orders(), moved.iterator()::next);
        orders.release();
        print("their status changes: 2 views, no aggregate", statuses);

        DynamoDbClient engine = rates.engine();
        DynamoDbClient endpoint = clients.of(DynamoDbClient.class);
        double writes = rates.most(callers -> rates.conditionalWrites(engine, size.orders() * 4, callers));
        double transactions = rates.most(callers -> rates.transactions(engine, size.orders() * 8, callers));
        double through = rates.most(callers -> rates.transactions(endpoint, size.orders() * 4, callers));
        OwnTransactions.Rates replayed = own.replay(placed, moved);
        out.printf("    embedded store alone, these transactions    %,9.0f actions/s%n", replayed.inserts());
        out.printf("    the same of the status changes              %,9.0f actions/s%n", replayed.changes());
        out.printf("    embedded store alone, conditional PutItem   %,9.0f actions/s%n", writes);
        out.printf("    the same, transactions of 100               %,9.0f actions/s%n", transactions);
        out.printf("    through the endpoint, transactions of 100   %,9.0f actions/s%n", through);
        return new Round(usageDrain, ordersDrain, statuses, replayed, writes, transactions, through);
    }

    /** The order with another status: it moves in the one view and changes in the other. */
    private static Map<String, AttributeValue> moved(Map<String, AttributeValue> order) {
        Map<String, AttributeValue> moved = new HashMap<>(order);
        moved.put("status", AttributeValue.fromS("RETURNED"));
        return moved;
    }

    private void print(String what, Drain drain) {
        out.printf(
                "    %-46s %,9.0f records/s, %,.0f store actions/s, %.1f a record; %.1f s (CPU: runtime %.1f s, function %.1f s)%n",
                what,
                drain.recordsPerSecond(),
                drain.changesPerSecond(),
                drain.changesPerRecord(),
                drain.seconds(),
                drain.runtimeCpu(),
                drain.functionsCpu());
    }

    private void bars(List<Round> rounds) {
        bars.add(Bar.least(
                "windowed, records/s", median(rounds, round -> round.usage().recordsPerSecond()), 5_000));
        bars.add(Bar.least(
                "contribution, of the embedded store's rate in the same transactions of 100, by actions/s",
                median(
                        rounds,
                        round -> round.orders().changesPerSecond() / round.own().inserts()),
                0.6));
        bars.add(Bar.least(
                "views, of the embedded store's conditional writes, by actions/s",
                median(rounds, round -> round.statuses().changesPerSecond() / round.conditionalWrites()),
                0.7));
        out.println();
        print(
                "contribution, of the embedded store in transactions of 100 new rows",
                rounds,
                round -> round.orders().changesPerSecond() / round.transactions());
        print(
                "the same through the endpoint",
                rounds,
                round -> round.orders().changesPerSecond() / round.transactionsThroughEndpoint());
        print(
                "views, of the embedded store in the same transactions",
                rounds,
                round -> round.statuses().changesPerSecond() / round.own().changes());
    }

    private void print(String what, List<Round> rounds, ToDoubleFunction<Round> ratio) {
        out.printf("%s: %.2f%n", what, median(rounds, ratio));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> of) {
        List<Round> sorted =
                rounds.stream().sorted(Comparator.comparingDouble(of)).toList();
        return of.applyAsDouble(sorted.get(sorted.size() / 2));
    }
}
