package dev.penstock.local.regions;

import static dev.penstock.local.regions.TestRegions.item;
import static dev.penstock.local.regions.TestRegions.key;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.penstock.local.regions.Linearizability.Kind;
import dev.penstock.local.regions.Linearizability.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableWitnessGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicatedWriteConflictException;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;

/**
 * Random histories on a table with multi-Region strong consistency: clients in three regions put, delete, read and compare
 * and put the same two items at once, while regions are cut off and healed. What was answered is linearizable per item.
 * {@code -Dpenstock.tries=N} runs N histories.
 */
class LinearizabilityTest {
    private static final int TRIES = Integer.getInteger("penstock.tries", 6);
    private static final List<String> REGIONS = List.of("eu-west-1", "eu-west-2", "eu-central-1");
    private static final List<String> ITEMS = List.of("a", "b");
    private static final int CLIENTS_PER_REGION = 2;
    private static final int OPERATIONS = 12;

    private final AtomicLong time = new AtomicLong();

    @TempDir
    Path folder;

    @Test
    void checkerTellsWhatIsLinearizable() {
        Operation put = new Operation(new Kind.Write("1"), 1, 4);
        Operation early = new Operation(new Kind.Read(null), 2, 3);
        Operation late = new Operation(new Kind.Read("1"), 5, 6);
        Operation stale = new Operation(new Kind.Read(null), 7, 8);
        assertTrue(Linearizability.holds(List.of(put, early, late)));
        assertFalse(Linearizability.holds(List.of(put, late, stale)), "a read after the answer sees the write");
        Operation seen = new Operation(new Kind.Read("1"), 2, 3);
        Operation unseen = new Operation(new Kind.Read(null), 3, 4);
        assertTrue(Linearizability.holds(List.of(put, seen)), "a write may be seen before it is answered");
        assertFalse(
                Linearizability.holds(List.of(put, seen, new Operation(unseen.kind(), 4, 5))),
                "what was seen is not unseen again");
        assertFalse(Linearizability.holds(List.of(
                new Operation(new Kind.Swap(null, "1", true), 1, 4),
                new Operation(new Kind.Swap(null, "2", true), 2, 5))));
    }

    @Test
    void historiesAreLinearizablePerItem() throws Exception {
        try (TestRegions regions = new TestRegions(folder)) {
            long answered = 0;
            for (long seed = 1; seed <= TRIES; seed++) {
                for (var history : history(regions, seed, true).entrySet()) {
                    answered += history.getValue().size();
                    assertTrue(
                            Linearizability.holds(history.getValue()),
                            "seed " + seed + ", item " + history.getKey() + ": " + history.getValue());
                }
            }
            assertTrue(answered > TRIES * 20L, "too few operations were answered to tell anything: " + answered);
        }
    }

    @Test
    void eventualReadsAreNot() throws Exception {
        try (TestRegions regions = new TestRegions(folder)) {
            for (long seed = 1; seed <= 40; seed++) {
                if (history(regions, seed, false).values().stream()
                        .anyMatch(history -> !Linearizability.holds(history))) {
                    return;
                }
            }
            fail("40 histories with eventually consistent reads are all linearizable: the test can't see a stale read");
        }
    }

    private Map<String, List<Operation>> history(TestRegions regions, long seed, boolean consistent) throws Exception {
        String table = "Strong" + seed;
        boolean hasWitness = seed % 2 == 0;
        regions.client(REGIONS.getFirst()).createTable(TestRegions.table(table).build());
        regions.client(REGIONS.getFirst())
                .updateTable(update -> update.tableName(table)
                        .multiRegionConsistency(MultiRegionConsistency.STRONG)
                        .replicaUpdates(
                                hasWitness
                                        ? List.of(replica(REGIONS.get(1)))
                                        : List.of(replica(REGIONS.get(1)), replica(REGIONS.get(2))))
                        .globalTableWitnessUpdates(
                                hasWitness
                                        ? List.of(GlobalTableWitnessGroupUpdate.builder()
                                                .create(create -> create.regionName(REGIONS.get(2)))
                                                .build())
                                        : null));
        List<String> replicas = hasWitness ? REGIONS.subList(0, 2) : REGIONS;
        Map<String, Queue<Operation>> answered = new ConcurrentHashMap<>();
        ITEMS.forEach(item -> answered.put(item, new ConcurrentLinkedQueue<>()));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS_PER_REGION * replicas.size(); i++) {
                int number = i;
                String region = replicas.get(i % replicas.size());
                running.add(threads.submit(() -> {
                    Random random = new Random(seed * 100 + number);
                    for (int n = 0; n < OPERATIONS; n++) {
                        if (random.nextInt(6) == 0) {
                            String other = REGIONS.get(random.nextInt(REGIONS.size()));
                            regions.tables.set(other, random.nextInt(3) == 0, null);
                        }
                        String item = ITEMS.get(random.nextInt(ITEMS.size()));
                        ask(regions.client(region), table, item, random, number + "-" + n, consistent)
                                .ifPresent(answered.get(item)::add);
                    }
                }));
            }
            for (Future<?> each : running) {
                join(each);
            }
        }
        REGIONS.forEach(region -> regions.tables.set(region, false, null));
        // At last every replica says the same.
        for (String region : replicas) {
            for (String item : ITEMS) {
                ask(regions.client(region), table, item, new Random(4), "", true)
                        .ifPresent(answered.get(item)::add);
            }
        }
        Map<String, List<Operation>> histories = new ConcurrentHashMap<>();
        answered.forEach((item, all) -> histories.put(item, List.copyOf(all)));
        return histories;
    }

    private static void join(Future<?> running) throws Exception {
        try {
            running.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private static ReplicationGroupUpdate replica(String region) {
        return ReplicationGroupUpdate.builder()
                .create(create -> create.regionName(region))
                .build();
    }

    /** What was answered; none when it was refused, and so did nothing. */
    private Optional<Operation> ask(
            DynamoDbClient client, String table, String id, Random random, String value, boolean consistent) {
        int choice = value.isEmpty() ? 9 : random.nextInt(10);
        long asked = time.incrementAndGet();
        try {
            Kind kind = choice < 3
                    ? put(client, table, id, value)
                    : choice == 3
                            ? delete(client, table, id)
                            : choice < 6
                                    ? swap(client, table, id, random.nextInt(6) + "-" + random.nextInt(4), value)
                                    : read(client, table, id, consistent);
            return Optional.of(new Operation(kind, asked, time.incrementAndGet()));
        } catch (ReplicatedWriteConflictException conflict) {
            return Optional.empty();
        } catch (DynamoDbException refused) {
            if (refused.statusCode() == 503) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private static Kind put(DynamoDbClient client, String table, String id, String value) {
        client.putItem(put -> put.tableName(table).item(item(id, value)));
        return new Kind.Write(value);
    }

    private static Kind delete(DynamoDbClient client, String table, String id) {
        client.deleteItem(delete -> delete.tableName(table).key(key(id)));
        return new Kind.Write(null);
    }

    private static Kind read(DynamoDbClient client, String table, String id, boolean consistent) {
        var answer = client.getItem(get -> get.tableName(table).key(key(id)).consistentRead(consistent));
        return new Kind.Read(answer.hasItem() ? answer.item().get("v").s() : null);
    }

    /** Puts if the item has what it was read to have a moment ago, or else something. */
    private static Kind swap(DynamoDbClient client, String table, String id, String guess, String value) {
        var before = client.getItem(get -> get.tableName(table).key(key(id)));
        String expected = before.hasItem() ? before.item().get("v").s() : guess;
        try {
            client.putItem(put -> put.tableName(table)
                    .item(item(id, value))
                    .conditionExpression("v = :expected")
                    .expressionAttributeValues(Map.of(":expected", AttributeValue.fromS(expected))));
            return new Kind.Swap(expected, value, true);
        } catch (ConditionalCheckFailedException otherwise) {
            return new Kind.Swap(expected, value, false);
        }
    }
}
