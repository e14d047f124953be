package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingException;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The service through the official client: what is stored, what is answered, what the stream shows. */
class DynamoDbTest {
    @TempDir
    static Path folder;

    private static LocalDynamoDb local;

    @BeforeAll
    static void start() {
        local = new LocalDynamoDb(folder);
    }

    @AfterAll
    static void stop() {
        local.close();
    }

    @Test
    void describesATableAsAwsDoes() {
        TableDescription created = create("Described");
        assertEquals(TableStatus.CREATING, created.tableStatus());
        TableDescription table =
                local.client.describeTable(t -> t.tableName("Described")).table();
        assertEquals("arn:aws:dynamodb:eu-central-1:000000000000:table/Described", table.tableArn());
        assertEquals(TableStatus.ACTIVE, table.tableStatus());
        assertEquals(36, table.tableId().length());
        assertEquals(12_000, table.warmThroughput().readUnitsPerSecond());
        assertFalse(table.deletionProtectionEnabled());
        assertEquals(table.latestStreamArn(), table.tableArn() + "/stream/" + table.latestStreamLabel());
        assertEquals(
                Instant.parse("2026-03-01T12:00:00Z").toEpochMilli() / 100_000,
                table.creationDateTime().toEpochMilli() / 100_000);
        assertThrows(ResourceInUseException.class, () -> create("Described"));
        assertEquals(
                "Requested resource not found: Table: Missing not found",
                assertThrows(
                                ResourceNotFoundException.class,
                                () -> local.client.describeTable(t -> t.tableName("Missing")))
                        .awsErrorDetails()
                        .errorMessage());
        assertTrue(local.client.listTables().tableNames().contains("Described"));
        assertEquals(
                TableStatus.DELETING,
                local.client
                        .deleteTable(t -> t.tableName("Described"))
                        .tableDescription()
                        .tableStatus());
        assertFalse(local.client.listTables().tableNames().contains("Described"));
    }

    @Test
    void callersGetTheReturnValuesTheyAskedFor() {
        create("Values");
        var first = Map.of("id", s("1"), "n", n("1.0"));
        assertFalse(
                local.client.putItem(put -> put.tableName("Values").item(first)).hasAttributes());
        var old = local.client.putItem(put ->
                put.tableName("Values").item(Map.of("id", s("1"), "n", n("2"))).returnValues(ReturnValue.ALL_OLD));
        assertEquals(Map.of("id", s("1"), "n", n("1")), old.attributes());
        for (ReturnValue wanted : List.of(
                ReturnValue.NONE,
                ReturnValue.ALL_OLD,
                ReturnValue.ALL_NEW,
                ReturnValue.UPDATED_OLD,
                ReturnValue.UPDATED_NEW)) {
            local.client.putItem(put -> put.tableName("Values").item(Map.of("id", s("1"), "n", n("5"), "x", s("x"))));
            var answer = local.client.updateItem(update -> update.tableName("Values")
                    .key(Map.of("id", s("1")))
                    .updateExpression("ADD n :one")
                    .expressionAttributeValues(Map.of(":one", n("1")))
                    .returnValues(wanted));
            var expected = switch (wanted) {
                case ALL_OLD -> Map.of("id", s("1"), "n", n("5"), "x", s("x"));
                case ALL_NEW -> Map.of("id", s("1"), "n", n("6"), "x", s("x"));
                case UPDATED_OLD -> Map.of("n", n("5"));
                case UPDATED_NEW -> Map.of("n", n("6"));
                default -> Map.<String, AttributeValue>of();
            };
            assertEquals(expected, answer.attributes(), wanted.toString());
        }
        assertFalse(local.client
                .deleteItem(delete -> delete.tableName("Values").key(Map.of("id", s("1"))))
                .hasAttributes());
    }

    @Test
    void streamShowsEveryChangeOnceAndNothingThatChangedNothing() {
        String arn = create("Streamed").tableArn();
        local.client.putItem(put -> put.tableName("Streamed").item(Map.of("id", s("a"), "n", n("1"))));
        local.client.putItem(put -> put.tableName("Streamed").item(Map.of("id", s("a"), "n", n("1.0"))));
        local.client.updateItem(update -> update.tableName(arn)
                .key(Map.of("id", s("a")))
                .updateExpression("SET n = n + :one")
                .expressionAttributeValues(Map.of(":one", n("1"))));
        local.client.deleteItem(delete -> delete.tableName("Streamed").key(Map.of("id", s("none"))));
        local.client.batchWriteItem(batch -> batch.requestItems(Map.of(
                "Streamed",
                List.of(
                        WriteRequest.builder()
                                .putRequest(put -> put.item(Map.of("id", s("b"))))
                                .build(),
                        WriteRequest.builder()
                                .deleteRequest(delete -> delete.key(Map.of("id", s("a"))))
                                .build()))));
        List<Record> records = records("Streamed");
        assertEquals(
                List.of("INSERT a", "MODIFY a", "INSERT b", "REMOVE a"),
                records.stream()
                        .map(record -> record.eventNameAsString() + " "
                                + record.dynamodb().keys().get("id").s())
                        .toList());
        assertEquals(n("2"), records.get(1).dynamodb().newImage().get("n"));
        assertEquals("eu-central-1", records.getFirst().awsRegion());
        Instant written = records.getFirst().dynamodb().approximateCreationDateTime();
        assertEquals(written.truncatedTo(ChronoUnit.SECONDS), written);
    }

    @Test
    void enablingAStreamAgainGivesItANewLabel() {
        String first = create("Labels").latestStreamArn();
        local.client.updateTable(update -> update.tableName("Labels").streamSpecification(s -> s.streamEnabled(false)));
        local.clock.advance(Duration.ofSeconds(1));
        String second = local.client
                .updateTable(update -> update.tableName("Labels")
                        .streamSpecification(s -> s.streamEnabled(true).streamViewType(StreamViewType.KEYS_ONLY)))
                .tableDescription()
                .latestStreamArn();
        assertTrue(second.compareTo(first) > 0, second);
        assertEquals(
                List.of(first, second),
                local.streams.listStreams(list -> list.tableName("Labels")).streams().stream()
                        .map(stream -> stream.streamArn())
                        .toList());
        assertThrows(
                DynamoDbException.class,
                () -> local.client.updateTable(update -> update.tableName("Labels")
                        .streamSpecification(s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE))));
    }

    @Test
    void keepsTagsAndTimeToLiveSettings() {
        String arn = create("Settings").tableArn();
        local.client.tagResource(tag -> tag.resourceArn(arn)
                .tags(Tag.builder().key("team").value("shop").build()));
        assertEquals(
                Map.of("made", "here", "team", "shop"),
                local.client.listTagsOfResource(list -> list.resourceArn(arn)).tags().stream()
                        .collect(Collectors.toMap(Tag::key, Tag::value)));
        local.client.untagResource(untag -> untag.resourceArn(arn).tagKeys("made", "team"));
        assertEquals(
                List.of(),
                local.client.listTagsOfResource(list -> list.resourceArn(arn)).tags());
        local.client.updateTimeToLive(ttl -> ttl.tableName("Settings")
                .timeToLiveSpecification(s -> s.enabled(true).attributeName("until")));
        var described = local.client
                .describeTimeToLive(ttl -> ttl.tableName("Settings"))
                .timeToLiveDescription();
        assertEquals(TimeToLiveStatus.ENABLED, described.timeToLiveStatus());
        assertEquals("until", described.attributeName());
    }

    @Test
    void addsAndDropsAGlobalIndex() {
        create("Indexed");
        local.client.updateTable(update -> update.tableName("Indexed")
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("g")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .globalSecondaryIndexUpdates(change -> change.create(index -> index.indexName("byG")
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("g")
                                .keyType(KeyType.HASH)
                                .build())
                        .projection(p -> p.projectionType("ALL")))));
        local.client.putItem(put -> put.tableName("Indexed").item(Map.of("id", s("1"), "g", s("x"))));
        assertEquals(
                1,
                local.client
                        .query(query -> query.tableName("Indexed")
                                .indexName("byG")
                                .keyConditionExpression("g = :g")
                                .expressionAttributeValues(Map.of(":g", s("x"))))
                        .count());
        var table = local.client.describeTable(t -> t.tableName("Indexed")).table();
        assertEquals(
                table.tableArn() + "/index/byG",
                table.globalSecondaryIndexes().getFirst().indexArn());
        local.client.updateTable(update -> update.tableName("Indexed")
                .globalSecondaryIndexUpdates(change -> change.delete(index -> index.indexName("byG"))));
        assertFalse(
                local.client.describeTable(t -> t.tableName("Indexed")).table().hasGlobalSecondaryIndexes());
    }

    @Test
    void onDemandMaximumThrottles() {
        create("Throttled");
        local.client.updateTable(
                update -> update.tableName("Throttled").onDemandThroughput(most -> most.maxWriteRequestUnits(3L)));
        for (int i = 0; i < 3; i++) {
            String id = "k" + i;
            local.store.tables().active("Throttled");
            local.client.putItem(put -> put.tableName("Throttled").item(Map.of("id", s(id))));
        }
        DynamoDbException throttled = assertThrows(
                DynamoDbException.class,
                () -> local.client.putItem(put -> put.tableName("Throttled").item(Map.of("id", s("more")))));
        assertEquals("ThrottlingException", throttled.awsErrorDetails().errorCode());
        assertEquals(
                "TableWriteMaxOnDemandThroughputExceeded",
                ((ThrottlingException) throttled).throttlingReasons().getFirst().reason());
        local.clock.advance(Duration.ofSeconds(1));
        local.client.putItem(put -> put.tableName("Throttled").item(Map.of("id", s("more"))));
    }

    @Test
    void onDemandMaximumCountsWhatReadsConsume() {
        create("Read");
        String large = "x".repeat(40_000);
        local.client.putItem(put -> put.tableName("Read").item(Map.of("id", s("1"), "v", s(large))));
        local.client.updateTable(
                update -> update.tableName("Read").onDemandThroughput(most -> most.maxReadRequestUnits(8L)));
        // Ten units, five when eventually consistent: the third finds none left.
        for (int i = 0; i < 2; i++) {
            assertNull(local.client.scan(scan -> scan.tableName("Read")).consumedCapacity(), "not asked for");
        }
        for (Executable read : List.<Executable>of(
                () -> local.client.scan(scan -> scan.tableName("Read")),
                () -> local.client.getItem(get -> get.tableName("Read").key(Map.of("id", s("1")))),
                () -> local.client.query(query -> query.tableName("Read")
                        .keyConditionExpression("id = :i")
                        .expressionAttributeValues(Map.of(":i", s("1")))),
                () -> local.client.batchGetItem(get -> get.requestItems(Map.of(
                        "Read",
                        KeysAndAttributes.builder().keys(Map.of("id", s("1"))).build()))),
                () -> local.client.transactGetItems(get -> get.transactItems(TransactGetItem.builder()
                        .get(one -> one.tableName("Read").key(Map.of("id", s("1"))))
                        .build())))) {
            assertEquals(
                    "TableReadMaxOnDemandThroughputExceeded",
                    assertThrows(ThrottlingException.class, read)
                            .throttlingReasons()
                            .getFirst()
                            .reason());
        }
        local.clock.advance(Duration.ofSeconds(1));
        assertEquals(
                5,
                local.client
                        .getItem(get -> get.tableName("Read")
                                .key(Map.of("id", s("1")))
                                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                        .consumedCapacity()
                        .capacityUnits());
    }

    private static TableDescription create(String name) {
        return local.client
                .createTable(create -> create.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("id")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("id")
                                .keyType(KeyType.HASH)
                                .build())
                        .tags(Tag.builder().key("made").value("here").build())
                        .streamSpecification(
                                s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                .tableDescription();
    }

    private static List<Record> records(String table) {
        String arn = local.client.describeTable(t -> t.tableName(table)).table().latestStreamArn();
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

    private static AttributeValue n(String number) {
        return AttributeValue.fromN(number);
    }
}
