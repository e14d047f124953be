package dev.penstock.local.cli;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.dax.DaxBench;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** {@code bench dax}: the numbers of docs/BENCHMARKS.md that concern DAX. */
@Command(
        name = "dax",
        description = {
            "Measure cached reads through DAX against plain reads of the same endpoint, and what DAX saves and takes.",
            "Starts a runtime of its own, in memory on free ports, unless --endpoint is given."
        },
        mixinStandardHelpOptions = true)
final class DaxBenchCommand implements Callable<Integer> {
    @Option(names = "--endpoint", paramLabel = "URL", description = "measure the DynamoDB that listens there")
    private @Nullable URI endpoint;

    @Option(names = "--keys", paramLabel = "N", description = "items in the table (default: ${DEFAULT-VALUE})")
    private int keys = 10_000;

    @Option(names = "--reads", paramLabel = "N", description = "reads of each measurement (default: ${DEFAULT-VALUE})")
    private int reads = 50_000;

    @Option(names = "--zipf-reads", paramLabel = "N", description = "reads to count units (default: ${DEFAULT-VALUE})")
    private int zipfReads = 1_000_000;

    @Option(names = "--threads", paramLabel = "N", description = "concurrent readers (default: ${DEFAULT-VALUE})")
    private int threads = 4;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "connections opened and closed (default: ${DEFAULT-VALUE})")
    private int connections = 10_000;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var size = new DaxBench.Size(keys, reads, zipfReads, threads, connections);
        if (endpoint != null) {
            return measure(endpoint, size);
        }
        try (var runtime = LocalRuntime.start(Options.inMemory())) {
            return measure(runtime.endpoint(), size);
        }
    }

    private static int measure(URI at, DaxBench.Size size) throws IOException, InterruptedException {
        try (var clients = new Clients(at, "us-east-1")) {
            new DaxBench(clients.of(DynamoDbClient.class), Clients.CREDENTIALS, size, System.out).run();
        }
        return 0;
    }
}
