package dev.penstock.local.export;

import dev.penstock.local.backup.BackupApi;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.glue.GlueService;
import dev.penstock.local.imports.Imports;
import dev.penstock.local.s3.ObjectStore;
import dev.penstock.local.s3.S3Service;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** One region with exports, imports and buckets behind a gateway, for tests; the official client in front. */
public final class LocalTables implements AutoCloseable {
    public static final String REGION = "eu-central-1";

    public final MovableClock clock = new MovableClock(InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.123Z")));
    public final ObjectStore buckets;
    public final RegionStore store;
    public final DynamoDbClient client;
    public final Exports exports;
    public final Imports imports;
    /** Log stream and message of each import error. */
    public final List<Map.Entry<String, String>> log = new CopyOnWriteArrayList<>();

    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final EmbeddedEngine engine = EmbeddedEngine.start();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final Gateway gateway;
    private volatile boolean held;

    public LocalTables(Path folder) {
        buckets = ObjectStore.open(folder.resolve("buckets"), clock);
        store = RegionStore.open(new RegionStore.Options(REGION, clock, folder.resolve("journal"), engine.client()));
        Executor executor = task -> {
            if (held) {
                waiting.add(task);
            } else {
                task.run();
            }
        };
        exports = new Exports(buckets, executor);
        imports = new Imports(buckets, (region, stream, message) -> log.add(Map.entry(stream, message)), executor);
        DynamoDb dynamodb = new DynamoDb(region -> store, clock);
        BackupApi.Region backups = BackupApi.Region.open(store, folder.resolve("backups"), tasks);
        new BackupApi(region -> backups).addTo(dynamodb);
        exports.addTo(dynamodb);
        imports.addTo(dynamodb);
        gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), REGION)
                .add(dynamodb)
                .add(new S3Service(buckets))
                .add(new GlueService(clock));
        client = DynamoDbClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(gateway.endpoint())
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .build();
        if (!buckets.hasBucket("bucket")) {
            buckets.createBucket("bucket", REGION);
        }
    }

    /** Serves more on the same endpoint. */
    public void add(Service service) {
        gateway.add(service);
    }

    public URI endpoint() {
        return gateway.endpoint();
    }

    /** Jobs wait from now on, until {@link #release}. */
    public void hold() {
        held = true;
    }

    /** Forgets the jobs that wait, as a process does that ends. */
    public void crash() {
        held = false;
        waiting.clear();
    }

    /** Runs all jobs that wait, in order. */
    public void release() {
        held = false;
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    /** A table with partition key {@code pk} (S) and sort key {@code sk} (N), recoverable from now on; answers its ARN. */
    public String table(String name) {
        client.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        pk -> pk.attributeName("pk").attributeType(ScalarAttributeType.S),
                        sk -> sk.attributeName("sk").attributeType(ScalarAttributeType.N))
                .keySchema(
                        pk -> pk.attributeName("pk").keyType(KeyType.HASH),
                        sk -> sk.attributeName("sk").keyType(KeyType.RANGE)));
        recover(name, true);
        return store.tables().described(name).arn();
    }

    /** Switches point-in-time recovery. */
    public void recover(String table, boolean enabled) {
        client.updateContinuousBackups(update ->
                update.tableName(table).pointInTimeRecoverySpecification(p -> p.pointInTimeRecoveryEnabled(enabled)));
    }

    public static Map<String, AttributeValue> item(String pk, int sk, String value) {
        return Map.of(
                "pk", AttributeValue.fromS(pk),
                "sk", AttributeValue.fromN(Integer.toString(sk)),
                "v", AttributeValue.fromS(value));
    }

    public static Map<String, AttributeValue> key(String pk, int sk) {
        return Map.of("pk", AttributeValue.fromS(pk), "sk", AttributeValue.fromN(Integer.toString(sk)));
    }

    @Override
    public void close() {
        client.close();
        gateway.close();
        tasks.close();
        store.close();
        buckets.close();
        engine.close();
    }
}
