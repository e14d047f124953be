package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.expiry.RegionExpiry;
import dev.penstock.local.streams.StreamRecord;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Time to live over the real store: who goes, when, and what the stream says about it. */
class ExpiryTest {
    @TempDir
    Path folder;

    @Test
    void deletesWhatExpiredAndTellsTheStreamWhoDidIt() throws Exception {
        try (LocalDynamoDb local = new LocalDynamoDb(folder);
                RegionExpiry expiry = new RegionExpiry(local.store, Duration.ofMinutes(10))) {
            String arn = local.createStreaming("Sessions");
            long now = local.clock.instant().getEpochSecond();
            put(local, "early", AttributeValue.fromN("" + (now + 60)));
            local.client.updateTimeToLive(ttl -> ttl.tableName("Sessions")
                    .timeToLiveSpecification(t -> t.enabled(true).attributeName("until")));
            assertEquals(0, expiry.doWork());
            put(local, "late", AttributeValue.fromN("" + (now + 60)));
            put(local, "putOff", AttributeValue.fromN("" + (now + 60)));
            put(local, "text", AttributeValue.fromS("" + (now + 60)));
            put(
                    local,
                    "ancient",
                    AttributeValue.fromN("" + (now - Duration.ofDays(6 * 365).toSeconds())));
            local.clock.advance(Duration.ofMinutes(5));
            assertEquals(0, expiry.doWork(), "expired, but not yet due");
            assertTrue(local.client
                    .getItem(get -> get.tableName("Sessions").key(Map.of("id", AttributeValue.fromS("late"))))
                    .hasItem());
            put(local, "putOff", AttributeValue.fromN("" + (now + 86_400)));
            local.clock.advance(Duration.ofMinutes(10));
            assertEquals(2, expiry.doWork());
            assertEquals(0, expiry.doWork());
            assertEquals(
                    3, local.client.scan(scan -> scan.tableName("Sessions")).count());
            String shard = local.store.streams().shards(arn).getFirst().shardId();
            List<StreamRecord> records =
                    local.store.streams().read(arn, shard, BigInteger.ZERO, 100).records();
            List<StreamRecord> removed = records.stream()
                    .filter(record -> record.eventName() == StreamRecord.EventName.REMOVE)
                    .toList();
            assertEquals(2, removed.size());
            removed.forEach(record -> assertEquals(StreamRecord.UserIdentity.TTL, record.userIdentity()));
            local.client.updateTimeToLive(ttl -> ttl.tableName("Sessions")
                    .timeToLiveSpecification(t -> t.enabled(false).attributeName("until")));
            local.clock.advance(Duration.ofDays(2));
            assertEquals(0, expiry.doWork(), "disabled");
        }
    }

    @Test
    void anExpiredItemIsReadAndUpdatedUntilItIsDeleted() throws Exception {
        try (LocalDynamoDb local = new LocalDynamoDb(folder);
                RegionExpiry expiry = new RegionExpiry(local.store, Duration.ofDays(2))) {
            local.createStreaming("Sessions");
            local.client.updateTimeToLive(ttl -> ttl.tableName("Sessions")
                    .timeToLiveSpecification(t -> t.enabled(true).attributeName("until")));
            long now = local.clock.instant().getEpochSecond();
            put(local, "late", AttributeValue.fromN("" + now));
            put(local, "renewed", AttributeValue.fromN("" + now));
            local.clock.advance(Duration.ofDays(1));
            expiry.doWork();
            var late = Map.of("id", AttributeValue.fromS("late"));
            assertTrue(local.client
                    .getItem(get -> get.tableName("Sessions").key(late))
                    .hasItem());
            assertEquals(
                    2, local.client.scan(scan -> scan.tableName("Sessions")).count());
            local.client.updateItem(update -> update.tableName("Sessions")
                    .key(late)
                    .updateExpression("SET seen = :yes")
                    .expressionAttributeValues(Map.of(":yes", AttributeValue.fromBool(true))));
            local.client.updateItem(update -> update.tableName("Sessions")
                    .key(Map.of("id", AttributeValue.fromS("renewed")))
                    .updateExpression("REMOVE #u")
                    .expressionAttributeNames(Map.of("#u", "until")));
            local.clock.advance(Duration.ofDays(2));
            assertEquals(1, expiry.doWork(), "updated, and still expired");
            assertEquals(
                    "renewed",
                    local.client
                            .scan(scan -> scan.tableName("Sessions"))
                            .items()
                            .getFirst()
                            .get("id")
                            .s());
        }
    }

    @Test
    void settingsAreCheckedAgainstWhatIsSet() throws Exception {
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            local.createStreaming("Sessions");
            assertEquals("TimeToLive is already disabled", refusal(local, "Sessions", false, "until"));
            local.client.updateTimeToLive(ttl -> ttl.tableName("Sessions")
                    .timeToLiveSpecification(t -> t.enabled(true).attributeName("until")));
            assertEquals("TimeToLive is already enabled", refusal(local, "Sessions", true, "until"));
            assertEquals(
                    "TimeToLive is active on a different AttributeName: current AttributeName is until",
                    refusal(local, "Sessions", false, "other"));
            assertEquals(
                    "Requested resource not found: Table: Nowhere not found", refusal(local, "Nowhere", true, "until"));
            local.client.updateTimeToLive(ttl -> ttl.tableName("Sessions")
                    .timeToLiveSpecification(t -> t.enabled(false).attributeName("until")));
            var described = local.client
                    .describeTimeToLive(ttl -> ttl.tableName("Sessions"))
                    .timeToLiveDescription();
            assertEquals("DISABLED", described.timeToLiveStatusAsString());
            assertNull(described.attributeName());
            assertEquals(
                    "Requested resource not found: Table: Nowhere not found",
                    assertThrows(
                                    ResourceNotFoundException.class,
                                    () -> local.client.describeTimeToLive(ttl -> ttl.tableName("Nowhere")))
                            .awsErrorDetails()
                            .errorMessage());
        }
    }

    private static String refusal(LocalDynamoDb local, String table, boolean enabled, String attribute) {
        return assertThrows(
                        DynamoDbException.class,
                        () -> local.client.updateTimeToLive(ttl -> ttl.tableName(table)
                                .timeToLiveSpecification(t -> t.enabled(enabled).attributeName(attribute))))
                .awsErrorDetails()
                .errorMessage();
    }

    private static void put(LocalDynamoDb local, String id, AttributeValue until) {
        local.client.putItem(
                put -> put.tableName("Sessions").item(Map.of("id", AttributeValue.fromS(id), "until", until)));
    }
}
