package dev.penstock.local.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.streams.StreamDirectory.Stream;
import dev.penstock.local.wire.JsonOperations;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ShardFilterType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** The Streams API through the official client, on shards whose content the test decides. */
class StreamsApiTest {
    private static final String ARN =
            "arn:aws:dynamodb:eu-west-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000";
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final MovableClock clock = new MovableClock(() -> START);
    private final ListedShards shards = new ListedShards();
    private StreamViewType viewType = StreamViewType.NEW_AND_OLD_IMAGES;
    private final StreamDirectory directory = () -> List.of(new Stream(
            ARN,
            "2026-01-01T00:00:00.000",
            "Orders",
            List.of(KeySchemaElement.builder()
                    .attributeName("id")
                    .keyType(KeyType.HASH)
                    .build()),
            viewType,
            StreamStatus.ENABLED,
            START));
    private final Gateway gateway = Gateway.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "eu-west-1")
            .add(new StreamsApi(clock, region -> new StreamsApi.Region(directory, shards))
                    .addTo(new JsonOperations("dynamodb", DynamoDbClient.class)));
    private final DynamoDbStreamsClient client = DynamoDbStreamsClient.builder()
            .endpointOverride(gateway.endpoint())
            .region(Region.EU_WEST_1)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();

    @AfterEach
    void close() {
        client.close();
        gateway.close();
    }

    @Test
    void readsFromTheHorizonInOrderAndEndsWithTheClosedShard() {
        shards.open("shard-1", null).add("shard-1", "a", 3).close("shard-1").open("shard-2", "shard-1");
        GetRecordsResponse page = read(iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null));
        assertEquals(List.of("1", "2", "3"), values(page));
        assertNull(page.nextShardIterator());
    }

    @Test
    void emptyShardReadFromTheHorizonSeesWhatIsWrittenLater() {
        shards.open("shard-1", null);
        GetRecordsResponse empty = read(iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null));
        assertEquals(0, empty.records().size());
        shards.add("shard-1", "a", 1);
        assertEquals(List.of("1"), values(read(empty.nextShardIterator())));
    }

    @Test
    void latestStartsAfterWhatIsThere() {
        shards.open("shard-1", null).add("shard-1", "a", 2);
        String latest = iterator("shard-1", ShardIteratorType.LATEST, null);
        shards.add("shard-1", "a", 1);
        assertEquals(List.of("3"), values(read(latest)));
    }

    @Test
    void atAndAfterSequenceNumber() {
        shards.open("shard-1", null).add("shard-1", "a", 3);
        String second = read(iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null))
                .records()
                .get(1)
                .dynamodb()
                .sequenceNumber();
        assertEquals(
                List.of("2", "3"), values(read(iterator("shard-1", ShardIteratorType.AT_SEQUENCE_NUMBER, second))));
        assertEquals(List.of("3"), values(read(iterator("shard-1", ShardIteratorType.AFTER_SEQUENCE_NUMBER, second))));
    }

    @Test
    void trimmedSequenceNumberIsRefusedButTheHorizonIsNot() {
        shards.open("shard-1", null).add("shard-1", "a", 3);
        GetRecordsResponse all = read(iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null));
        String first = all.records().getFirst().dynamodb().sequenceNumber();
        String held = iterator("shard-1", ShardIteratorType.AFTER_SEQUENCE_NUMBER, first);
        shards.trim("shard-1", 2);
        assertThrows(TrimmedDataAccessException.class, () -> read(held));
        assertThrows(
                TrimmedDataAccessException.class,
                () -> iterator("shard-1", ShardIteratorType.AT_SEQUENCE_NUMBER, first));
        assertEquals(List.of("3"), values(read(iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null))));
    }

    @Test
    void iteratorExpiresAfterFifteenMinutesOfTheClock() {
        shards.open("shard-1", null);
        String iterator = iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null);
        clock.advance(Duration.ofMinutes(15));
        assertNotNull(read(iterator).nextShardIterator());
        clock.advance(Duration.ofSeconds(1));
        assertThrows(ExpiredIteratorException.class, () -> read(iterator));
    }

    @Test
    void pageStopsAtOneMegabyte() {
        shards.open("shard-1", null);
        String value = "x".repeat(300 * 1024);
        for (int i = 0; i < 5; i++) {
            shards.put("shard-1", Map.of("id", AttributeValue.fromS("k" + i), "v", AttributeValue.fromS(value)));
        }
        GetRecordsResponse first = read(iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null));
        // One image in the first record, two in each that follows.
        assertEquals(2, first.records().size());
        assertEquals(1, read(first.nextShardIterator()).records().size());
    }

    @Test
    void viewTypeDecidesWhichImagesAreShown() {
        shards.open("shard-1", null).add("shard-1", "a", 2);
        for (StreamViewType type : List.of(
                StreamViewType.KEYS_ONLY,
                StreamViewType.NEW_IMAGE,
                StreamViewType.OLD_IMAGE,
                StreamViewType.NEW_AND_OLD_IMAGES)) {
            viewType = type;
            Record modify = read(iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null))
                    .records()
                    .getLast();
            assertEquals(OperationType.MODIFY, modify.eventName());
            assertEquals(type.toString().contains("NEW"), modify.dynamodb().hasNewImage(), type + " new image");
            assertEquals(type.toString().contains("OLD"), modify.dynamodb().hasOldImage(), type + " old image");
            assertEquals(type, modify.dynamodb().streamViewType());
        }
    }

    @Test
    void creationTimeIsInWholeSeconds() {
        shards.open("shard-1", null).add("shard-1", "a", 1);
        Instant written = read(iterator("shard-1", ShardIteratorType.TRIM_HORIZON, null))
                .records()
                .getFirst()
                .dynamodb()
                .approximateCreationDateTime();
        assertEquals(written.truncatedTo(ChronoUnit.SECONDS), written);
    }

    @Test
    void describesShardsInPagesAndByParent() {
        shards.open("shard-1", null).close("shard-1").open("shard-2", "shard-1").open("shard-3", "shard-1");
        var first = client.describeStream(ask -> ask.streamArn(ARN).limit(2)).streamDescription();
        assertEquals("shard-2", first.lastEvaluatedShardId());
        assertNotNull(first.shards().getFirst().sequenceNumberRange().endingSequenceNumber());
        var rest = client.describeStream(ask -> ask.streamArn(ARN).exclusiveStartShardId("shard-2"))
                .streamDescription();
        assertEquals("shard-3", rest.shards().getFirst().shardId());
        assertNull(rest.lastEvaluatedShardId());
        var children = client.describeStream(ask -> ask.streamArn(ARN)
                        .shardFilter(filter ->
                                filter.type(ShardFilterType.CHILD_SHARDS).shardId("shard-1")))
                .streamDescription();
        assertEquals(
                List.of("shard-2", "shard-3"),
                children.shards().stream().map(shard -> shard.shardId()).toList());
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThrows(ResourceNotFoundException.class, () -> client.describeStream(ask -> ask.streamArn(ARN + "x")));
        assertThrows(ResourceNotFoundException.class, () -> iterator("shard-9", ShardIteratorType.TRIM_HORIZON, null));
        assertEquals(
                1, client.listStreams(ask -> ask.tableName("Orders")).streams().size());
        assertEquals(
                0, client.listStreams(ask -> ask.tableName("Other")).streams().size());
    }

    @Test
    void sizeFitsRecordedAnswers() {
        assertEquals(12, size(Map.of("id", AttributeValue.fromS("Fred")), 2));
        assertEquals(16, size(Map.of("id", AttributeValue.fromS("NewKey")), 2));
        assertEquals(4, size(Map.of("n", AttributeValue.fromN("-1200.50")), 1) - 1);
    }

    private static long size(Map<String, AttributeValue> item, int times) {
        return ItemSize.of(item) * times;
    }

    private String iterator(String shard, ShardIteratorType type, String sequence) {
        return client.getShardIterator(ask -> ask.streamArn(ARN)
                        .shardId(shard)
                        .shardIteratorType(type)
                        .sequenceNumber(sequence))
                .shardIterator();
    }

    private GetRecordsResponse read(String iterator) {
        return client.getRecords(ask -> ask.shardIterator(iterator));
    }

    private static List<String> values(GetRecordsResponse page) {
        return page.records().stream()
                .map(record -> record.dynamodb().newImage().get("v").n())
                .toList();
    }
}
