package dev.penstock.local.dax;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.dax.ClusterDaxClient;
import software.amazon.dax.Configuration;

/**
 * Cached reads through the official DAX client against those of the plain client, on the same endpoint in the same run, and
 * the read units that the cache saves; then what connections and full caches take. It says nothing of DAX on AWS. The
 * cache's clock stands still.
 */
public final class DaxBench {
    private static final double LEAST_RATIO = 5;
    private static final double MOST_P50_MICROS = 200;
    private static final double MOST_HIT_MICROS = 15;
    private static final double MOST_UNITS = 0.1;

    /**
     * How much is measured.
     *
     * @param keys items in the table
     * @param reads of each measurement of time
     * @param zipfReads of the measurement of read units
     * @param threads concurrent readers
     * @param connections opened and closed
     */
    public record Size(int keys, int reads, int zipfReads, int threads, int connections) {
        public Size {
            if (keys < 1 || reads < 10 || zipfReads < 1 || threads < 1 || connections < 1) {
                throw new IllegalArgumentException(
                        "keys, zipf-reads, threads and connections are 1 or more, reads 10 or more; given: " + keys
                                + ", " + zipfReads + ", " + threads + ", " + connections + ", " + reads);
            }
        }
    }

    private final DynamoDbClient plain;
    private final AwsCredentialsProvider credentials;
    private final Size size;
    private final PrintStream out;

    /** @param plain of the DynamoDB to measure; a table {@code PenstockDaxBench} is made in it and deleted again */
    public DaxBench(DynamoDbClient plain, AwsCredentialsProvider credentials, Size size, PrintStream out) {
        this.plain = plain;
        this.credentials = credentials;
        this.size = size;
        this.out = out;
    }

    /** Measures and prints everything, each bar with whether it is met. */
    public void run() throws IOException, InterruptedException {
        BenchTable.load(plain, size.keys());
        try {
            try (DaxServer server = start()) {
                reads(server);
            }
            try (DaxServer server = start()) {
                units(server);
            }
            new FootprintBench(plain, size.connections(), out).run();
        } finally {
            plain.deleteTable(r -> r.tableName(BenchTable.NAME));
        }
    }

    private DaxServer start() {
        return DaxServer.start(
                plain, DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS), InstantSource.fixed(Instant.EPOCH));
    }

    private DynamoDbClient dax(DaxServer server) throws IOException {
        return ClusterDaxClient.builder()
                .overrideConfiguration(Configuration.builder()
                        .url(server.url())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials)
                        .build())
                .build();
    }

    private void reads(DaxServer server) throws IOException, InterruptedException {
        int hot = Math.min(size.keys(), 1_000);
        try (DynamoDbClient dax = dax(server)) {
            IntConsumer plainRead =
                    i -> plain.getItem(r -> r.tableName(BenchTable.NAME).key(BenchTable.key(i % hot)));
            IntConsumer daxRead =
                    i -> dax.getItem(r -> r.tableName(BenchTable.NAME).key(BenchTable.key(i % hot)));
            ReadLoad.run(size.threads(), size.reads(), daxRead);
            ReadLoad.run(size.threads(), size.reads() / 5, plainRead);
            out.printf(
                    "%-36s %12s %10s %10s%n",
                    size.reads() + " reads of " + hot + " items", "reads/s", "p50 us", "p99 us");
            for (int concurrent : new int[] {1, size.threads()}) {
                CpuTime before = CpuTime.now();
                ReadLoad.Result cached = ReadLoad.run(concurrent, size.reads(), daxRead);
                CpuTime used = CpuTime.now().minus(before);
                ReadLoad.Result uncached = ReadLoad.run(concurrent, size.reads() / 5, plainRead);
                print("through DAX, threads: " + concurrent, cached);
                print("plain, threads: " + concurrent, uncached);
                out.printf(
                        "  CPU per cached read: server %.1f us, client %.1f us%n",
                        used.server() / 1e3 / cached.reads(),
                        (used.client() + cached.cpuNanos()) / 1e3 / cached.reads());
                double ratio = cached.perSecond() / uncached.perSecond();
                bar("  reads/s, DAX / plain", "%.1fx".formatted(ratio), ">= 5x", ratio >= LEAST_RATIO);
                if (concurrent == 1) {
                    bar(
                            "  p50 of a cached read",
                            "%.0f us".formatted(cached.p50()),
                            "<= 200 us",
                            cached.p50() <= MOST_P50_MICROS);
                }
            }
            double sent = server.metrics().hitsSent().micros(0.5);
            out.printf(
                    "server time of a hit until its answer is ready: p50 %.1f us, p99 %.1f us%n",
                    server.metrics().hitsAnswered().micros(0.5),
                    server.metrics().hitsAnswered().micros(0.99));
            bar("  until it is sent, p50", "%.1f us".formatted(sent), "<= 15 us", sent <= MOST_HIT_MICROS);
        }
    }

    private void print(String name, ReadLoad.Result result) {
        out.printf("%-36s %,12.0f %10.0f %10.0f%n", name, result.perSecond(), result.p50(), result.p99());
    }

    private void bar(String name, String measured, String bar, boolean met) {
        out.printf("%-36s %12s   bar %-10s %s%n", name, measured, bar, met ? "met" : "NOT MET");
    }

    /** Read units that Zipf-distributed reads cost through a new, empty cache, against those of the plain client. */
    private void units(DaxServer server) throws IOException, InterruptedException {
        Zipf zipf = new Zipf(size.keys());
        SplittableRandom random = new SplittableRandom(1);
        int[] ranks =
                IntStream.range(0, size.zipfReads()).map(i -> zipf.draw(random)).toArray();
        double without = size.zipfReads()
                * plain.getItem(r -> r.tableName(BenchTable.NAME)
                                .key(BenchTable.key(0))
                                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                        .consumedCapacity()
                        .capacityUnits();
        DoubleAdder consumed = new DoubleAdder();
        try (DynamoDbClient dax = dax(server)) {
            ReadLoad.run(size.threads(), size.zipfReads(), i -> {
                var capacity = dax.getItem(r -> r.tableName(BenchTable.NAME)
                                .key(BenchTable.key(ranks[i]))
                                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                        .consumedCapacity();
                consumed.add(capacity == null ? 0 : capacity.capacityUnits());
            });
        }
        double share = consumed.sum() / without;
        out.printf(
                "%,d reads of %,d keys, Zipf 1.0: %,.1f read units with DAX, %,.1f without; hit rate %.2f %%%n",
                size.zipfReads(),
                size.keys(),
                consumed.sum(),
                without,
                100.0 * server.metrics().get("ItemCacheHits") / size.zipfReads());
        bar("  read units, DAX / plain", "%.4fx".formatted(share), "<= 0.1x", share <= MOST_UNITS);
    }
}
