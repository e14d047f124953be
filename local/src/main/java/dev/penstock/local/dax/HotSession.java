package dev.penstock.local.dax;

import dev.penstock.lambdas.dax.SessionLookup;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.dax.ClusterDaxClient;
import software.amazon.dax.Configuration;

/**
 * One session that everybody reads, in a table throttled by its maximum throughput: the same lookup congests the table
 * without DAX and not with it. Nobody retries, so that each refusal is seen. Latencies are this machine's, not those of DAX
 * on AWS.
 */
public final class HotSession {
    private static final String TABLE = "PenstockHotSession";
    private static final String SESSION = "hot";
    private static final Region REGION = Region.US_EAST_1;

    private final URI endpoint;
    private final AwsCredentialsProvider credentials;
    private final Size size;
    private final InstantSource clock;

    /**
     * How much is read.
     *
     * @param reads of the session, each way
     * @param threads concurrent readers
     * @param maximumReadUnits per second that the table allows; an eventually consistent read of the session takes half
     */
    public record Size(int reads, int threads, long maximumReadUnits) {
        public Size {
            if (threads < 1 || reads < threads || maximumReadUnits < 1) {
                throw new IllegalArgumentException(
                        "threads and max-read-units are 1 or more, reads at least as many as threads; given: " + threads
                                + ", " + maximumReadUnits + ", " + reads);
            }
        }
    }

    /**
     * What one way of reading came to.
     *
     * @param hitRate of the item cache, 0 to 1; 0 without DAX
     * @param p50 median of the answered reads, in microseconds
     * @param p99 99th percentile of the answered reads, in microseconds
     */
    public record Outcome(
            long answered,
            long throttled,
            long tableRequests,
            double readUnits,
            double hitRate,
            double p50,
            double p99) {}

    /** Both ways of reading. */
    public record Comparison(Outcome withoutDax, Outcome throughDax) {}

    /** @param clock what sessions expire by and cached items live by: the runtime's */
    public HotSession(URI endpoint, AwsCredentialsProvider credentials, Size size, InstantSource clock) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.size = size;
        this.clock = clock;
    }

    /** Reads with DAX and without, and prints both side by side; the table is made before and deleted after. */
    public Comparison play(PrintStream out) throws IOException, InterruptedException {
        out.printf(
                "%,d reads of one session by %d threads; the table allows %,d read units a second%n%n",
                size.reads(), size.threads(), size.maximumReadUnits());
        Outcome without;
        Outcome with;
        try (DynamoDbClient owner = table(new TableMeter())) {
            makeTable(owner);
            try {
                with = throughDax(); // first, or its one miss would meet the congestion
                without = withoutDax();
            } finally {
                owner.deleteTable(r -> r.tableName(TABLE));
            }
        }
        String count = "%-28s %14s %14s%n";
        out.printf(count, "", "without DAX", "with DAX");
        row(out, "answered", "%,d", without.answered(), with.answered());
        row(out, "throttled by the table", "%,d", without.throttled(), with.throttled());
        row(out, "requests at the table", "%,d", without.tableRequests(), with.tableRequests());
        row(out, "read units consumed", "%,.1f", without.readUnits(), with.readUnits());
        out.printf(count, "cache hit rate", "-", "%.2f %%".formatted(100 * with.hitRate()));
        row(out, "latency here, p50, us", "%,.0f", without.p50(), with.p50());
        row(out, "latency here, p99, us", "%,.0f", without.p99(), with.p99());
        out.println();
        out.println("Latencies are this machine's and of answered reads alone; they say nothing of AWS.");
        return new Comparison(without, with);
    }

    private static void row(PrintStream out, String name, String format, Object without, Object with) {
        out.printf("%-28s %14s %14s%n", name, format.formatted(without), format.formatted(with));
    }

    private Outcome withoutDax() throws InterruptedException {
        TableMeter meter = new TableMeter();
        try (DynamoDbClient table = table(meter)) {
            return read(table, meter, () -> 0);
        }
    }

    private Outcome throughDax() throws IOException, InterruptedException {
        TableMeter meter = new TableMeter();
        DaxSettings settings = DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS);
        try (DynamoDbClient table = table(meter);
                DaxServer server = DaxServer.start(table, settings, clock);
                DynamoDbClient dax = ClusterDaxClient.builder()
                        .overrideConfiguration(Configuration.builder()
                                .url(server.url())
                                .region(REGION)
                                .credentialsProvider(credentials)
                                .build())
                        .build()) {
            return read(dax, meter, () -> server.metrics().get("ItemCacheHits"));
        }
    }

    /** The lookup knows a DynamoDbClient only; which one it is changes nothing here. */
    private Outcome read(DynamoDbClient client, TableMeter meter, LongSupplier hits) throws InterruptedException {
        SessionLookup lookup = new SessionLookup(client, TABLE, clock);
        Durations answered = new Durations();
        LongAdder throttled = new LongAdder();
        ReadLoad.run(size.threads(), size.reads(), i -> {
            long start = System.nanoTime();
            try {
                if (lookup.find(SESSION).isEmpty()) {
                    throw new IllegalStateException("the session is gone");
                }
                answered.add(System.nanoTime() - start);
            } catch (DynamoDbException refused) {
                if (!refused.isThrottlingException()) {
                    throw refused;
                }
                throttled.increment();
            }
        });
        return new Outcome(
                answered.count(),
                throttled.sum(),
                meter.requests(),
                meter.units(),
                (double) hits.getAsLong() / size.reads(),
                answered.micros(0.5),
                answered.micros(0.99));
    }

    private DynamoDbClient table(TableMeter meter) {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(REGION)
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(
                        c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()).addExecutionInterceptor(meter))
                .build();
    }

    private void makeTable(DynamoDbClient owner) {
        owner.createTable(r -> r.tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .onDemandThroughput(maximum -> maximum.maxReadRequestUnits(size.maximumReadUnits()))
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("sessionId")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("sessionId")
                        .keyType(KeyType.HASH)
                        .build()));
        owner.waiter().waitUntilTableExists(r -> r.tableName(TABLE));
        String expiresAt =
                Long.toString(clock.instant().plus(Duration.ofDays(1)).getEpochSecond());
        owner.putItem(r -> r.tableName(TABLE)
                .item(Map.of(
                        "sessionId", AttributeValue.fromS(SESSION),
                        "customerId", AttributeValue.fromS("everybody"),
                        "expiresAt", AttributeValue.fromN(expiresAt))));
    }
}
