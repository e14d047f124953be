package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.dynamodb.RawClient.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Amazon DynamoDB Local answers in another way than AWS, put right in front of it. */
class EngineGapsTest {
    private static final String ARN = "arn:aws:dynamodb:eu-central-1:000000000000:table/Gaps";

    @TempDir
    static Path folder;

    private static LocalDynamoDb local;
    private static RawClient client;

    @BeforeAll
    static void start() throws Exception {
        local = new LocalDynamoDb(folder);
        client = new RawClient(local.gateway.endpoint());
        ok("CreateTable", """
                {'TableName':'Gaps','BillingMode':'PAY_PER_REQUEST',
                'KeySchema':[{'AttributeName':'id','KeyType':'HASH'},{'AttributeName':'at','KeyType':'RANGE'}],
                'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'},{'AttributeName':'at','AttributeType':'N'},
                {'AttributeName':'g','AttributeType':'S'},{'AttributeName':'h','AttributeType':'N'}],
                'GlobalSecondaryIndexes':[{'IndexName':'byG','Projection':{'ProjectionType':'ALL'},
                'KeySchema':[{'AttributeName':'g','KeyType':'HASH'},{'AttributeName':'h','KeyType':'RANGE'}]}],
                'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}}""");
    }

    @AfterAll
    static void stop() {
        client.close();
        local.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PutItem            | {'TableName':'ARN','Item':{'id':{'S':'arn'},'at':{'N':'1'}}}
            GetItem            | {'TableName':'ARN','Key':{'id':{'S':'arn'},'at':{'N':'1'}}}
            UpdateItem         | {'TableName':'ARN','Key':{'id':{'S':'arn'},'at':{'N':'1'}},'UpdateExpression':'REMOVE x'}
            Query              | {'TableName':'ARN','KeyConditionExpression':'id = :i','ExpressionAttributeValues':{':i':{'S':'arn'}}}
            Scan               | {'TableName':'ARN'}
            BatchGetItem       | {'RequestItems':{'ARN':{'Keys':[{'id':{'S':'arn'},'at':{'N':'1'}}]}}}
            BatchWriteItem     | {'RequestItems':{'ARN':[{'PutRequest':{'Item':{'id':{'S':'arn'},'at':{'N':'2'}}}}]}}
            TransactGetItems   | {'TransactItems':[{'Get':{'TableName':'ARN','Key':{'id':{'S':'arn'},'at':{'N':'1'}}}}]}
            TransactWriteItems | {'TransactItems':[{'Delete':{'TableName':'ARN','Key':{'id':{'S':'arn'},'at':{'N':'3'}}}}]}
            DeleteItem         | {'TableName':'ARN','Key':{'id':{'S':'arn'},'at':{'N':'1'}}}
            """)
    void tablesAreNamedByTheirArnToo(String operation, String body) throws Exception {
        String given = body.replace("ARN", ARN);
        String asked = given.substring(0, given.length() - 1) + ",'ReturnConsumedCapacity':'TOTAL'}";
        JsonNode answer = ok(operation, asked);
        JsonNode capacity = answer.path("ConsumedCapacity");
        assertEquals(
                ARN,
                (capacity.isArray() ? capacity.path(0) : capacity)
                        .path("TableName")
                        .asText(),
                "" + answer);
        if (operation.equals("BatchGetItem")) {
            assertTrue(answer.path("Responses").has(ARN), "keyed as asked for: " + answer);
        }
    }

    @Test
    void controlOperationsTakeArns() throws Exception {
        assertEquals(
                "Gaps",
                ok("DescribeTable", "{'TableName':'" + ARN + "'}")
                        .at("/Table/TableName")
                        .asText());
        assertEquals(
                "DISABLED",
                ok("DescribeTimeToLive", "{'TableName':'" + ARN + "'}")
                        .at("/TimeToLiveDescription/TimeToLiveStatus")
                        .asText());
    }

    @Test
    void aTransactionsReadWithoutMatchHasNoItem() throws Exception {
        ok("PutItem", "{'TableName':'Gaps','Item':{'id':{'S':'empty'},'at':{'N':'1'}}}");
        JsonNode answer = ok(
                "TransactGetItems",
                "{'TransactItems':[{'Get':{'TableName':'Gaps','Key':{'id':{'S':'empty'},'at':{'N':'1'}},"
                        + "'ProjectionExpression':'nothing'}},{'Get':{'TableName':'Gaps','Key':{'id':{'S':'empty'},'at':{'N':'9'}}}}]}");
        assertEquals("[{},{}]", answer.path("Responses").toString());
    }

    @Test
    void transactionsTellReadAndWriteUnits() throws Exception {
        String write =
                "{'ClientRequestToken':'units','ReturnConsumedCapacity':'INDEXES','TransactItems':[{'Put':{'TableName':'Gaps',"
                        + "'Item':{'id':{'S':'units'},'at':{'N':'1'},'g':{'S':'g'},'h':{'N':'1'}}}}]}";
        JsonNode first = ok("TransactWriteItems", write).at("/ConsumedCapacity/0");
        assertEquals(
                3.0, first.path("WriteCapacityUnits").asDouble(), "two for the table, one for the index: " + first);
        assertEquals(3.0, first.path("CapacityUnits").asDouble());
        assertEquals(2.0, first.at("/Table/WriteCapacityUnits").asDouble(), "" + first);
        assertEquals(
                1.0, first.at("/GlobalSecondaryIndexes/byG/WriteCapacityUnits").asDouble(), "" + first);
        JsonNode again = ok("TransactWriteItems", write).at("/ConsumedCapacity/0");
        assertEquals(2.0, again.path("ReadCapacityUnits").asDouble(), "" + again);
        assertFalse(again.has("WriteCapacityUnits"), "" + again);
        assertEquals(2.0, again.at("/Table/ReadCapacityUnits").asDouble(), "" + again);
        JsonNode read = ok(
                        "TransactGetItems",
                        "{'ReturnConsumedCapacity':'INDEXES','TransactItems':[{'Get':{'TableName':'Gaps','Key':{'id':{'S':'units'},'at':{'N':'1'}}}},"
                                + "{'Get':{'TableName':'Gaps','Key':{'id':{'S':'units'},'at':{'N':'404'}}}}]}")
                .at("/ConsumedCapacity/0");
        assertEquals(4.0, read.path("ReadCapacityUnits").asDouble(), "what is not there is read twice too: " + read);
        assertEquals(4.0, read.at("/Table/ReadCapacityUnits").asDouble(), "" + read);
    }

    @Test
    void aTransactionConsumesByTheItemsItMeets() throws Exception {
        String large = "x".repeat(3_000);
        for (String at : List.of("1", "2", "3")) {
            ok(
                    "PutItem",
                    "{'TableName':'Gaps','Item':{'id':{'S':'large'},'at':{'N':'" + at
                            + "'},'g':{'S':'g'},'h':{'N':'1'},'v':{'S':'" + large + "'}}}");
        }
        String key = "'TableName':'Gaps','Key':{'id':{'S':'large'},'at':{'N':'%s'}}";
        String write = "{'ClientRequestToken':'large','ReturnConsumedCapacity':'INDEXES','TransactItems':["
                + "{'Delete':{" + key.formatted("1") + "}},"
                + "{'ConditionCheck':{" + key.formatted("2") + ",'ConditionExpression':'attribute_exists(id)'}},"
                + "{'Update':{" + key.formatted("3")
                + ",'UpdateExpression':'SET g = :g','ExpressionAttributeValues':{':g':{'S':'moved'}}}}]}";
        JsonNode first = ok("TransactWriteItems", write).at("/ConsumedCapacity/0");
        assertEquals(
                18.0, first.at("/Table/WriteCapacityUnits").asDouble(), "three items of three units, twice: " + first);
        assertEquals(
                9.0,
                first.at("/GlobalSecondaryIndexes/byG/WriteCapacityUnits").asDouble(),
                "an entry deleted, and one moved, which is deleted and written: " + first);
        JsonNode again = ok("TransactWriteItems", write).at("/ConsumedCapacity/0");
        assertEquals(6.0, again.path("ReadCapacityUnits").asDouble(), "three items of one unit, twice: " + again);
    }

    @Test
    void whatIsNoTransactionTellsCapacityUnitsAlone() throws Exception {
        JsonNode put = ok(
                        "PutItem",
                        "{'TableName':'Gaps','ReturnConsumedCapacity':'INDEXES','Item':{'id':{'S':'alone'},'at':{'N':'1'},'g':{'S':'g'},'h':{'N':'1'}}}")
                .path("ConsumedCapacity");
        assertEquals(
                "{\"TableName\":\"Gaps\",\"CapacityUnits\":2.0,\"Table\":{\"CapacityUnits\":1.0},"
                        + "\"GlobalSecondaryIndexes\":{\"byG\":{\"CapacityUnits\":1.0}}}",
                put.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PutItem    | {'TableName':'Gaps','Item':{'id':{'S':'i'},'at':{'N':'1'},'g':{'N':'5'}}} | One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG
            PutItem    | {'TableName':'Gaps','Item':{'id':{'S':'i'},'at':{'N':'1'},'h':{'S':'5'}}} | One or more parameter values were invalid: Type mismatch for Index Key h Expected: N Actual: S IndexName: byG
            PutItem    | {'TableName':'Gaps','Item':{'id':{'S':'i'},'at':{'N':'1'},'g':{'S':''}}} | One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byG, IndexKey: g
            BatchWriteItem | {'RequestItems':{'Gaps':[{'PutRequest':{'Item':{'id':{'S':'i'},'at':{'N':'1'},'g':{'N':'5'}}}}]}} | One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG
            UpdateItem | {'TableName':'Gaps','Key':{'id':{'S':'i'},'at':{'N':'1'}},'UpdateExpression':'SET g = :v','ExpressionAttributeValues':{':v':{'N':'5'}}} | The update expression attempted to update the secondary index key to unsupported type
            UpdateItem | {'TableName':'Gaps','Key':{'id':{'S':'i'},'at':{'N':'1'}},'UpdateExpression':'SET g = :v','ExpressionAttributeValues':{':v':{'S':''}}} | One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.
            UpdateItem | {'TableName':'Gaps','Key':{'id':{'S':'i'},'at':{'N':'1'}},'UpdateExpression':'SET g = h'} | The update expression attempted to update the secondary index key to unsupported type
            """)
    void anIndexKeyOfAWrongTypeIsRefused(String operation, String body, String message) throws Exception {
        ok("PutItem", "{'TableName':'Gaps','Item':{'id':{'S':'i'},'at':{'N':'1'},'g':{'S':'was'},'h':{'N':'7'}}}");
        int records = records();
        Answer answer = client.send(operation, body.replace('\'', '"'));
        assertEquals(400, answer.status(), answer.toString());
        assertEquals("ValidationException", answer.code());
        assertEquals(message, answer.message());
        assertEquals(
                "was",
                ok("GetItem", "{'TableName':'Gaps','Key':{'id':{'S':'i'},'at':{'N':'1'}}}")
                        .at("/Item/g/S")
                        .asText());
        assertEquals(records, records(), "what was refused is in no stream");
    }

    @Test
    void aTransactionWithAnIndexKeyOfAWrongTypeIsCanceledWhole() throws Exception {
        ok("PutItem", "{'TableName':'Gaps','Item':{'id':{'S':'t'},'at':{'N':'1'},'g':{'S':'was'},'h':{'N':'7'}}}");
        int records = records();
        Answer answer = client.send("TransactWriteItems", """
                {'TransactItems':[{'Put':{'TableName':'Gaps','Item':{'id':{'S':'t'},'at':{'N':'2'}}}},
                {'Update':{'TableName':'Gaps','Key':{'id':{'S':'t'},'at':{'N':'1'}},'UpdateExpression':'SET g = h'}}]}""".replace('\'', '"'));
        assertEquals("TransactionCanceledException", answer.code(), answer.toString());
        assertEquals(
                "[\"None\",\"ValidationError\"]",
                answer.json().findValuesAsText("Code").stream()
                        .map(code -> "\"" + code + "\"")
                        .toList()
                        .toString()
                        .replace(", ", ","));
        assertEquals(
                1,
                ok(
                                "Query",
                                "{'TableName':'Gaps','KeyConditionExpression':'id = :i','ExpressionAttributeValues':{':i':{'S':'t'}}}")
                        .path("Count")
                        .asInt());
        assertEquals(records, records());
    }

    /** As DynamoDB answered the same sequence of updates (public conformance tests that were run against AWS). */
    @Test
    void updatedValuesOfANestedPathAreThatPartAlone() throws Exception {
        ok(
                "PutItem",
                "{'TableName':'Gaps','Item':{'id':{'S':'n'},'at':{'N':'1'},'d':{'S':'cat'},"
                        + "'a':{'M':{'b':{'S':'dog'},'c':{'L':[{'N':'1'},{'N':'2'},{'N':'3'}]}}}}}");
        String hi = "':v':{'S':'hi'}";
        assertEquals("{'a':{'M':{'b':{'S':'dog'}}}}", updated("UPDATED_OLD", "SET a.b = :v", hi));
        assertEquals("{'a':{'M':{'b':{'S':'hi'}}}}", updated("UPDATED_NEW", "set a.b=:v", hi));
        assertEquals(
                "{'a':{'M':{'c':{'L':[{'N':'2'}]}}}}", updated("UPDATED_OLD", "SET a.c[1] = :v", "':v':{'N':'7'}"));
        assertEquals(
                "{'a':{'M':{'b':{'S':'yo'},'c':{'L':[{'N':'8'}]}}}}",
                updated(
                        "UPDATED_NEW",
                        "SET #a.c[1] = if_not_exists(nowhere, :w) , #a.#b = :v",
                        "':v':{'S':'yo'},':w':{'N':'8'}",
                        "'#a':'a','#b':'b'"));
        assertEquals("none", updated("UPDATED_OLD", "SET a.x1 = :v", hi), "there was nothing");
        assertEquals("{'a':{'M':{'x2':{'S':'hi'}}}}", updated("UPDATED_NEW", "SET a.x2 = :v", hi));
        assertEquals("none", updated("UPDATED_NEW", "SET a.c[100] = :v", hi), "it becomes a.c[3]");
        assertEquals("{'a':{'M':{'c':{'L':[{'N':'3'}]}}}}", updated("UPDATED_OLD", "REMOVE a.c[2], a.c[30]", ""));
        assertEquals("{'d':{'S':'cat'}}", updated("UPDATED_OLD", "SET d = :v", hi));
    }

    private static String updated(String wanted, String expression, String values) throws Exception {
        return updated(wanted, expression, values, "");
    }

    private static String updated(String wanted, String expression, String values, String names) throws Exception {
        JsonNode answer = ok(
                "UpdateItem",
                "{'TableName':'Gaps','Key':{'id':{'S':'n'},'at':{'N':'1'}},'ReturnValues':'" + wanted
                        + "','UpdateExpression':'" + expression + "'"
                        + (values.isEmpty() ? "" : ",'ExpressionAttributeValues':{" + values + "}")
                        + (names.isEmpty() ? "" : ",'ExpressionAttributeNames':{" + names + "}") + "}");
        return answer.has("Attributes") ? answer.path("Attributes").toString().replace('"', '\'') : "none";
    }

    @Test
    void aQueryCanBePagedInReverse() throws Exception {
        for (int i = 1; i <= 7; i++) {
            ok(
                    "PutItem",
                    "{'TableName':'Gaps','Item':{'id':{'S':'pages'},'at':{'N':'" + i + "'},'g':{'S':'p'},'h':{'N':'" + i
                            + "'}}}");
        }
        for (String index : List.of("", ",'IndexName':'byG'")) {
            String condition = index.isEmpty()
                    ? "'KeyConditionExpression':'id = :i','ExpressionAttributeValues':{':i':{'S':'pages'}}"
                    : "'KeyConditionExpression':'g = :i','ExpressionAttributeValues':{':i':{'S':'p'}}";
            List<String> seen = new ArrayList<>();
            String start = "";
            for (int page = 0; page < 10; page++) {
                JsonNode answer = ok(
                        "Query",
                        "{'TableName':'Gaps','Limit':2,'ScanIndexForward':false," + condition + index + start + "}");
                answer.path("Items").forEach(item -> seen.add(item.at("/at/N").asText()));
                if (!answer.has("LastEvaluatedKey")) {
                    break;
                }
                start = ",'ExclusiveStartKey':" + answer.path("LastEvaluatedKey");
            }
            assertEquals(List.of("7", "6", "5", "4", "3", "2", "1"), seen, "index " + index);
        }
    }

    @Test
    void multiAttributeIndexKeysSayThatTheyAreNotSimulated() throws Exception {
        Answer answer = client.send("CreateTable", """
                {'TableName':'Multi','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],
                'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'},{'AttributeName':'a','AttributeType':'S'},
                {'AttributeName':'b','AttributeType':'S'},{'AttributeName':'c','AttributeType':'S'}],
                'GlobalSecondaryIndexes':[{'IndexName':'abc','Projection':{'ProjectionType':'ALL'},'KeySchema':[
                {'AttributeName':'a','KeyType':'HASH'},{'AttributeName':'b','KeyType':'HASH'},{'AttributeName':'c','KeyType':'RANGE'}]}]}""".replace('\'', '"'));
        assertEquals(501, answer.status(), answer.toString());
    }

    @Test
    void timeToLiveAttributesHaveOneTo255Characters() throws Exception {
        for (String name : List.of("", "x".repeat(256))) {
            Answer answer = client.send(
                    "UpdateTimeToLive",
                    "{\"TableName\":\"Gaps\",\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":\"" + name
                            + "\"}}");
            assertEquals("ValidationException", answer.code(), answer.toString());
            assertTrue(
                    answer.message()
                            .endsWith(
                                    "at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length "
                                            + (name.isEmpty()
                                                    ? "greater than or equal to 1"
                                                    : "less than or equal to 255")),
                    answer.message());
        }
    }

    @Test
    void encryptionWithAKeyIsDescribed() throws Exception {
        JsonNode table = ok("CreateTable", """
                        {'TableName':'Sealed','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],
                        'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],
                        'SSESpecification':{'Enabled':true,'SSEType':'KMS','KMSMasterKeyId':'alias/mine'}}""").at("/TableDescription/SSEDescription");
        assertEquals("ENABLED", table.path("Status").asText());
        assertEquals("KMS", table.path("SSEType").asText());
        assertEquals(
                "arn:aws:kms:eu-central-1:000000000000:alias/mine",
                table.path("KMSMasterKeyArn").asText());
    }

    private static int records() throws Exception {
        String arn = ok("DescribeTable", "{'TableName':'Gaps'}")
                .at("/Table/LatestStreamArn")
                .asText();
        String shard = ok("DynamoDBStreams_20120810.DescribeStream", "{'StreamArn':'" + arn + "'}")
                .at("/StreamDescription/Shards/0/ShardId")
                .asText();
        String iterator = ok(
                        "DynamoDBStreams_20120810.GetShardIterator",
                        "{'StreamArn':'" + arn + "','ShardId':'" + shard + "','ShardIteratorType':'TRIM_HORIZON'}")
                .path("ShardIterator")
                .asText();
        return ok("DynamoDBStreams_20120810.GetRecords", "{'ShardIterator':'" + iterator + "'}")
                .path("Records")
                .size();
    }

    private static JsonNode ok(String operation, String body) throws Exception {
        Answer answer = client.send(operation, body.replace('\'', '"'));
        assertEquals(200, answer.status(), operation + " " + body + " -> " + answer);
        return answer.json();
    }
}
