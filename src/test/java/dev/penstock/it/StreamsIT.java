package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.penstock.local.clients.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** A table's stream through the Streams API. */
class StreamsIT {

    @Scenario
    void everyChangeIsThereOnceInOrderAndNothingElse(Cloud cloud) {
        var dynamoDb = cloud.clients().of(DynamoDbClient.class);
        String table = Tables.create(dynamoDb, "streams");
        var placed = item("PLACED");
        var paid = item("PAID");
        dynamoDb.putItem(put -> put.tableName(table).item(placed));
        dynamoDb.putItem(put -> put.tableName(table).item(placed)); // changes nothing: no record
        dynamoDb.putItem(put -> put.tableName(table).item(paid));
        dynamoDb.deleteItem(delete -> delete.tableName(table)
                .key(Map.of("customerId", placed.get("customerId"), "orderId", placed.get("orderId"))));

        List<Record> records = new ArrayList<>();
        Await.until(Duration.ofSeconds(30), "three stream records", () -> {
            records.clear();
            records.addAll(read(
                    cloud,
                    dynamoDb.describeTable(describe -> describe.tableName(table))
                            .table()
                            .latestStreamArn()));
            return records.size() >= 3;
        });
        assertEquals(
                List.of(OperationType.INSERT, OperationType.MODIFY, OperationType.REMOVE),
                records.stream().map(Record::eventName).toList());
        assertEquals(placed, records.get(1).dynamodb().oldImage());
        assertEquals(paid, records.get(1).dynamodb().newImage());
        assertNull(records.get(2).userIdentity(), "a user's delete has no user identity");
    }

    private static List<Record> read(Cloud cloud, String streamArn) {
        var streams = cloud.clients().of(DynamoDbStreamsClient.class);
        List<Record> records = new ArrayList<>();
        for (var shard : streams.describeStream(describe -> describe.streamArn(streamArn))
                .streamDescription()
                .shards()) {
            String iterator = streams.getShardIterator(get -> get.streamArn(streamArn)
                            .shardId(shard.shardId())
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                    .shardIterator();
            String at = iterator;
            records.addAll(streams.getRecords(get -> get.shardIterator(at)).records());
        }
        return records;
    }

    private static Map<String, AttributeValue> item(String status) {
        return Map.of(
                "customerId", AttributeValue.fromS("ada"),
                "orderId", AttributeValue.fromS("1"),
                "status", AttributeValue.fromS(status));
    }
}
