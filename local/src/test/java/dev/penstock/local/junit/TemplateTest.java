package dev.penstock.local.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/** A template of one's own is provisioned before the tests. */
@PenstockTest(assembly = "local/src/test/resources/junit/shop.template.json")
class TemplateTest {
    @Test
    void declaresTablesQueuesAndBuckets(DynamoDbClient dynamoDb, SqsClient sqs, S3Client s3, LocalRuntime runtime) {
        dynamoDb.putItem(put -> put.tableName("Sessions")
                .item(Map.of("id", AttributeValue.fromS("1"), "user", AttributeValue.fromS("ada"))));
        assertEquals(
                1,
                dynamoDb.query(query -> query.tableName("Sessions")
                                .indexName("byUser")
                                .keyConditionExpression("#u = :u")
                                .expressionAttributeNames(Map.of("#u", "user"))
                                .expressionAttributeValues(Map.of(":u", AttributeValue.fromS("ada"))))
                        .count());
        assertEquals(
                "expiresAt",
                dynamoDb.describeTimeToLive(describe -> describe.tableName("Sessions"))
                        .timeToLiveDescription()
                        .attributeName());
        assertTrue(sqs.getQueueUrl(get -> get.queueName("mails"))
                .queueUrl()
                .startsWith(runtime.endpoint().toString()));
        assertEquals("uploads", s3.listBuckets().buckets().getFirst().name());
    }
}
