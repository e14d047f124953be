package dev.penstock.local.dax;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.dax.ClusterDaxClient;
import software.amazon.dax.Configuration;

/**
 * {@code bench dax}: cached reads through the official DAX client against the plain client, on the same endpoint in the
 * same run, and the read units that the cache saves. It says nothing of DAX on AWS.
 */
@Command(
        name = "dax",
        description = "Measure cached reads through DAX against plain reads of the same endpoint.",
        mixinStandardHelpOptions = true)
public final class DaxBench implements Callable<Integer> {
    private static final String TABLE = "PenstockDaxBench";
    private static final int BATCH = 25;
    private static final Region REGION = Region.US_EAST_1;
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    @Option(names = "--endpoint", required = true, paramLabel = "URL", description = "the DynamoDB to measure")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private URI endpoint;

    @Option(names = "--keys", paramLabel = "N", description = "items in the table (default: ${DEFAULT-VALUE})")
    private int keys = 10_000;

    @Option(names = "--reads", paramLabel = "N", description = "reads of each measurement (default: ${DEFAULT-VALUE})")
    private int reads = 50_000;

    @Option(names = "--zipf-reads", paramLabel = "N", description = "reads to count units (default: ${DEFAULT-VALUE})")
    private int zipfReads = 200_000;

    @Option(names = "--threads", paramLabel = "N", description = "concurrent readers (default: ${DEFAULT-VALUE})")
    private int threads = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        InstantSource fixed = InstantSource.fixed(Instant.EPOCH);
        try (DynamoDbClient plain = plain();
                DaxServer server =
                        DaxServer.start(plain, DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS), fixed)) {
            load(plain);
            measure(plain, server, out);
            units(plain, out);
        }
        out.flush();
        return 0;
    }

    private DynamoDbClient plain() {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    private static DynamoDbClient dax(DaxServer server) throws IOException {
        return ClusterDaxClient.builder()
                .overrideConfiguration(Configuration.builder()
                        .url(server.url())
                        .region(REGION)
                        .credentialsProvider(CREDENTIALS)
                        .build())
                .build();
    }

    private void load(DynamoDbClient plain) {
        if (plain.listTables().tableNames().contains(TABLE)) {
            plain.deleteTable(r -> r.tableName(TABLE));
            plain.waiter().waitUntilTableNotExists(r -> r.tableName(TABLE));
        }
        plain.createTable(r -> r.tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(a -> a.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(k -> k.attributeName("id").keyType(KeyType.HASH)));
        plain.waiter().waitUntilTableExists(r -> r.tableName(TABLE));
        for (int from = 0; from < keys; from += BATCH) {
            List<WriteRequest> batch = IntStream.range(from, Math.min(from + BATCH, keys))
                    .mapToObj(i -> WriteRequest.builder()
                            .putRequest(put -> put.item(session(i)))
                            .build())
                    .toList();
            plain.batchWriteItem(r -> r.requestItems(Map.of(TABLE, batch)));
        }
    }

    private static Map<String, AttributeValue> session(int i) {
        return Map.of(
                "id", AttributeValue.fromS("session-" + i),
                "customerId", AttributeValue.fromS("customer-" + i % 100),
                "expiresAt", AttributeValue.fromN(String.valueOf(1_800_000_000 + i)),
                "data", AttributeValue.fromS("x".repeat(400)));
    }

    private static Map<String, AttributeValue> key(int i) {
        return Map.of("id", AttributeValue.fromS("session-" + i));
    }

    private void measure(DynamoDbClient plain, DaxServer server, PrintWriter out)
            throws IOException, InterruptedException {
        int hot = Math.min(keys, 1_000);
        try (DynamoDbClient dax = dax(server)) {
            IntConsumer plainRead = i -> plain.getItem(r -> r.tableName(TABLE).key(key(i % hot)));
            IntConsumer daxRead = i -> dax.getItem(r -> r.tableName(TABLE).key(key(i % hot)));
            ReadLoad.run(threads, reads, daxRead);
            ReadLoad.run(threads, reads / 5, plainRead);
            out.printf(
                    "%-34s %12s %10s %10s%n",
                    reads + " cached reads, " + hot + " items", "reads/s", "p50 us", "p99 us");
            for (int concurrent : new int[] {1, threads}) {
                Cpu before = Cpu.now();
                ReadLoad.Result cached = ReadLoad.run(concurrent, reads, daxRead);
                Cpu used = Cpu.now().minus(before);
                ReadLoad.Result uncached = ReadLoad.run(concurrent, reads / 5, plainRead);
                print(out, "DAX, " + concurrent + " threads", cached);
                print(out, "plain, " + concurrent + " threads", uncached);
                out.printf(
                        "  ratio %.1fx; CPU per cached read: server %.1f us, client %.1f us%n",
                        cached.perSecond() / uncached.perSecond(),
                        used.server() / 1e3 / cached.reads(),
                        (used.client() + cached.cpuNanos()) / 1e3 / cached.reads());
            }
            out.printf("server time of a hit, mean: %.1f us%n", server.metrics().meanHitMicros());
        }
    }

    private static void print(PrintWriter out, String name, ReadLoad.Result result) {
        out.printf("%-34s %,12.0f %10.0f %10.0f%n", name, result.perSecond(), result.p50(), result.p99());
    }

    /** Read units that Zipf-distributed reads cost through a new, empty cache, against those of the plain client. */
    private void units(DynamoDbClient plain, PrintWriter out) throws IOException, InterruptedException {
        InstantSource fixed = InstantSource.fixed(Instant.EPOCH);
        Zipf zipf = new Zipf(keys);
        SplittableRandom random = new SplittableRandom(1);
        int[] ranks = IntStream.range(0, zipfReads).map(i -> zipf.draw(random)).toArray();
        double perRead = plain.getItem(
                        r -> r.tableName(TABLE).key(key(0)).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity()
                .capacityUnits();
        DoubleAdder consumed = new DoubleAdder();
        try (DaxServer cold = DaxServer.start(plain, DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS), fixed);
                DynamoDbClient dax = dax(cold)) {
            ReadLoad.run(threads, zipfReads, i -> {
                var capacity = dax.getItem(r -> r.tableName(TABLE)
                                .key(key(ranks[i]))
                                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                        .consumedCapacity();
                consumed.add(capacity == null ? 0 : capacity.capacityUnits());
            });
            long hits = cold.metrics().get("ItemCacheHits");
            out.printf(
                    "%,d reads of %,d keys, Zipf 1.0: %,.1f read units with DAX, %,.1f without: %.4fx; hit rate %.2f %%%n",
                    zipfReads,
                    keys,
                    consumed.sum(),
                    perRead * zipfReads,
                    consumed.sum() / (perRead * zipfReads),
                    100.0 * hits / zipfReads);
        }
    }

    /** CPU nanoseconds of lasting threads: the server's virtual threads run on ForkJoinPool carriers, others are clients'. */
    private record Cpu(long server, long client) {
        static Cpu now() {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long server = 0;
            long client = 0;
            for (long id : threads.getAllThreadIds()) {
                ThreadInfo info = threads.getThreadInfo(id);
                long cpu = info == null ? -1 : threads.getThreadCpuTime(id);
                if (cpu > 0 && info.getThreadName().startsWith("ForkJoinPool")) {
                    server += cpu;
                } else if (cpu > 0 && !info.getThreadName().startsWith("bench-")) {
                    client += cpu;
                }
            }
            return new Cpu(server, client);
        }

        Cpu minus(Cpu before) {
            return new Cpu(server - before.server, client - before.client);
        }
    }
}
