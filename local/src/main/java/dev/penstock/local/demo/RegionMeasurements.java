package dev.penstock.local.demo;

import dev.penstock.local.clients.Clients;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** Measures replication through the endpoint: how soon one region shows what was written in another. */
public final class RegionMeasurements implements AutoCloseable {
    private static final String TABLE = "RegionBench";
    private static final AttributeValue KILOBYTE = AttributeValue.fromS("x".repeat(1_000));
    private static final int WRITERS = 4;
    private static final int WARM_UP = 20;
    private static final long LATE = Duration.ofMillis(200).toNanos();
    private static final int LEAST = 50;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final List<Clients> clients;
    private final PrintStream out;
    private final AtomicLong next = new AtomicLong();

    /** @param regions the first one holds the table before its replicas are made */
    public RegionMeasurements(URI endpoint, List<String> regions, PrintStream out) {
        this.clients =
                regions.stream().map(region -> new Clients(endpoint, region)).toList();
        this.out = out;
        client(0)
                .createTable(table -> table.tableName(TABLE)
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("id")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("id")
                                .keyType(KeyType.HASH)
                                .build())
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .streamSpecification(stream ->
                                stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
        regions.stream()
                .skip(1)
                .forEach(region -> client(0)
                        .updateTable(update -> update.tableName(TABLE)
                                .replicaUpdates(ReplicationGroupUpdate.builder()
                                        .create(create -> create.regionName(region))
                                        .build())));
    }

    /**
     * From the answer to PutItem in one region until GetItem in the other shows the item, while both are written to.
     *
     * @param rate writes a second in each region; 0: as fast as they are answered
     */
    public void lag(int rate, Duration time) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong written = new AtomicLong();
        List<Long> micros = new ArrayList<>();
        long started = System.nanoTime();
        double seconds;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> samples = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                DynamoDbClient here = client(i);
                DynamoDbClient there = client(1 - i);
                for (int n = 0; n < WRITERS; n++) {
                    var _ = threads.submit(() -> write(here, rate, over, written));
                }
                samples.add(threads.submit(() -> sample(here, there, started + time.toNanos())));
            }
            for (Future<List<Long>> each : samples) {
                micros.addAll(each.get());
            }
            seconds = (System.nanoTime() - started) / 1e9;
            over.set(true);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
        out.printf(
                "  replication lag     p50 %.1f ms, p99 %.1f ms, most %.1f ms, %d samples, at %,.0f writes/s in each of 2 regions%s%n",
                sorted[sorted.length / 2] / 1e3,
                sorted[sorted.length * 99 / 100] / 1e3,
                sorted[sorted.length - 1] / 1e3,
                sorted.length,
                written.get() / seconds / 2,
                rate == 0 ? " (saturated)" : "");
    }

    /** Fills the table; once the last region holds it all, memory can be compared. */
    public void fill(int items) {
        for (int i = 0; i < items; i++) {
            put(client(0), "item-" + i);
        }
        await(client(clients.size() - 1), "item-" + (items - 1));
    }

    private void write(DynamoDbClient here, int rate, AtomicBoolean over, AtomicLong written) {
        long pause = rate == 0 ? 0 : 1_000_000_000L * WRITERS / rate;
        long due = System.nanoTime();
        while (!over.get()) {
            put(here, "load-" + next.incrementAndGet() % 5_000);
            written.incrementAndGet();
            // Who is late catches up a little: a machine with other work would be saturated by catching up wholly.
            due = Math.max(due + pause, System.nanoTime() - LATE);
            while (pause > 0 && due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private List<Long> sample(DynamoDbClient here, DynamoDbClient there, long end) {
        List<Long> micros = new ArrayList<>();
        for (int warm = WARM_UP; System.nanoTime() < end || micros.size() < LEAST; warm--) {
            String id = "sample-" + next.incrementAndGet();
            put(here, id);
            long written = System.nanoTime();
            await(there, id);
            if (warm <= 0) {
                micros.add((System.nanoTime() - written) / 1_000);
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        return micros;
    }

    private static void await(DynamoDbClient there, String id) {
        long end = System.nanoTime() + LIMIT.toNanos();
        var key = Map.of("id", AttributeValue.fromS(id));
        while (!there.getItem(get -> get.tableName(TABLE).key(key)).hasItem()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(id + " was not replicated in " + LIMIT);
            }
        }
    }

    private static void put(DynamoDbClient client, String id) {
        client.putItem(put -> put.tableName(TABLE).item(Map.of("id", AttributeValue.fromS(id), "payload", KILOBYTE)));
    }

    private DynamoDbClient client(int region) {
        return clients.get(region).of(DynamoDbClient.class);
    }

    @Override
    public void close() {
        clients.forEach(Clients::close);
    }
}
