package dev.penstock.local.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.runtime.LocalRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

@PenstockTest(region = "eu-central-1", startAt = "2026-01-01T00:00:00Z")
class PenstockExtensionTest {

    @BeforeEach
    void makeTable(DynamoDbClient dynamoDb) {
        try {
            dynamoDb.createTable(create -> create.tableName("Notes")
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(
                            attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S))
                    .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH)));
        } catch (ResourceInUseException e) {
            // Made by the test before: the tests of a class share the runtime.
        }
    }

    @Test
    void injectsClientsOfItsRegion(DynamoDbClient dynamoDb, DynamoDbAsyncClient async) {
        var item = Map.of("id", AttributeValue.fromS("1"));
        dynamoDb.putItem(put -> put.tableName("Notes").item(item));
        assertEquals(
                item,
                async.getItem(get -> get.tableName("Notes").key(item)).join().item());
        String arn = dynamoDb.describeTable(describe -> describe.tableName("Notes"))
                .table()
                .tableArn();
        assertEquals("arn:aws:dynamodb:eu-central-1:000000000000:table/Notes", arn);
    }

    @Test
    void injectsTheClockWhichStandsStillButForSteps(MovableClock clock, LocalRuntime runtime) {
        Instant before = clock.instant();
        assertEquals(before, clock.instant());
        assertTrue(!before.isBefore(Instant.parse("2026-01-01T00:00:00Z")));
        assertEquals(before.plus(Duration.ofDays(1)), clock.advance(Duration.ofDays(1)));
        assertEquals("eu-central-1", runtime.region());
    }

    @Nested
    class Inside {
        @Test
        void aNestedClassSharesTheRuntime(DynamoDbClient dynamoDb) {
            assertTrue(dynamoDb.listTables().tableNames().contains("Notes"));
        }
    }
}
