package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Faults;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.journal.JournalFailure;
import dev.penstock.local.store.TestTables;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Everything is there again after a restart, with and without a checkpoint in between. */
class RestartTest {
    @TempDir
    Path folder;

    @Test
    void tablesItemsStreamsAndSettingsSurvive() {
        TableDescription described;
        List<Record> records;
        Instant end;
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            create(local, "Kept");
            create(local, "Gone");
            for (int i = 0; i < 60; i++) {
                put(local, "Kept", i, "before");
                put(local, "Gone", i, "x");
            }
            local.store.checkpoint();
            for (int i = 30; i < 90; i++) {
                put(local, "Kept", i, "after");
            }
            local.client.deleteItem(delete -> delete.tableName("Kept").key(Map.of("id", s("0"))));
            local.client.deleteTable(delete -> delete.tableName("Gone"));
            local.clock.advance(Duration.ofHours(3));
            local.client.updateTimeToLive(ttl -> ttl.tableName("Kept")
                    .timeToLiveSpecification(t -> t.enabled(true).attributeName("until")));
            local.client.putItem(put -> put.tableName("Kept").item(Map.of("id", s("last"), "g", s("late"))));
            described = local.client.describeTable(t -> t.tableName("Kept")).table();
            records = records(local, described.latestStreamArn());
            end = local.clock.instant();
        }
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            assertEquals(List.of("Kept"), local.client.listTables().tableNames());
            assertEquals(
                    described,
                    local.client.describeTable(t -> t.tableName("Kept")).table());
            assertEquals(records, records(local, described.latestStreamArn()));
            assertEquals(122, records.size());
            assertEquals(
                    60,
                    local.client
                            .query(query -> query.tableName("Kept")
                                    .indexName("byG")
                                    .keyConditionExpression("g = :g")
                                    .expressionAttributeValues(Map.of(":g", s("after"))))
                            .count());
            assertFalse(local.client
                    .getItem(get -> get.tableName("Kept").key(Map.of("id", s("0"))))
                    .hasItem());
            assertEquals(
                    List.of("shop"),
                    local.client.listTagsOfResource(list -> list.resourceArn(described.tableArn())).tags().stream()
                            .map(Tag::value)
                            .toList());
            assertEquals(
                    TimeToLiveStatus.ENABLED,
                    local.client
                            .describeTimeToLive(ttl -> ttl.tableName("Kept"))
                            .timeToLiveDescription()
                            .timeToLiveStatus());
            assertFalse(local.clock.instant().isBefore(end.minusSeconds(1)), "the clock goes on from the last write");
            put(local, "Kept", 1000, "new");
            Record next = records(local, described.latestStreamArn()).getLast();
            assertTrue(next.dynamodb()
                            .sequenceNumber()
                            .compareTo(records.getLast().dynamodb().sequenceNumber())
                    > 0);
            create(local, "Gone");
            assertEquals(0, local.client.scan(scan -> scan.tableName("Gone")).count());
        }
    }

    @Test
    void aTableThatWasStillBeingMadeIsNotLeftLookingComplete() {
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            create(local, "Whole");
            TableDescription half = local.client.describeTable(t -> t.tableName("Whole")).table().toBuilder()
                    .tableName("Half")
                    .tableArn(Arns.table("eu-central-1", "Half"))
                    .tableStatus(TableStatus.CREATING)
                    .streamSpecification((StreamSpecification) null)
                    .build();
            var table = local.store.create(half, made -> List.of());
            try (var loader = local.store.load(table)) {
                loader.add(table, Map.of("id", s("1")));
                loader.finish();
            }
            assertEquals(
                    0,
                    local.client.describeTable(t -> t.tableName("Half")).table().itemCount(),
                    "not counted before it is whole");
        }
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            assertEquals(List.of("Whole"), local.client.listTables().tableNames());
        }
    }

    @Test
    void aClientTokenIsRecognisedAfterARestart() {
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            create(local, "Tokens");
            transact(local);
        }
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            transact(local);
            assertEquals(
                    "1",
                    local.client
                            .getItem(get -> get.tableName("Tokens").key(Map.of("id", s("counter"))))
                            .item()
                            .get("n")
                            .n());
            local.clock.advance(Duration.ofMinutes(11));
            transact(local);
            assertEquals(
                    "2",
                    local.client
                            .getItem(get -> get.tableName("Tokens").key(Map.of("id", s("counter"))))
                            .item()
                            .get("n")
                            .n());
        }
    }

    @Test
    void nothingIsAnsweredOnceTheJournalCannotBeWritten() {
        AtomicInteger left = new AtomicInteger(6);
        Faults torn = point -> point == Faults.Point.TORN_FRAME && left.decrementAndGet() == 0;
        Set<String> acknowledged = new TreeSet<>();
        try (LocalDynamoDb local = new LocalDynamoDb(folder, new Journal.Options(64 << 20, false, torn))) {
            create(local, "Torn");
            JournalFailure failure = assertThrows(JournalFailure.class, () -> {
                for (int i = 0; i < 10; i++) {
                    local.store.put(PutItemRequest.builder()
                            .tableName("Torn")
                            .item(Map.of("id", s("" + i)))
                            .build());
                    acknowledged.add("" + i);
                }
            });
            assertTrue(failure.getMessage().contains(folder.toString()), failure.getMessage());
            assertThrows(
                    JournalFailure.class,
                    () -> local.store.put(PutItemRequest.builder()
                            .tableName("Torn")
                            .item(Map.of("id", s("more")))
                            .build()));
            assertEquals(left.get(), 0);
        } catch (AwsError unexpected) {
            throw new AssertionError(unexpected);
        }
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            Set<String> found = new TreeSet<>();
            local.client
                    .scan(scan -> scan.tableName("Torn"))
                    .items()
                    .forEach(item -> found.add(item.get("id").s()));
            assertEquals(4, found.size());
            assertEquals(acknowledged, found);
        }
    }

    private static void transact(LocalDynamoDb local) {
        local.client.transactWriteItems(write -> write.clientRequestToken("same")
                .transactItems(TransactWriteItem.builder()
                        .update(update -> update.tableName("Tokens")
                                .key(Map.of("id", s("counter")))
                                .updateExpression("ADD n :one")
                                .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))))
                        .build()));
    }

    private static void create(LocalDynamoDb local, String name) {
        local.client.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(TestTables.attribute("id"), TestTables.attribute("g"))
                .keySchema(TestTables.key("id", KeyType.HASH))
                .globalSecondaryIndexes(index -> index.indexName("byG")
                        .keySchema(TestTables.key("g", KeyType.HASH))
                        .projection(p -> p.projectionType("KEYS_ONLY")))
                .tags(Tag.builder().key("team").value("shop").build())
                .streamSpecification(s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE)));
    }

    private static void put(LocalDynamoDb local, String table, int i, String g) {
        local.client.putItem(put -> put.tableName(table).item(Map.of("id", s("" + i), "g", s(g))));
    }

    private static List<Record> records(LocalDynamoDb local, String arn) {
        String shard = local.streams
                .describeStream(describe -> describe.streamArn(arn))
                .streamDescription()
                .shards()
                .getFirst()
                .shardId();
        String iterator = local.streams
                .getShardIterator(
                        get -> get.streamArn(arn).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        return local.streams.getRecords(get -> get.shardIterator(iterator)).records();
    }

    private static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }
}
