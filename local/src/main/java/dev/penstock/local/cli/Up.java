package dev.penstock.local.cli;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code up}: starts the runtime and keeps it until Ctrl-C. */
@Command(
        name = "up",
        description = "Start the storefront of stage local; Ctrl-C stops it.",
        mixinStandardHelpOptions = true)
final class Up implements Callable<Integer> {
    private static final long SAID_EACH = 25_000;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "port of the gateway, 0 for a free one (default: 4566)")
    private int port = Options.PORT;

    @Option(names = "--dax-port", paramLabel = "PORT", description = "port of DAX, 0 for a free one (default: 8111)")
    private int daxPort = Options.DAX_PORT;

    @Option(names = "--in-memory", description = "keep nothing; default: data lives in .penstock/")
    private boolean inMemory;

    @Option(names = "--data", paramLabel = "DIR", description = "where data lives (default: .penstock)")
    private Path data = Home.directory().resolve(".penstock");

    @Option(names = "--store", paramLabel = "URL", description = "work in front of this DynamoDB-compatible endpoint")
    private @Nullable URI store;

    @Option(
            names = "--fsync",
            description = "force each change to the disk before it is acknowledged: survives a power cut")
    private boolean fsync;

    @Option(
            names = "--expiry-delay",
            paramLabel = "PERIOD",
            description = "how long after its expiry an item is deleted, as PT2H (default: ${DEFAULT-VALUE})")
    private Duration expiryDelay = Duration.ZERO;

    @Option(
            names = "--function-idle",
            paramLabel = "PERIOD",
            description = "how long a function's JVM is kept without work, in real time (default: ${DEFAULT-VALUE})")
    private Duration functionIdle = Options.FUNCTION_IDLE;

    @Option(names = "--json", description = "print the endpoints as JSON, one line, once ready")
    private boolean json;

    @Option(
            names = "--until-ready",
            description = "stop once ready: a check of the stacks, and what the class cache learns")
    private boolean untilReady;

    private long said;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Said every so often, on the error stream: a large data folder takes a while. */
    private void loaded(long items) {
        if (items - said >= SAID_EACH) {
            said = items;
            spec.commandLine().getErr().printf("  loading: %,d items%n", items);
            spec.commandLine().getErr().flush();
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        var options = Options.inMemory()
                .withPorts(port, daxPort)
                .withDataDirectory(inMemory ? null : data)
                .withStore(store)
                .withFsync(fsync)
                .withExpiryDelay(expiryDelay)
                .withFunctionIdle(functionIdle)
                .withLoadProgress(this::loaded)
                .withAssembly(Home.assembly());
        try (var runtime = LocalRuntime.start(options)) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(runtime::close));
            out.println(json ? Endpoints.json(runtime) : Endpoints.table(runtime));
            out.flush();
            if (untilReady) {
                return 0;
            }
            runtime.awaitClosed();
            return "failed".equals(runtime.status()) ? 1 : 0;
        }
    }
}
