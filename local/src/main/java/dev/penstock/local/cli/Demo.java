package dev.penstock.local.cli;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.Tour;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintStream;
import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: the main job on generated input, with what can be read back after each step. */
@Command(
        name = "demo",
        subcommands = DaxDemoCommand.class,
        description = {
            "Play the main job: sign-ups and their mails, orders and usage analytics, expired sessions in the archive.",
            "Starts a runtime of its own, in memory on free ports, unless --endpoint is given: that one's clock is then"
                    + " moved ahead by three hours, and what expires by then, expires."
        },
        mixinStandardHelpOptions = true)
final class Demo implements Callable<Integer> {
    @Option(names = "--endpoint", paramLabel = "URL", description = "use the runtime that listens there")
    private @Nullable URI endpoint;

    @Option(names = "--customers", paramLabel = "N", description = "sign-ups (default: ${DEFAULT-VALUE})")
    private int customers = 20;

    @Option(names = "--orders", paramLabel = "N", description = "orders (default: ${DEFAULT-VALUE})")
    private int orders = 2_000;

    @Option(names = "--events", paramLabel = "N", description = "usage events (default: ${DEFAULT-VALUE})")
    private int events = 3_000;

    @Option(names = "--sessions", paramLabel = "N", description = "sessions (default: ${DEFAULT-VALUE})")
    private int sessions = 200;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "the same seed gives the same input (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Override
    public Integer call() {
        PrintStream out = System.out;
        var size = new Tour.Size(customers, orders, events, sessions, seed);
        if (endpoint != null) {
            return play(endpoint, "us-east-1", size, out);
        }
        try (var runtime = LocalRuntime.start(Options.inMemory().withAssembly(Home.assembly()))) {
            out.println("A runtime of its own is ready at " + runtime.endpoint() + ", in memory.");
            int code = play(runtime.endpoint(), runtime.region(), size, out);
            Resident.print(out);
            return code;
        }
    }

    private static int play(URI endpoint, String region, Tour.Size size, PrintStream out) {
        try (var clients = new Clients(endpoint, region);
                var control = new Control(endpoint)) {
            var tour = new Tour(clients, control, size, out);
            tour.signUps();
            tour.ordersAndEvents();
            tour.readBack();
            tour.secondRegion();
            tour.verify();
            tour.expiry();
        }
        return 0;
    }
}
