package dev.penstock.local.junit;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clock.MovableClock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

// begin: shown in README
/** Tables, queues and buckets come from your template, or from what `cdk synth` wrote, or are made by the tests. */
@PenstockTest(assembly = "local/src/test/resources/junit/shop.template.json")
class SessionTest {
    @Test
    void aDayLaterTheSessionIsGone(DynamoDbClient dynamoDb, MovableClock clock) {
        long midnight = clock.instant().plus(Duration.ofHours(12)).getEpochSecond();
        dynamoDb.putItem(put -> put.tableName("Sessions")
                .item(Map.of("id", AttributeValue.fromS("1"), "expiresAt", AttributeValue.fromN("" + midnight))));
        clock.advance(Duration.ofDays(1)); // no sleep
        Await.until(
                Duration.ofSeconds(10),
                "the session to expire",
                () -> dynamoDb.scan(scan -> scan.tableName("Sessions")).count() == 0);
    }
}
// end
