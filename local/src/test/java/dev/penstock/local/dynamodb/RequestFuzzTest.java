package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.local.dynamodb.RawClient.Answer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of every kind with something about them changed at random: a member dropped, given another value or another
 * type, a byte of the text flipped. Whatever comes of it is answered as AWS answers it; {@code -Dpenstock.tries=N} sends
 * more, {@code -Dpenstock.seed=N} others.
 */
class RequestFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What DynamoDB may answer to a request that differs from a good one. */
    private static final Set<String> CODES = Set.of(
            "SerializationException",
            "ValidationException",
            "ResourceNotFoundException",
            "ResourceInUseException",
            "ConditionalCheckFailedException",
            "TransactionCanceledException",
            "TransactionConflictException",
            "IdempotentParameterMismatchException",
            "DuplicateItemException",
            "ExpiredIteratorException",
            "TrimmedDataAccessException",
            "LimitExceededException",
            "ThrottlingException"); // once the table got a maximum throughput

    private static final String THING = "\"TableName\":\"Things\",\"Key\":{\"id\":{\"S\":\"a\"}}";

    /** Each is taken as it stands. */
    private static final List<Map.Entry<String, String>> GOOD = List.of(
            Map.entry("CreateTable", """
                    {"TableName":"Things","BillingMode":"PAY_PER_REQUEST",
                    "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
                    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"g","AttributeType":"N"}],
                    "GlobalSecondaryIndexes":[{"IndexName":"byG","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],
                    "Projection":{"ProjectionType":"ALL"}}],
                    "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},
                    "Tags":[{"Key":"a","Value":"b"}]}"""),
            Map.entry("DescribeTable", "{\"TableName\":\"Things\"}"),
            Map.entry("ListTables", "{\"Limit\":5,\"ExclusiveStartTableName\":\"A\"}"),
            Map.entry("PutItem", """
                    {"TableName":"Things","Item":{"id":{"S":"a"},"g":{"N":"1"},"s":{"SS":["x","y"]},"b":{"B":"AAEC"},
                    "m":{"M":{"x":{"L":[{"BOOL":true},{"NULL":true},{"N":"-1.5e3"}]}}},"ns":{"NS":["1","2"]}},
                    "ConditionExpression":"attribute_not_exists(#n) OR id = :v",
                    "ExpressionAttributeNames":{"#n":"nowhere"},"ExpressionAttributeValues":{":v":{"S":"a"}},
                    "ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"INDEXES"}"""),
            Map.entry("GetItem", "{" + THING + ",\"ProjectionExpression\":\"id, m.x[0]\",\"ConsistentRead\":true}"),
            Map.entry(
                    "UpdateItem",
                    "{" + THING
                            + ",\"UpdateExpression\":\"SET m.y = :v, g = g + :n REMOVE b ADD ns :s\",\"ExpressionAttributeValues\":"
                            + "{\":v\":{\"S\":\"z\"},\":n\":{\"N\":\"1\"},\":s\":{\"NS\":[\"7\"]}},\"ReturnValues\":\"UPDATED_NEW\"}"),
            Map.entry(
                    "Query",
                    "{\"TableName\":\"Things\",\"IndexName\":\"byG\",\"KeyConditionExpression\":\"g = :g\","
                            + "\"ExpressionAttributeValues\":{\":g\":{\"N\":\"2\"}},\"Limit\":3,\"ScanIndexForward\":false}"),
            Map.entry(
                    "Scan",
                    "{\"TableName\":\"Things\",\"Segment\":0,\"TotalSegments\":1,\"FilterExpression\":\"size(id) > :n\","
                            + "\"ExpressionAttributeValues\":{\":n\":{\"N\":\"0\"}},\"ExclusiveStartKey\":{\"id\":{\"S\":\"a\"}}}"),
            Map.entry(
                    "BatchWriteItem",
                    "{\"RequestItems\":{\"Things\":[{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"b\"}}}},"
                            + "{\"DeleteRequest\":{\"Key\":{\"id\":{\"S\":\"c\"}}}}]}}"),
            Map.entry(
                    "BatchGetItem",
                    "{\"RequestItems\":{\"Things\":{\"Keys\":[{\"id\":{\"S\":\"a\"}},{\"id\":{\"S\":\"b\"}}],"
                            + "\"ProjectionExpression\":\"id\"}}}"),
            Map.entry(
                    "TransactWriteItems",
                    "{\"TransactItems\":[{\"Put\":{\"TableName\":\"Things\",\"Item\":{\"id\":{\"S\":\"d\"}}}},{\"Update\":{"
                            + "\"TableName\":\"Things\",\"Key\":{\"id\":{\"S\":\"e\"}},\"UpdateExpression\":\"SET x = :x\","
                            + "\"ExpressionAttributeValues\":{\":x\":{\"S\":\"y\"}}}},{\"ConditionCheck\":{" + THING
                            + ",\"ConditionExpression\":\"attribute_exists(id)\"}}],\"ReturnConsumedCapacity\":\"TOTAL\"}"),
            Map.entry("TransactGetItems", "{\"TransactItems\":[{\"Get\":{" + THING + "}}]}"),
            Map.entry(
                    "ExecuteStatement",
                    "{\"Statement\":\"UPDATE Things SET x = 'y' WHERE id = ?\",\"Parameters\":[{\"S\":\"a\"}]}"),
            Map.entry(
                    "BatchExecuteStatement",
                    "{\"Statements\":[{\"Statement\":\"SELECT * FROM Things WHERE id = 'a'\"}]}"),
            Map.entry(
                    "ExecuteTransaction",
                    "{\"TransactStatements\":[{\"Statement\":\"INSERT INTO Things VALUE {'id': ?}\","
                            + "\"Parameters\":[{\"S\":\"never-before\"}]}]}"),
            Map.entry(
                    "UpdateTimeToLive",
                    "{\"TableName\":\"Things\",\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":\"until\"}}"),
            Map.entry("DescribeTimeToLive", "{\"TableName\":\"Things\"}"),
            Map.entry(
                    "TagResource",
                    "{\"ResourceArn\":\"arn:aws:dynamodb:eu-central-1:000000000000:table/Things\",\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}"),
            Map.entry(
                    "ListTagsOfResource",
                    "{\"ResourceArn\":\"arn:aws:dynamodb:eu-central-1:000000000000:table/Things\"}"),
            Map.entry(
                    "UpdateTable",
                    "{\"TableName\":\"Things\",\"DeletionProtectionEnabled\":false,\"OnDemandThroughput\":{\"MaxReadRequestUnits\":-1,\"MaxWriteRequestUnits\":-1}}"),
            Map.entry("DynamoDBStreams_20120810.ListStreams", "{\"TableName\":\"Things\",\"Limit\":3}"),
            Map.entry("DeleteItem", "{" + THING + ",\"ReturnValues\":\"ALL_OLD\"}"));

    @Test
    void whateverIsSentIsAnswered(@TempDir Path folder) throws Exception {
        try (LocalDynamoDb local = new LocalDynamoDb(folder);
                RawClient client = new RawClient(local.gateway.endpoint())) {
            List<Map.Entry<String, String>> good = new ArrayList<>(GOOD);
            for (var request : GOOD) {
                Answer answer = client.send(request.getKey(), request.getValue());
                assertEquals(200, answer.status(), request + " -> " + answer);
            }
            good.addAll(streamRequests(client));
            long seed = Long.getLong("penstock.seed", 20261122);
            List<String> wrong = new ArrayList<>();
            int tries = Integer.getInteger("penstock.tries", 1_000);
            for (int i = 0; i < tries; i++) {
                SplittableRandom random = new SplittableRandom(seed + i);
                var request = good.get(random.nextInt(good.size()));
                String body = changed(request.getValue(), random);
                Answer answer;
                try {
                    answer = client.send(request.getKey(), body);
                } catch (HttpTimeoutException hang) {
                    throw new AssertionError(
                            "-Dpenstock.seed=" + (seed + i) + ": no answer to " + request.getKey() + " " + body, hang);
                }
                boolean expected = switch (answer.status()) {
                    case 200 -> true;
                    case 400 -> CODES.contains(answer.code());
                    case 501 -> answer.code().equals("NotImplemented");
                    default -> false;
                };
                if (!expected) {
                    wrong.add("-Dpenstock.seed=" + (seed + i) + ": " + request.getKey() + " " + body + " -> " + answer);
                }
            }
            assertEquals("", String.join("\n", wrong.subList(0, Math.min(wrong.size(), 10))), wrong.size() + " wrong");
            assertEquals(
                    200,
                    client.send("PutItem", "{\"TableName\":\"Things\",\"Item\":{\"id\":{\"S\":\"after all\"}}}")
                            .status());
        }
    }

    /** The requests of the Streams API, which need what the ones before them answered. */
    private static List<Map.Entry<String, String>> streamRequests(RawClient client)
            throws IOException, InterruptedException {
        String streams = "DynamoDBStreams_20120810.";
        String arn = client.send("DescribeTable", "{\"TableName\":\"Things\"}")
                .json()
                .at("/Table/LatestStreamArn")
                .asText();
        var describe = Map.entry(streams + "DescribeStream", "{\"StreamArn\":\"" + arn + "\",\"Limit\":2}");
        String shard = client.send(describe.getKey(), describe.getValue())
                .json()
                .at("/StreamDescription/Shards/0/ShardId")
                .asText();
        var iterator = Map.entry(
                streams + "GetShardIterator",
                "{\"StreamArn\":\"" + arn + "\",\"ShardId\":\"" + shard
                        + "\",\"ShardIteratorType\":\"AT_SEQUENCE_NUMBER\",\"SequenceNumber\":\"100000000000000000001\"}");
        String horizon = client.send(
                        iterator.getKey(),
                        "{\"StreamArn\":\"" + arn + "\",\"ShardId\":\"" + shard
                                + "\",\"ShardIteratorType\":\"TRIM_HORIZON\"}")
                .json()
                .path("ShardIterator")
                .asText();
        var records = Map.entry(streams + "GetRecords", "{\"ShardIterator\":\"" + horizon + "\",\"Limit\":10}");
        assertEquals(200, client.send(records.getKey(), records.getValue()).status());
        return List.of(describe, iterator, records);
    }

    private static String changed(String body, SplittableRandom random) throws IOException {
        if (random.nextInt(5) == 0) {
            return flipped(body, random);
        }
        JsonNode tree = JSON.readTree(body);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            List<JsonNode> containers = new ArrayList<>();
            collect(tree, containers);
            if (containers.isEmpty()) {
                break; // nothing is left of it
            }
            change(containers.get(random.nextInt(containers.size())), random);
        }
        return tree.toString();
    }

    private static String flipped(String body, SplittableRandom random) {
        StringBuilder text = new StringBuilder(body);
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(1, 128));
            case 1 -> text.deleteCharAt(at);
            default -> text.setLength(at);
        }
        return text.toString();
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode() && !node.isEmpty()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static void change(JsonNode node, SplittableRandom random) throws IOException {
        JsonNode value = JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
        boolean drop = random.nextInt(3) == 0;
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (drop) {
                object.remove(name);
            } else if (random.nextInt(4) == 0) {
                object.set("Odd" + random.nextInt(9), object.remove(name)); // under another name
            } else {
                object.set(name, value);
            }
        } else if (node instanceof ArrayNode array) {
            int at = random.nextInt(array.size());
            if (drop) {
                array.remove(at);
            } else if (random.nextInt(4) == 0) {
                array.add(array.get(at)); // twice
            } else {
                array.set(at, value);
            }
        }
    }

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "2147483648",
            "99999999999999999999999",
            "1.5",
            "1e400",
            "\"\"",
            "\" \"",
            "\"a\"",
            "\"Things\"",
            "\"NONE\"",
            "\"\\u0000\"",
            "\"\\ud83d\\ude00\"",
            "\"" + "x".repeat(3_000) + "\"",
            "\"1e127\"",
            "\"a.b[0] = :v\"",
            "\"SET id = :v\"",
            "\"((((((((((\"",
            "\"#n = :n AND\"",
            "[]",
            "[null]",
            "[[[[[[]]]]]]",
            "{}",
            "{\"S\":\"a\"}",
            "{\"N\":\"x\"}",
            "{\"N\":\"1\",\"S\":\"1\"}",
            "{\"B\":\"=\"}",
            "{\"SS\":[]}",
            "{\"NS\":[\"1\",\"1.0\"]}",
            "{\"M\":{\"\":{\"S\":\"\"}}}",
            "{\"L\":[{}]}",
            "{\"NULL\":false}",
            "{\"id\":{\"S\":\"a\"}}");
}
