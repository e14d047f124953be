package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.dynamodb.RawClient.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is sent, the answer is AWS's error with its status: never a 500, never a hang. */
class BadInputTest {
    @TempDir
    static Path folder;

    private static LocalDynamoDb local;
    private static RawClient client;

    @BeforeAll
    static void start() throws Exception {
        local = new LocalDynamoDb(folder);
        client = new RawClient(local.gateway.endpoint());
        client.send(
                "CreateTable",
                "{\"TableName\":\"Things\",\"BillingMode\":\"PAY_PER_REQUEST\",\"KeySchema\":[{\"AttributeName\":\"id\","
                        + "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"id\","
                        + "\"AttributeType\":\"S\"}]}");
    }

    @AfterAll
    static void stop() {
        client.close();
        local.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NoSuchOperation   | {}                                                          | 400 | UnknownOperationException
            PutItem           | {                                                           | 400 | SerializationException
            PutItem           | nonsense                                                    | 400 | SerializationException
            PutItem           | []                                                          | 400 | SerializationException
            PutItem           | {"TableName":5}                                             | 400 | SerializationException
            PutItem           | {"TableName":"Things","Item":"x"}                           | 400 | SerializationException
            PutItem           | {"TableName":"Things","Item":{"id":"x"}}                    | 400 | SerializationException
            PutItem           | {"TableName":"Things","Item":{"id":{"B":"%%"}}}             | 400 | SerializationException
            PutItem           | {"Item":{"id":{"S":"x"}}}                                   | 400 | ValidationException
            PutItem           | {"TableName":"Things"}                                      | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{}}                            | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{}}}                     | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x","N":"1"}}}      | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"N":"1"}}}              | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":""}}}               | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"},"n":{"N":"one"}}} | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"},"n":{"N":"1e999"}}} | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"},"n":{"NS":["1","x"]}}} | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"},"n":{"SS":[]}}} | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"},"n":{"SS":[null]}}} | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"}},"ReturnValues":"ALL_NEW"} | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"}},"ReturnValues":"MAYBE"} | 400 | ValidationException
            PutItem           | {"TableName":"Nothing","Item":{"id":{"S":"x"}}}             | 400 | ResourceNotFoundException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"}},"ConditionExpression":"a ="} | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"}},"ConditionExpression":"a = :b"} | 400 | ValidationException
            PutItem           | {"TableName":"Things","Item":{"id":{"S":"x"}},"ConditionExpression":"attribute_exists(nowhere)"} | 400 | ConditionalCheckFailedException
            UpdateItem        | {"TableName":"Things","Key":{"id":{"S":"x"}},"UpdateExpression":"SET"} | 400 | ValidationException
            UpdateItem        | {"TableName":"Things","Key":{"id":{"S":"x"}},"UpdateExpression":"SET id = :v","ExpressionAttributeValues":{":v":{"S":"y"}}} | 400 | ValidationException
            UpdateItem        | {"TableName":"Things","Key":{"id":{"S":"x"}},"UpdateExpression":"SET n = n + :v","ExpressionAttributeValues":{":v":{"S":"y"}}} | 400 | ValidationException
            UpdateItem        | {"TableName":"Things","Key":{"no":{"S":"x"}}}               | 400 | ValidationException
            UpdateItem        | {"TableName":"Things","Key":{}}                             | 400 | ValidationException
            DeleteItem        | {"TableName":"Things","Key":{"id":{"S":"x"},"b":{"S":"y"}}} | 400 | ValidationException
            DeleteItem        | {"TableName":"Things"}                                      | 400 | ValidationException
            GetItem           | {"TableName":"Things","Key":{"id":{"N":"1"}}}               | 400 | ValidationException
            GetItem           | {"TableName":"Things"}                                      | 400 | ValidationException
            GetItem           | {"TableName":"Nothing","Key":{"id":{"S":"x"}}}              | 400 | ResourceNotFoundException
            Query             | {"TableName":"Things"}                                      | 400 | ValidationException
            Query             | {"TableName":"Things","KeyConditionExpression":"id > :v","ExpressionAttributeValues":{":v":{"S":"y"}}} | 400 | ValidationException
            Query             | {"TableName":"Things","IndexName":"none","KeyConditionExpression":"id = :v","ExpressionAttributeValues":{":v":{"S":"y"}}} | 400 | ValidationException
            Scan              | {"TableName":"Things","Limit":0}                            | 400 | ValidationException
            Scan              | {"TableName":"Things","Segment":5,"TotalSegments":2}        | 400 | ValidationException
            Scan              | {"TableName":"Things","ExclusiveStartKey":{"x":{"S":"y"}}}  | 400 | ValidationException
            BatchWriteItem    | {}                                                          | 400 | ValidationException
            BatchWriteItem    | {"RequestItems":{"Things":[]}}                              | 400 | ValidationException
            BatchWriteItem    | {"RequestItems":{"Things":[{}]}}                            | 400 | ValidationException
            BatchWriteItem    | {"RequestItems":{"Things":[{"DeleteRequest":{"Key":{"id":{"S":"x"}}}},{"DeleteRequest":{"Key":{"id":{"S":"x"}}}}]}} | 400 | ValidationException
            BatchGetItem      | {}                                                          | 400 | ValidationException
            BatchGetItem      | {"RequestItems":{"Nothing":{"Keys":[{"id":{"S":"x"}}]}}}    | 400 | ResourceNotFoundException
            TransactWriteItems | {}                                                         | 400 | ValidationException
            TransactWriteItems | {"TransactItems":[{}]}                                     | 400 | ValidationException
            TransactWriteItems | {"TransactItems":[{"Delete":{"TableName":"Things","Key":{"id":{"S":"x"}}}},{"Delete":{"TableName":"Things","Key":{"id":{"S":"x"}}}}]} | 400 | ValidationException
            TransactWriteItems | {"TransactItems":[{"ConditionCheck":{"TableName":"Things","Key":{"id":{"S":"x"}},"ConditionExpression":"attribute_exists(id)"}}]} | 400 | TransactionCanceledException
            TransactGetItems  | {}                                                          | 400 | ValidationException
            TransactGetItems  | {"TransactItems":[{}]}                                      | 400 | ValidationException
            ExecuteStatement  | {}                                                          | 400 | ValidationException
            ExecuteStatement  | {"Statement":"nonsense"}                                    | 400 | ValidationException
            ExecuteStatement  | {"Statement":"DELETE FROM Things WHERE other = 1"}          | 400 | ValidationException
            ExecuteStatement  | {"Statement":"DELETE FROM Things WHERE id = ?"}             | 400 | ValidationException
            CreateTable       | {}                                                          | 400 | ValidationException
            CreateTable       | {"TableName":"ab"}                                          | 400 | ValidationException
            CreateTable       | {"TableName":"Fine","BillingMode":"FREE"}                   | 400 | ValidationException
            CreateTable       | {"TableName":"Fine","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]} | 400 | ValidationException
            CreateTable       | {"TableName":"Things","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]} | 400 | ResourceInUseException
            CreateTable       | {"TableName":"Fine","BillingMode":"PAY_PER_REQUEST","StreamSpecification":"on","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]} | 400 | SerializationException
            DescribeTable     | {"TableName":"Nothing"}                                     | 400 | ResourceNotFoundException
            DeleteTable       | {"TableName":"Nothing"}                                     | 400 | ResourceNotFoundException
            UpdateTable       | {"TableName":"Nothing"}                                     | 400 | ResourceNotFoundException
            ListTables        | {"Limit":0}                                                 | 400 | ValidationException
            UpdateTimeToLive  | {"TableName":"Things"}                                      | 400 | ValidationException
            TagResource       | {"ResourceArn":"nonsense"}                                  | 400 | ValidationException
            ListTagsOfResource | {"ResourceArn":"arn:aws:dynamodb:eu-central-1:000000000000:table/Nothing"} | 400 | ResourceNotFoundException
            UpdateContributorInsights | {"TableName":"Things","ContributorInsightsAction":"ENABLE"} | 501 | NotImplemented
            """)
    void refuses(String operation, String body, int status, String code) throws Exception {
        Answer answer = client.send(operation, body);
        assertEquals(status, answer.status(), answer.toString());
        assertEquals(code, answer.code(), answer.toString());
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        String large = "{\"TableName\":\"Things\",\"Item\":{\"id\":{\"S\":\"x\"},\"v\":{\"S\":\"" + "x".repeat(410_000)
                + "\"}}}";
        Answer answer = client.send("PutItem", large);
        assertEquals(400, answer.status(), answer.toString());
        assertTrue(answer.message().contains("Item size has exceeded the maximum allowed size"), answer.toString());
        String key = "{\"TableName\":\"Things\",\"Item\":{\"id\":{\"S\":\"" + "x".repeat(2049) + "\"}}}";
        assertEquals(400, client.send("PutItem", key).status());
    }
}
