package dev.penstock.local.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.penstock.local.runtime.LocalRuntime;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Test classes that run at the same time have a runtime each, on ports of their own, and don't see each other. */
class ParallelTest {
    private static final CyclicBarrier BOTH = new CyclicBarrier(2);
    private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

    @Test
    void classesMayRunAtTheSameTime() {
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(One.class), selectClass(Other.class))
                                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                                .configurationParameter(
                                        "junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
                                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                                .configurationParameter(
                                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                                .build(),
                        summary);
        assertEquals(
                "",
                String.join(
                        "\n",
                        summary.getSummary().getFailures().stream()
                                .map(failure -> failure.getException().toString())
                                .toList()));
        assertEquals(2, summary.getSummary().getTestsSucceededCount());
        assertEquals(2, PORTS.size());
    }

    /** Both make a table of the same name while the other is there, and find only what they wrote. */
    private static void use(DynamoDbClient dynamoDb, LocalRuntime runtime, String mine) throws Exception {
        PORTS.add(runtime.endpoint().getPort());
        dynamoDb.createTable(create -> create.tableName("Same")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH)));
        dynamoDb.putItem(put -> put.tableName("Same").item(Map.of("id", AttributeValue.fromS(mine))));
        BOTH.await(60, TimeUnit.SECONDS);
        var items = dynamoDb.scan(scan -> scan.tableName("Same")).items();
        assertEquals(1, items.size());
        assertEquals(mine, items.getFirst().get("id").s());
        BOTH.await(60, TimeUnit.SECONDS);
    }

    @PenstockTest
    static class One {
        @Test
        void writes(DynamoDbClient dynamoDb, LocalRuntime runtime) throws Exception {
            use(dynamoDb, runtime, "one");
        }
    }

    @PenstockTest(region = "eu-west-1")
    static class Other {
        @Test
        void writes(DynamoDbClient dynamoDb, LocalRuntime runtime) throws Exception {
            use(dynamoDb, runtime, "other");
        }
    }
}
