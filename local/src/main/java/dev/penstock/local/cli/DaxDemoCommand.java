package dev.penstock.local.cli;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.dax.HotSession;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo dax}: what a hot session does to a table, without DAX and with it. */
@Command(
        name = "dax",
        description = {
            "Read one hot session of a table that its maximum throughput throttles, without DAX and with it.",
            "Starts a runtime of its own, in memory on free ports."
        },
        mixinStandardHelpOptions = true)
final class DaxDemoCommand implements Callable<Integer> {
    @Option(names = "--reads", paramLabel = "N", description = "reads each way (default: ${DEFAULT-VALUE})")
    private int reads = 5_000;

    @Option(names = "--threads", paramLabel = "N", description = "concurrent readers (default: ${DEFAULT-VALUE})")
    private int threads = 4;

    @Option(
            names = "--max-read-units",
            paramLabel = "N",
            description = "per second that the table allows (default: ${DEFAULT-VALUE})")
    private long maximumReadUnits = 20;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var size = new HotSession.Size(reads, threads, maximumReadUnits);
        try (var runtime = LocalRuntime.start(Options.inMemory())) {
            new HotSession(runtime.endpoint(), Clients.CREDENTIALS, size, runtime.clock()).play(System.out);
        }
        return 0;
    }
}
