package dev.penstock.local.store;

import dev.penstock.local.clients.Await;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Uses a runtime, or the engine as it is by default, and prints the host names that were looked up. */
final class TelemetryChild {
    private TelemetryChild() {}

    public static void main(String[] args) throws ReflectiveOperationException {
        if (args[0].equals("runtime")) {
            try (LocalRuntime runtime = LocalRuntime.start(Options.inMemory())) {
                var dynamoDb = runtime.clients().of(DynamoDbClient.class);
                TestTables.create(dynamoDb, "Notes");
                dynamoDb.putItem(put -> put.tableName("Notes").item(Map.of("id", AttributeValue.fromS("1"))));
            }
        } else {
            EngineLibrary.locate();
            Class.forName("software.amazon.dynamodb.services.local.embedded.DynamoDBEmbedded")
                    .getMethod("create")
                    .invoke(null);
            Await.until(
                    Duration.ofSeconds(60),
                    "the engine's telemetry",
                    () -> LookupRecorder.LOOKED_UP.stream().anyMatch(host -> host.endsWith("amazonaws.com")));
        }
        LookupRecorder.LOOKED_UP.forEach(host -> System.out.println("LOOKED UP " + host));
        System.exit(0);
    }
}
