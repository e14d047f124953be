package dev.penstock.local.cli;

import dev.penstock.local.bench.EtlBench;
import dev.penstock.local.bench.GateBench;
import dev.penstock.local.bench.RecoveryBench;
import dev.penstock.local.bench.StoreBench;
import dev.penstock.local.bench.WholePath;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.counting.StreamsBench;
import dev.penstock.local.functions.ColdStartBench;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench}: the numbers of docs/BENCHMARKS.md that concern the whole. */
@Command(
        name = "bench",
        description = {
            "Measure write-to-view latency, and how fast written backlogs drain beside what the store takes by itself.",
            "Starts a runtime of its own, in memory on free ports, unless --endpoint is given. Exit code 1 if a bar of"
                    + " docs/BENCHMARKS.md is missed."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            DaxBenchCommand.class,
            EtlBench.class,
            StoreBench.class,
            RecoveryBench.class,
            GateBench.class,
            RegionsBench.class,
            StreamsBench.class,
            ColdStartBench.class
        })
final class Bench implements Callable<Integer> {
    @Option(names = "--endpoint", paramLabel = "URL", description = "use the runtime that listens there")
    private @Nullable URI endpoint;

    @Option(names = "--samples", paramLabel = "N", description = "of the latency (default: ${DEFAULT-VALUE})")
    private int samples = 300;

    @Option(names = "--events", paramLabel = "N", description = "of a backlog of usage (default: ${DEFAULT-VALUE})")
    private int events = 20_000;

    @Option(names = "--orders", paramLabel = "N", description = "of a backlog of orders (default: ${DEFAULT-VALUE})")
    private int orders = 2_000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "of drains and rates, after one to warm up; medians count (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "the same seed gives the same input (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Override
    public Integer call() {
        if (endpoint != null) {
            return measure(endpoint, "us-east-1");
        }
        try (var runtime = LocalRuntime.start(Options.inMemory().withAssembly(Home.assembly()))) {
            System.out.printf("  ready after         %.1f s%n", runtime.startSeconds());
            Resident.print(System.out);
            int code = measure(runtime.endpoint(), runtime.region());
            Resident.print(System.out);
            return code;
        }
    }

    private int measure(URI at, String region) {
        try (var clients = new Clients(at, region);
                var control = new Control(at)) {
            var size = new WholePath.Size(samples, events, orders, rounds, seed);
            return new WholePath(clients, control, size, System.out).run() ? 0 : 1;
        }
    }
}
