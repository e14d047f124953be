package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.local.dynamodb.RawClient.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Answers about tables, member by member as AWS gave them (recorded AWS answers); what differs from run to run (times,
 * ids, account) is compared by its form.
 */
class RecordedTablesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    @TempDir
    static Path folder;

    private static LocalDynamoDb local;
    private static RawClient client;

    @BeforeAll
    static void start() {
        local = new LocalDynamoDb(folder);
        client = new RawClient(local.gateway.endpoint());
    }

    @AfterAll
    static void stop() {
        client.close();
        local.close();
    }

    private static final String PROVISIONED = """
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}""";

    @Test
    void aProvisionedTableIsCreatedDescribedAndDeleted() throws Exception {
        String described = """
                {"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"CreationDateTime":"<time>",
                "DeletionProtectionEnabled":false,"ItemCount":0,"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
                "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":5,"WriteCapacityUnits":5},
                "TableArn":"<arn>Crud","TableId":"<uuid>","TableName":"Crud","TableSizeBytes":0,"TableStatus":"%s"%s}""";
        expect(
                "{\"TableDescription\":" + described.formatted("CREATING", "") + "}",
                send("CreateTable", "{\"TableName\":\"Crud\"," + PROVISIONED + "}"));
        expect(
                "{\"Table\":"
                        + described.formatted(
                                "ACTIVE",
                                ",\"WarmThroughput\":{\"ReadUnitsPerSecond\":5,\"Status\":\"ACTIVE\",\"WriteUnitsPerSecond\":5}")
                        + "}",
                send("DescribeTable", "{\"TableName\":\"Crud\"}"));
        expect("""
                {"TableDescription":{"DeletionProtectionEnabled":false,"ItemCount":0,
                "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":5,"WriteCapacityUnits":5},
                "TableArn":"<arn>Crud","TableId":"<uuid>","TableName":"Crud","TableSizeBytes":0,"TableStatus":"DELETING"}}""", send("DeleteTable", "{\"TableName\":\"Crud\"}"));
        refused(
                "DeleteTable",
                "{\"TableName\":\"non-existent\"}",
                "ResourceNotFoundException",
                "Requested resource not found: Table: non-existent not found");
    }

    @Test
    void anOnDemandTableWithAnIndexIsCreatedAndDescribed() throws Exception {
        String described = """
                {"AttributeDefinitions":[{"AttributeName":"TID","AttributeType":"S"},{"AttributeName":"TRID","AttributeType":"S"}],
                "BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"%1$s},"CreationDateTime":"<time>",
                "DeletionProtectionEnabled":false,"GlobalSecondaryIndexes":[{
                "IndexArn":"<arn>OnDemand/index/TransactionRecordID","IndexName":"TransactionRecordID","IndexSizeBytes":0,
                "IndexStatus":"%2$s","ItemCount":0,"KeySchema":[{"AttributeName":"TRID","KeyType":"HASH"}],
                "Projection":{"ProjectionType":"ALL"},
                "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0}%3$s}],
                "ItemCount":0,"KeySchema":[{"AttributeName":"TID","KeyType":"HASH"}],
                "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0},
                "TableArn":"<arn>OnDemand","TableId":"<uuid>","TableName":"OnDemand","TableSizeBytes":0,
                "TableStatus":"%2$s"%3$s}""";
        expect("{\"TableDescription\":" + described.formatted("", "CREATING", "") + "}", send("CreateTable", """
                        {"TableName":"OnDemand","BillingMode":"PAY_PER_REQUEST",
                        "AttributeDefinitions":[{"AttributeName":"TID","AttributeType":"S"},{"AttributeName":"TRID","AttributeType":"S"}],
                        "KeySchema":[{"AttributeName":"TID","KeyType":"HASH"}],
                        "GlobalSecondaryIndexes":[{"IndexName":"TransactionRecordID","Projection":{"ProjectionType":"ALL"},
                        "KeySchema":[{"AttributeName":"TRID","KeyType":"HASH"}]}]}"""));
        expect(
                "{\"Table\":"
                        + described.formatted(
                                ",\"LastUpdateToPayPerRequestDateTime\":\"<time>\"",
                                "ACTIVE",
                                ",\"WarmThroughput\":{\"ReadUnitsPerSecond\":12000,\"Status\":\"ACTIVE\",\"WriteUnitsPerSecond\":4000}")
                        + "}",
                send("DescribeTable", "{\"TableName\":\"OnDemand\"}"));
    }

    @Test
    void warmThroughputIsShownAsItWasAskedFor() throws Exception {
        Answer created = send(
                "CreateTable",
                "{\"TableName\":\"Warm\",\"WarmThroughput\":{\"ReadUnitsPerSecond\":1000,\"WriteUnitsPerSecond\":1200},"
                        + PROVISIONED + "}");
        String described = """
                {"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"CreationDateTime":"<time>",
                "DeletionProtectionEnabled":false,"ItemCount":0,"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
                "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":5,"WriteCapacityUnits":5},
                "TableArn":"<arn>Warm","TableId":"<uuid>","TableName":"Warm","TableSizeBytes":0,"TableStatus":"%s",
                "WarmThroughput":{"ReadUnitsPerSecond":1000,"Status":"%s","WriteUnitsPerSecond":1200}}""";
        expect("{\"TableDescription\":" + described.formatted("CREATING", "UPDATING") + "}", created);
        expect(
                "{\"Table\":" + described.formatted("ACTIVE", "ACTIVE") + "}",
                send("DescribeTable", "{\"TableName\":\"Warm\"}"));
    }

    @Test
    void enablingAStreamShowsItInTheAnswer() throws Exception {
        send("CreateTable", """
                {"TableName":"Streaming","BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{"AttributeName":"my_partition_key","AttributeType":"S"}],
                "KeySchema":[{"AttributeName":"my_partition_key","KeyType":"HASH"}]}""");
        JsonNode answer = send(
                        "UpdateTable",
                        "{\"TableName\":\"Streaming\",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_IMAGE\"}}")
                .json();
        String label = answer.at("/TableDescription/LatestStreamLabel").asText();
        expect("""
                {"TableDescription":{"AttributeDefinitions":[{"AttributeName":"my_partition_key","AttributeType":"S"}],
                "BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":"<time>"},
                "CreationDateTime":"<time>","DeletionProtectionEnabled":false,"ItemCount":0,
                "KeySchema":[{"AttributeName":"my_partition_key","KeyType":"HASH"}],
                "LatestStreamArn":"<arn>Streaming/stream/%1$s","LatestStreamLabel":"%1$s",
                "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0},
                "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},
                "TableArn":"<arn>Streaming","TableId":"<uuid>","TableName":"Streaming","TableSizeBytes":0,
                "TableStatus":"UPDATING",
                "WarmThroughput":{"ReadUnitsPerSecond":12000,"Status":"ACTIVE","WriteUnitsPerSecond":4000}}}""".formatted(label), answer);
        assertEquals(
                "2026-03-01T12:00:00.123".length(), label.length(), "labels are times with milliseconds: " + label);
        expect(
                "{\"Streams\":[{\"StreamArn\":\"<arn>Streaming/stream/%1$s\",\"StreamLabel\":\"%1$s\",\"TableName\":\"Streaming\"}]}"
                        .formatted(label),
                send("DynamoDBStreams_20120810.ListStreams", "{\"TableName\":\"Streaming\"}"));
        String arn = answer.at("/TableDescription/LatestStreamArn").asText();
        JsonNode stream = send("DynamoDBStreams_20120810.DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")
                .json();
        String shard = stream.at("/StreamDescription/Shards/0/ShardId").asText();
        String starting = stream.at("/StreamDescription/Shards/0/SequenceNumberRange/StartingSequenceNumber")
                .asText();
        expect("""
                {"StreamDescription":{"CreationRequestDateTime":"<time>",
                "KeySchema":[{"AttributeName":"my_partition_key","KeyType":"HASH"}],
                "Shards":[{"SequenceNumberRange":{"StartingSequenceNumber":"%2$s"},"ShardId":"%3$s"}],
                "StreamArn":"<arn>Streaming/stream/%1$s","StreamLabel":"%1$s","StreamStatus":"ENABLED",
                "StreamViewType":"NEW_IMAGE","TableName":"Streaming"}}""".formatted(label, starting, shard), stream);
        assertTrue(starting.matches("\\d{21,40}"), starting);
        assertTrue(shard.matches("shardId-\\d{20}-[0-9a-f]{8}") && shard.length() >= 28, shard);
        String missing = arn.replaceAll("/stream/.*", "/stream/2024-11-18T14:36:44.149");
        refused(
                "DynamoDBStreams_20120810.DescribeStream",
                "{\"StreamArn\":\"" + missing + "\"}",
                "ResourceNotFoundException",
                "Requested resource not found: Stream: " + missing + " not found");
    }

    @Test
    void refusalsHaveTheRecordedWords() throws Exception {
        send("CreateTable", "{\"TableName\":\"Words\"," + PROVISIONED + "}");
        refused(
                "CreateTable",
                "{\"TableName\":\"Words\"," + PROVISIONED + "}",
                "ResourceInUseException",
                "Table already exists: Words");
        refused(
                "CreateTable",
                "{\"TableName\":\"Both\",\"BillingMode\":\"PAY_PER_REQUEST\"," + PROVISIONED + "}",
                "ValidationException",
                "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be"
                        + " specified when BillingMode is PAY_PER_REQUEST");
        refused(
                "BatchWriteItem",
                "{\"RequestItems\":{\"Words\":[{\"DeleteRequest\":{\"Key\":{\"other\":{\"S\":\"1\"}}}}]}}",
                "ValidationException",
                "The provided key element does not match the schema");
        refused(
                "BatchWriteItem",
                "{\"RequestItems\":{\"Words\":[{\"PutRequest\":{\"Item\":{\"nonKey\":{\"S\":\"hello\"}}}}]}}",
                "ValidationException",
                "The provided key element does not match the schema");
        refused(
                "TransactWriteItems",
                "{\"TransactItems\":[{\"Put\":{\"TableName\":\"Nowhere\",\"Item\":{\"id\":{\"S\":\"1\"}}}}]}",
                "ResourceNotFoundException",
                "Requested resource not found");
        Answer canceled = send("TransactWriteItems", """
                {"TransactItems":[{"ConditionCheck":{"TableName":"Words","Key":{"id":{"S":"1"}},
                "ConditionExpression":"attribute_exists(id)"}},{"Put":{"TableName":"Words","Item":{"id":{"S":"2"}}}}]}""");
        assertEquals("TransactionCanceledException", canceled.code());
        assertEquals(
                "Transaction cancelled, please refer cancellation reasons for specific reasons"
                        + " [ConditionalCheckFailed, None]",
                canceled.message());
        expect(
                "[{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional request failed\"},{\"Code\":\"None\"}]",
                canceled.json().path("CancellationReasons"));
    }

    /** Of a table without a destination; enabling one is not simulated. */
    @Test
    void kinesisDestinationsThatAreNotThereAreAnsweredInTheRecordedWords() throws Exception {
        send("CreateTable", "{\"TableName\":\"NoKinesis\"," + PROVISIONED + "}");
        String stream = "arn:aws:kinesis:eu-central-1:000000000000:stream/bad-stream";
        for (String operation : List.of("EnableKinesisStreamingDestination", "DisableKinesisStreamingDestination")) {
            refused(
                    operation,
                    "{\"TableName\":\"bad-table\",\"StreamArn\":\"" + stream + "\"}",
                    "ResourceNotFoundException",
                    "Requested resource not found: Table: bad-table not found");
        }
        String named = "\"TableName\":\"NoKinesis\",\"StreamArn\":\"" + stream + "\"";
        for (String missing : List.of("", ",\"UpdateKinesisStreamingConfiguration\":{}")) {
            refused(
                    "UpdateKinesisStreamingDestination",
                    "{" + named + missing + "}",
                    "ValidationException",
                    "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration"
                            + " cannot be null or contain only null values");
        }
        String precision = ",\"UpdateKinesisStreamingConfiguration\":{\"ApproximateCreationDateTimePrecision\":\"%s\"}";
        refused(
                "UpdateKinesisStreamingDestination",
                "{" + named + precision.formatted("SECOND") + "}",
                "ValidationException",
                "1 validation error detected: Value 'SECOND' at"
                        + " 'updateKinesisStreamingConfiguration.approximateCreationDateTimePrecision' failed to satisfy"
                        + " constraint: Member must satisfy enum value set: [MILLISECOND, MICROSECOND]");
        refused(
                "UpdateKinesisStreamingDestination",
                "{" + named + precision.formatted("MICROSECOND") + "}",
                "ValidationException",
                "Table is not in a valid state to enable Kinesis Streaming Destination: No streaming destination with"
                        + " streamArn: " + stream + " found for table with tableName: NoKinesis");
        expect(
                "{\"KinesisDataStreamDestinations\":[],\"TableName\":\"NoKinesis\"}",
                send("DescribeKinesisStreamingDestination", "{\"TableName\":\"NoKinesis\"}"));
        assertEquals(
                501,
                send("EnableKinesisStreamingDestination", "{" + named + "}").status());
    }

    private static Answer send(String operation, String body) throws Exception {
        return client.send(operation, body);
    }

    private static void refused(String operation, String body, String code, String message) throws Exception {
        Answer answer = send(operation, body);
        assertEquals(400, answer.status(), answer.toString());
        assertEquals(code, answer.code());
        assertEquals(message, answer.message());
    }

    private static void expect(String recorded, Answer answer) throws Exception {
        assertEquals(200, answer.status(), answer.toString());
        expect(recorded, answer.json());
    }

    private static void expect(String recorded, JsonNode answer) throws Exception {
        String arn = "arn:aws:dynamodb:eu-central-1:000000000000:table/";
        assertEquals(JSON.readTree(recorded.replace("<arn>", arn)), masked(answer.deepCopy()));
    }

    private static JsonNode masked(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : Set.copyOf(object.properties())) {
                if (member.getKey().endsWith("DateTime")) {
                    assertTrue(member.getValue().isNumber(), "times are epoch seconds in AWS's JSON: " + member);
                    assertEquals(1_772_366_400.0, member.getValue().asDouble(), 86_400, member.toString());
                    object.put(member.getKey(), "<time>");
                } else if (member.getKey().equals("TableId")) {
                    assertTrue(UUID.matcher(member.getValue().asText()).matches(), member.toString());
                    object.put(member.getKey(), "<uuid>");
                }
            }
        }
        node.forEach(RecordedTablesTest::masked);
        return node;
    }
}
