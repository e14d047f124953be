package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.streams.ShardReader;
import dev.penstock.local.streams.StreamRecord;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Shards of a stream: split and merged, drained parents first, woken readers, the 24 hours. */
class ShardTest {
    @TempDir
    Path folder;

    @Test
    void splitsWithoutLosingOrDoublingARecord() throws Exception {
        Journal.Options small = new Journal.Options(2_000, false, point -> false);
        String arn;
        List<String> seen;
        try (LocalDynamoDb local = new LocalDynamoDb(folder, small)) {
            arn = local.createStreaming("Split");
            AtomicInteger woken = new AtomicInteger();
            try (var _ = local.store.streams().onRecords(arn, woken::incrementAndGet)) {
                write(local, "one");
                local.store.splitShard(
                        arn, local.store.streams().shards(arn).getFirst().shardId());
                write(local, "two");
                local.store.splitShard(
                        arn, local.store.streams().shards(arn).getLast().shardId());
                write(local, "three");
            }
            assertEquals(60, woken.get());
            List<ShardReader.Shard> shards = local.store.streams().shards(arn);
            assertEquals(5, shards.size());
            assertTrue(shards.getFirst().isClosed());
            assertFalse(shards.get(1).isClosed());
            assertEquals(shards.getFirst().shardId(), shards.get(1).parentShardId());
            assertEquals(shards.get(2).shardId(), shards.get(4).parentShardId());
            seen = all(local, arn);
            assertEquals(60, seen.size());
            for (int i = 0; i < 20; i++) {
                String key = "k" + i;
                assertEquals(
                        List.of(key + " one", key + " two", key + " three"),
                        seen.stream()
                                .filter(record -> record.startsWith(key + " "))
                                .toList());
            }
            for (ShardReader.Shard child : shards.subList(3, 5)) {
                assertFalse(local.store
                        .streams()
                        .read(arn, child.shardId(), BigInteger.ZERO, 100)
                        .records()
                        .isEmpty());
            }
            // The Streams API shows the same tree, and children by filter.
            assertEquals(
                    2,
                    local.streams
                            .describeStream(describe -> describe.streamArn(arn)
                                    .shardFilter(filter -> filter.type("CHILD_SHARDS")
                                            .shardId(shards.getFirst().shardId())))
                            .streamDescription()
                            .shards()
                            .size());
        }
        try (LocalDynamoDb local = new LocalDynamoDb(folder, small)) {
            assertEquals(seen, all(local, arn), "after a restart");
            local.clock.advance(Duration.ofHours(25));
            assertEquals(List.of(), all(local, arn), "trimmed after 24 hours");
            assertEquals(3, local.store.streams().shards(arn).size(), "open shards only");
            local.store.checkpoint();
            write(local, "four");
            assertEquals(20, all(local, arn).size());
        }
    }

    @Test
    void mergesNeighboursWithoutLosingOrDoublingARecord() throws Exception {
        String arn;
        List<String> seen;
        Journal.Options small = new Journal.Options(2_000, false, point -> false);
        try (LocalDynamoDb local = new LocalDynamoDb(folder, small)) {
            arn = local.createStreaming("Split");
            write(local, "one");
            split(local, arn, 0);
            write(local, "two");
            split(local, arn, 1);
            List<ShardReader.Shard> shards = local.store.streams().shards(arn);
            String low = shards.get(3).shardId();
            String middle = shards.get(4).shardId();
            String high = shards.get(2).shardId();
            assertThrows(IllegalArgumentException.class, () -> local.store.mergeShards(arn, low, high));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> local.store.mergeShards(arn, low, shards.getFirst().shardId()));
            local.store.mergeShards(arn, middle, high);
            ShardReader.Shard child = local.store.streams().shards(arn).getLast();
            assertEquals(middle, child.parentShardId());
            assertEquals(high, child.adjacentParentShardId());
            write(local, "three");
            local.store.mergeShards(arn, low, child.shardId());
            write(local, "four");
            assertEquals(
                    1,
                    local.store.streams().shards(arn).stream()
                            .filter(shard -> !shard.isClosed())
                            .count());
            seen = all(local, arn);
            assertEquals(80, seen.size());
            for (int i = 0; i < 20; i++) {
                String key = "k" + i;
                assertEquals(
                        List.of(key + " one", key + " two", key + " three", key + " four"),
                        seen.stream()
                                .filter(record -> record.startsWith(key + " "))
                                .toList());
            }
        }
        try (LocalDynamoDb local = new LocalDynamoDb(folder, small)) {
            assertEquals(seen, all(local, arn), "after a restart");
        }
    }

    @Test
    void shardsFollowTheVolume() throws Exception {
        try (LocalDynamoDb local = new LocalDynamoDb(folder, new Journal.Options(2_000, false, point -> false))) {
            String arn = local.createStreaming("Split");
            for (int round = 0; round < 3; round++) {
                write(local, "round " + round);
            }
            assertEquals(0, local.store.alone(() -> local.store.streams().reshard(60)), "60 are not more than 60");
            assertEquals(1, local.store.alone(() -> local.store.streams().reshard(59)));
            assertEquals(2, open(local, arn));
            write(local, "later");
            assertEquals(0, local.store.alone(() -> local.store.streams().reshard(1_000)), "too young to be merged");
            local.clock.advance(Duration.ofHours(2));
            write(local, "last");
            assertEquals(0, local.store.alone(() -> local.store.streams().reshard(200)), "20 are a tenth of 200");
            assertEquals(1, local.store.alone(() -> local.store.streams().reshard(210)));
            assertEquals(1, open(local, arn));
            assertEquals(100, all(local, arn).size());
        }
    }

    @Test
    void writesThemselvesBringTheSplitAbout() throws Exception {
        try (LocalDynamoDb local = new LocalDynamoDb(folder, new Journal.Options(2_000, false, point -> false))) {
            String arn = local.createStreaming("Split");
            local.store.reshardAbove(50);
            Await.until(Duration.ofSeconds(30), "a split", () -> {
                write(local, "round " + local.store.streams().latest());
                return open(local, arn) > 1;
            });
        }
    }

    private static long open(LocalDynamoDb local, String arn) {
        return local.store.streams().shards(arn).stream()
                .filter(shard -> !shard.isClosed())
                .count();
    }

    private static void split(LocalDynamoDb local, String arn, int index) {
        local.store.splitShard(arn, local.store.streams().shards(arn).get(index).shardId());
    }

    /** Parents before children, each shard in pages of seven. */
    private static List<String> all(LocalDynamoDb local, String arn) {
        List<String> seen = new ArrayList<>();
        ShardReader reader = local.store.streams();
        for (ShardReader.Shard shard : reader.shards(arn)) {
            BigInteger after = BigInteger.ZERO;
            for (int page = 0; page < 100; page++) {
                ShardReader.Page read = reader.read(arn, shard.shardId(), after, 7);
                for (StreamRecord record : read.records()) {
                    seen.add(record.keys().get("id").s() + " "
                            + record.newImage().get("v").s());
                    after = record.sequenceNumber();
                }
                if (read.drained() || read.records().isEmpty()) {
                    assertEquals(shard.isClosed(), read.drained());
                    break;
                }
            }
        }
        return seen;
    }

    private static void write(LocalDynamoDb local, String value) {
        for (int i = 0; i < 20; i++) {
            String key = "k" + i;
            local.client.putItem(put -> put.tableName("Split")
                    .item(Map.of("id", AttributeValue.fromS(key), "v", AttributeValue.fromS(value))));
        }
    }
}
