package dev.penstock.local.dax;

import dev.penstock.local.clients.Await;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What connections leave behind, and the heap that a server takes whose item cache is full of the smallest entries. */
final class FootprintBench {
    private static final long MIB = 1 << 20;
    private static final long CACHES = 32 * MIB;
    private static final long BESIDE = 64 * MIB;
    private static final int KEYS_PER_READ = 100;
    /** Open at once, so that client and server fit a usual limit of 4,096 open files. */
    private static final int AT_ONCE = 1_000;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final DynamoDbClient plain;
    private final int connections;
    private final PrintStream out;

    FootprintBench(DynamoDbClient plain, int connections, PrintStream out) {
        this.plain = plain;
        this.connections = connections;
        this.out = out;
    }

    void run() throws IOException {
        long before = heap();
        DaxSettings settings =
                DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS).withCacheBytes(CACHES);
        try (DaxServer server = DaxServer.start(plain, settings, InstantSource.system())) {
            fill(server);
            Await.until(LIMIT, "DAX to close its connections", () -> server.connections() == 0);
            long memory = server.memoryLeft();
            for (int left = connections; left > 0; left -= AT_ONCE) {
                openAndClose(server, Math.min(left, AT_ONCE));
            }
            int open = server.connections();
            long missing = memory - server.memoryLeft();
            print(
                    "connections opened and closed",
                    "%,d".formatted(connections),
                    open + " open, " + missing + " bytes missing",
                    open == 0 && missing == 0);
            long grown = heap() - before;
            print(
                    "heap of a full " + CACHES / 2 / MIB + " MiB item cache",
                    grown / MIB + " MiB",
                    "<= " + (CACHES / 2 + BESIDE) / MIB + " MiB",
                    grown <= CACHES / 2 + BESIDE);
        }
    }

    private void print(String name, String measured, String bar, boolean met) {
        out.printf("%-36s %12s   bar %s: %s%n", name, measured, bar, met ? "met" : "NOT MET");
    }

    /** With the knowledge that items are missing: the smallest entries, which cost the most beside their content. */
    private static void fill(DaxServer server) throws IOException {
        try (BareClient client = new BareClient(server.port())) {
            for (int from = 0; server.metrics().get("EvictedSize") == 0; from += KEYS_PER_READ) {
                client.call(missing(from));
            }
        }
    }

    private static CborWriter missing(int from) {
        CborWriter batch = new CborWriter().integer(1).integer(Method.BATCH_GET_ITEM.id());
        batch.map(1).text(BenchTable.NAME).array(3).bool(false).nul().array(KEYS_PER_READ);
        IntStream.range(from, from + KEYS_PER_READ)
                .forEach(i -> batch.bytes(("missing-" + i).getBytes(StandardCharsets.UTF_8)));
        return batch.nul();
    }

    private static void openAndClose(DaxServer server, int count) throws IOException {
        List<BareClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                BareClient client = new BareClient(server.port());
                open.add(client);
                client.call(new CborWriter().integer(1).integer(Method.ENDPOINTS.id()));
            }
        } finally {
            for (BareClient client : open) {
                client.close();
            }
        }
        Await.until(LIMIT, "DAX to close its connections", () -> server.connections() == 0);
    }

    private static long heap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
