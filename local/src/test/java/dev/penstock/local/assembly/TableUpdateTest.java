package dev.penstock.local.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** A template that has changed, on the data of the one before. */
class TableUpdateTest {
    private static final String BEFORE = """
            {"Resources": {"Notes": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {
              "TableName": "Notes",
              "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "S"},
                {"AttributeName": "place", "AttributeType": "S"}],
              "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
              "LocalSecondaryIndexes": [{"IndexName": "byIdAndPlace", "Projection": {"ProjectionType": "KEYS_ONLY"},
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "place", "KeyType": "RANGE"}]}],
              "GlobalSecondaryIndexes": [{"IndexName": "byPlace", "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": "place", "KeyType": "HASH"}]}],
              "BillingMode": "PAY_PER_REQUEST",
              "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
              "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": true},
              "Replicas": [{"Region": "us-east-1",
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7},
                "Tags": [{"Key": "owner", "Value": "ada"}]}]}}}}
            """;

    /** Other indexes, no stream, no TTL, no recovery; a limit, protection, another tag. */
    private static final String AFTER = """
            {"Resources": {"Notes": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {
              "TableName": "Notes",
              "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "S"},
                {"AttributeName": "place", "AttributeType": "S"}, {"AttributeName": "author", "AttributeType": "S"},
                {"AttributeName": "stars", "AttributeType": "N"}],
              "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
              "LocalSecondaryIndexes": [{"IndexName": "byIdAndPlace", "Projection": {"ProjectionType": "KEYS_ONLY"},
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "place", "KeyType": "RANGE"}]}],
              "GlobalSecondaryIndexes": [
                {"IndexName": "byAuthor", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["place"]},
                  "KeySchema": [{"AttributeName": "author", "KeyType": "HASH"}]},
                {"IndexName": "byStars", "Projection": {"ProjectionType": "KEYS_ONLY"},
                  "KeySchema": [{"AttributeName": "stars", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]}],
              "BillingMode": "PAY_PER_REQUEST",
              "WriteOnDemandThroughputSettings": {"MaxWriteRequestUnits": 50},
              "Replicas": [{"Region": "us-east-1", "DeletionProtectionEnabled": true,
                "Tags": [{"Key": "owner", "Value": "grace"}]}]}}}}
            """;

    private static final Map<String, AttributeValue> ITEM = Map.of(
            "id", AttributeValue.fromS("1"),
            "at", AttributeValue.fromS("today"),
            "author", AttributeValue.fromS("ada"),
            "stars", AttributeValue.fromN("5"));

    @TempDir
    Path folder;

    @Test
    void aChangedTemplateIsBroughtToTheTableAtTheNextStart() throws IOException {
        try (var runtime = start(BEFORE)) {
            client(runtime).putItem(put -> put.tableName("Notes").item(ITEM));
        }
        try (var runtime = start(AFTER)) {
            var client = client(runtime);
            assertIsAfter(client);
            assertEquals(
                    1,
                    client.query(query -> query.tableName("Notes")
                                    .indexName("byAuthor")
                                    .keyConditionExpression("author = :a")
                                    .expressionAttributeValues(Map.of(":a", AttributeValue.fromS("ada"))))
                            .count());
            client.tagResource(tag -> tag.resourceArn(notes(client).tableArn())
                    .tags(Tag.builder().key("by").value("hand").build()));
        }
        TableDescription described;
        try (var runtime = start(AFTER)) {
            assertIsAfter(client(runtime));
            assertEquals(Map.of("owner", "grace", "by", "hand"), tags(client(runtime)));
            described = notes(client(runtime));
        }
        try (var runtime = start(AFTER)) {
            assertEquals(described, notes(client(runtime)), "nothing has changed");
        }
        try (var runtime = start(BEFORE)) {
            assertIsBefore(client(runtime));
        }
    }

    /** From one charge to the other, and from one number of units to another. */
    @Test
    void billingFollowsTheTemplate() throws IOException {
        String provisioned = """
                {"Resources": {"Notes": {"Type": "AWS::DynamoDB::Table", "Properties": {
                  "TableName": "Notes", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                  "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                  "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}}}}}
                """;
        String limit = "\"BillingMode\": \"PAY_PER_REQUEST\", \"OnDemandThroughput\": {\"MaxWriteRequestUnits\": 9}";
        try (var runtime = LocalRuntime.start(Options.inMemory())) {
            var client = client(runtime);
            deploy(provisioned, runtime);
            deploy(provisioned.replace(": 3", ": 30"), runtime);
            assertEquals(30, notes(client).provisionedThroughput().readCapacityUnits());
            assertEquals(4, notes(client).provisionedThroughput().writeCapacityUnits());
            deploy(provisioned.replaceAll("\"ProvisionedThroughput\": \\{[^}]*}", limit), runtime);
            assertEquals(
                    BillingMode.PAY_PER_REQUEST,
                    notes(client).billingModeSummary().billingMode());
            assertEquals(9, notes(client).onDemandThroughput().maxWriteRequestUnits());
            deploy(provisioned, runtime);
            assertEquals(
                    BillingMode.PROVISIONED, notes(client).billingModeSummary().billingMode());
            assertEquals(3, notes(client).provisionedThroughput().readCapacityUnits());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"id\", \"AttributeType\": \"S\"` | `\"id\", \"AttributeType\": \"N\"` | id (HASH, N) | delete the data folder",
                "`\"at\", \"KeyType\": \"RANGE\"` | `\"place\", \"KeyType\": \"RANGE\"` | id (HASH, S) and place (RANGE, S) | --data",
                "byIdAndPlace | byIdAndTown | byIdAndTown | --data",
                "`\"ProjectionType\": \"ALL\"` | `\"ProjectionType\": \"KEYS_ONLY\"` | byPlace | another name",
                "NEW_IMAGE | OLD_IMAGE | OLD_IMAGE | without the stream",
                "expiresAt | endsAt | endsAt | without time to live"
            })
    void whatWouldBeReplacedOrRefusedStopsTheStartInOneLine(String from, String to, String told, String advice)
            throws IOException {
        try (var runtime = LocalRuntime.start(Options.inMemory())) {
            deploy(BEFORE, runtime);
            var error = assertThrows(AssemblyException.class, () -> deploy(BEFORE.replace(from, to), runtime));
            assertEquals(1, error.getMessage().lines().count());
            for (String part : List.of("Notes", told, advice)) {
                assertTrue(error.getMessage().contains(part), error.getMessage());
            }
            assertIsBefore(client(runtime));
        }
    }

    private LocalRuntime start(String template) throws IOException {
        return LocalRuntime.start(
                Options.inMemory().withDataDirectory(folder.resolve("data")).withAssembly(file(template)));
    }

    private void deploy(String template, LocalRuntime runtime) throws IOException {
        Deployment.deploy(CloudAssembly.read(file(template)), runtime::clients, runtime.region());
    }

    private Path file(String template) throws IOException {
        return Files.writeString(folder.resolve("template.json"), template);
    }

    private static void assertIsBefore(DynamoDbClient client) {
        var table = notes(client);
        assertEquals("byPlace by HASH place with ALL", indexes(table));
        assertNotNull(table.latestStreamArn());
        assertEquals("NEW_IMAGE", table.streamSpecification().streamViewTypeAsString());
        assertEquals(false, table.deletionProtectionEnabled());
        if (table.onDemandThroughput() != null) {
            assertEquals(-1, table.onDemandThroughput().maxWriteRequestUnits());
        }
        assertEquals("ada", tags(client).get("owner"));
        var ttl = client.describeTimeToLive(describe -> describe.tableName("Notes"))
                .timeToLiveDescription();
        assertEquals("expiresAt", ttl.attributeName());
        var recovery = client.describeContinuousBackups(describe -> describe.tableName("Notes"))
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription();
        assertEquals(PointInTimeRecoveryStatus.ENABLED, recovery.pointInTimeRecoveryStatus());
        assertEquals(7, recovery.recoveryPeriodInDays());
    }

    private static void assertIsAfter(DynamoDbClient client) {
        var table = notes(client);
        assertEquals(
                "byAuthor by HASH author with INCLUDE place; byStars by HASH stars, RANGE at with KEYS_ONLY",
                indexes(table));
        assertNull(table.streamSpecification());
        assertEquals(true, table.deletionProtectionEnabled());
        assertEquals(50, table.onDemandThroughput().maxWriteRequestUnits());
        assertEquals("grace", tags(client).get("owner"));
        assertEquals(
                TimeToLiveStatus.DISABLED,
                client.describeTimeToLive(describe -> describe.tableName("Notes"))
                        .timeToLiveDescription()
                        .timeToLiveStatus());
        assertEquals(
                PointInTimeRecoveryStatus.DISABLED,
                client.describeContinuousBackups(describe -> describe.tableName("Notes"))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus());
    }

    private static String indexes(TableDescription table) {
        return table.globalSecondaryIndexes().stream()
                .map(TableUpdateTest::index)
                .sorted()
                .collect(Collectors.joining("; "));
    }

    private static String index(GlobalSecondaryIndexDescription index) {
        return index.indexName() + " by "
                + index.keySchema().stream()
                        .map(key -> key.keyTypeAsString() + " " + key.attributeName())
                        .collect(Collectors.joining(", "))
                + " with " + index.projection().projectionTypeAsString()
                + index.projection().nonKeyAttributes().stream()
                        .map(name -> " " + name)
                        .collect(Collectors.joining());
    }

    private static Map<String, String> tags(DynamoDbClient client) {
        return client.listTagsOfResource(list -> list.resourceArn(notes(client).tableArn())).tags().stream()
                .collect(Collectors.toMap(Tag::key, Tag::value));
    }

    private static TableDescription notes(DynamoDbClient client) {
        return client.describeTable(describe -> describe.tableName("Notes")).table();
    }

    private static DynamoDbClient client(LocalRuntime runtime) {
        return runtime.clients().of(DynamoDbClient.class);
    }
}
