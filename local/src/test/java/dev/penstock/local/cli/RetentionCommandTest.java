package dev.penstock.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.local.demo.ArchivedItems;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.s3.S3Client;

class RetentionCommandTest {
    private final StringWriter out = new StringWriter();

    @Test
    void listsWhatIsOverdueOnTheRuntimesClock() {
        // Late deletion, as on AWS; here so late that it never comes.
        try (var runtime = LocalRuntime.start(Options.inMemory().withExpiryDelay(Duration.ofDays(365)))) {
            var dynamoDb = runtime.clients().of(DynamoDbClient.class);
            Storefront.catalog().allTables().stream()
                    .filter(table -> table.ttlAttribute() != null)
                    .forEach(table -> create(dynamoDb, table));
            runtime.clients().of(S3Client.class).createBucket(bucket -> bucket.bucket(ArchivedItems.BUCKET));
            long expiry = runtime.clock().instant().getEpochSecond();
            dynamoDb.putItem(put -> put.tableName("Sessions")
                    .item(Map.of(
                            "sessionId", AttributeValue.fromS("s1"),
                            "expiresAt", AttributeValue.fromN("" + expiry))));

            assertEquals(0, retention(runtime));
            assertTrue(out.toString().contains("nothing is overdue"), out.toString());
            runtime.clock().advance(Duration.ofDays(3));
            assertEquals(3, retention(runtime));
            assertTrue(out.toString().contains("NOT_DELETED"), out.toString());
            assertEquals(3, retention(runtime, "--json"));
            assertTrue(out.toString().contains("\"where\":\"Sessions\""), out.toString());
        }
    }

    private int retention(LocalRuntime runtime, String... further) {
        out.getBuffer().setLength(0);
        var commandLine = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        String endpoint = runtime.endpoint().toString();
        return further.length == 0
                ? commandLine.execute("retention", "--endpoint", endpoint)
                : commandLine.execute("retention", "--endpoint", endpoint, further[0]);
    }

    private static void create(DynamoDbClient dynamoDb, Table table) {
        dynamoDb.createTable(create -> create.tableName(table.name())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(table.keyNames().stream()
                        .map(name -> KeySchemaElement.builder()
                                .attributeName(name)
                                .keyType(name.equals(table.partitionKey().name()) ? KeyType.HASH : KeyType.RANGE)
                                .build())
                        .toList())
                .attributeDefinitions(table.keyNames().stream()
                        .map(name -> AttributeDefinition.builder()
                                .attributeName(name)
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .toList()));
        dynamoDb.updateTimeToLive(ttl -> ttl.tableName(table.name())
                .timeToLiveSpecification(with -> with.enabled(true).attributeName(table.ttlAttribute())));
    }
}
