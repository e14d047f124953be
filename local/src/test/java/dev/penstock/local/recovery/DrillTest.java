package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.operations.DrillHandler;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context.AfterExecution;
import software.amazon.awssdk.core.interceptor.Context.BeforeExecution;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.s3.S3Client;

/** The restore drill against the runtime's own restores and exports. */
class DrillTest {
    private static final Duration MORE_THAN_A_WEEK = Duration.ofDays(8);
    private static final int MOST_TICKS = 5_000;
    private static final int ITEMS = 120;

    private LocalRuntime runtime;
    private DynamoDbClient client;
    private final AtomicInteger callsToCrash = new AtomicInteger(Integer.MAX_VALUE);
    private DynamoDbClient crashing;
    private int remainingMillis = 900_000;

    @BeforeEach
    void start() {
        runtime = LocalRuntime.start(Options.inMemory());
        client = runtime.clients().of(DynamoDbClient.class);
        crashing = DynamoDbClient.builder()
                .endpointOverride(runtime.endpoint())
                .region(Region.of(runtime.region()))
                .credentialsProvider(Clients.CREDENTIALS)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.addExecutionInterceptor(new Crash()))
                .build();
        table("Orders", "orderId");
        table("Operations", "task");
        client.updateContinuousBackups(update -> update.tableName("Orders")
                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
        client.updateTimeToLive(update -> update.tableName("Orders")
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("until")));
        client.tagResource(tag -> tag.resourceArn(describe("Orders").tableArn())
                .tags(
                        Tag.builder()
                                .key("penstock:backup")
                                .value("local/standard")
                                .build(),
                        Tag.builder().key("team").value("shop").build()));
        client.updateTable(update -> update.tableName("Orders").deletionProtectionEnabled(true));
        runtime.clients().of(S3Client.class).createBucket(bucket -> bucket.bucket("exports"));
        for (int i = 0; i < ITEMS; i++) {
            put("Orders", "o" + i, i);
        }
        runtime.clock().advance(Duration.ofSeconds(2));
    }

    @AfterEach
    void stop() {
        crashing.close();
        runtime.close();
    }

    /** Before a call is sent, or after it was answered: the two places where a crash leaves different things behind. */
    private final class Crash implements ExecutionInterceptor {
        @Override
        public void beforeExecution(BeforeExecution context, ExecutionAttributes attributes) {
            crashIfItIsTime();
        }

        @Override
        public void afterExecution(AfterExecution context, ExecutionAttributes attributes) {
            crashIfItIsTime();
        }

        private void crashIfItIsTime() {
            if (callsToCrash.decrementAndGet() == 0) {
                throw new IllegalStateException("crashed here");
            }
        }
    }

    @Test
    void aDrillRestoresComparesRecordsAndCleansUp() {
        put("Orders", "later", 1);
        assertEquals("DONE", untilDone());
        Map<String, AttributeValue> row = row();
        assertEquals("0", row.get("differences").n());
        assertTrue(Long.parseLong(row.get("compared").n()) >= ITEMS, row.toString());
        assertTrue(row.containsKey("rtoSeconds") && row.containsKey("rpoSeconds"), row.toString());
        assertEquals(List.of("Operations", "Orders"), client.listTables().tableNames());
        assertEquals(
                0,
                client.listBackups(list -> list.backupType("SYSTEM"))
                        .backupSummaries()
                        .size());
        assertEquals("IDLE", tick(), "one a week");
        runtime.clock().advance(MORE_THAN_A_WEEK);
        assertEquals("DONE", untilDone());
        assertTrue(Long.parseLong(row().get("compared").n()) == ITEMS + 1);
    }

    @Test
    void whatIsRestoredForADrillCanBeThrownAway() {
        remainingMillis = 0;
        String target = awaitComparing();
        TableDescription restored = describe(target);
        assertFalse(restored.deletionProtectionEnabled());
        var tags = client.listTagsOfResource(list -> list.resourceArn(restored.tableArn()))
                .tags();
        assertEquals(List.of("team"), tags.stream().map(Tag::key).toList());
        assertEquals(
                "DISABLED",
                client.describeContinuousBackups(describe -> describe.tableName(target))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatusAsString());
        assertEquals(
                "until",
                client.describeTimeToLive(describe -> describe.tableName(target))
                        .timeToLiveDescription()
                        .attributeName());
    }

    @Test
    void aDifferenceIsFoundAndReported() {
        remainingMillis = 0;
        String target = awaitComparing();
        put(target, "o7", -1);
        put(target, "too many", 1);
        client.deleteItem(delete -> delete.tableName(target).key(Map.of("orderId", AttributeValue.fromS("o8"))));
        remainingMillis = 900_000;
        var failed = assertThrows(IllegalStateException.class, this::untilDone);
        assertTrue(failed.getMessage().contains("differences"), failed.getMessage());
        assertEquals("DONE", row().get("step").s());
        assertEquals("2", row().get("differences").n());
        assertFalse(client.listTables().tableNames().contains(target));
        assertEquals("IDLE", tick());
    }

    @Test
    void aCrashAnywhereIsFollowedByTheNextTick() {
        boolean hasCrashed = true;
        int crashes = 0;
        for (int call = 1; hasCrashed; call++) {
            callsToCrash.set(call);
            hasCrashed = false;
            String state = "";
            for (int ticks = 0; !state.equals("DONE"); ticks++) {
                assertTrue(ticks < MOST_TICKS, "never over after a crash at call " + call);
                try {
                    state = tick();
                } catch (IllegalStateException crash) {
                    assertEquals("crashed here", crash.getMessage());
                    hasCrashed = true;
                    crashes++;
                    callsToCrash.set(Integer.MAX_VALUE);
                }
                if (state.equals("IDLE")) {
                    state = row().get("step").s(); // It crashed after the last row was written.
                }
            }
            assertEquals("0", row().get("differences").n(), "crash at call " + call);
            assertEquals(Integer.toString(ITEMS), row().get("compared").n(), "crash at call " + call);
            assertEquals(List.of("Operations", "Orders"), client.listTables().tableNames(), "crash at call " + call);
            runtime.clock().advance(MORE_THAN_A_WEEK);
        }
        assertTrue(crashes > 20, "calls of a drill: " + crashes / 2);
        assertEquals(
                crashes + 1,
                runtime
                        .clients()
                        .of(S3Client.class)
                        .listObjectsV2Paginator(list -> list.bucket("exports").prefix("drill/Orders/"))
                        .contents()
                        .stream()
                        .filter(object -> object.key().endsWith("manifest-summary.json"))
                        .count(),
                "one export for each drill, whatever crashed");
    }

    @Test
    void aTableAboveTheCapIsLeftOutAndItsRowSaysSo() {
        assertEquals("DONE", handler(100).handleRequest(Map.of("table", "Orders"), context()));
        assertTrue(row().get("problem").s().contains("more than the cap of 100"), row().toString());
        assertEquals(List.of("Operations", "Orders"), client.listTables().tableNames());
    }

    @Test
    void whatIsNotOverInADayIsGivenUpAndDeleted() {
        remainingMillis = 0;
        String target = awaitComparing();
        runtime.clock().advance(Duration.ofHours(25));
        var failed = assertThrows(IllegalStateException.class, this::untilDone);
        assertTrue(failed.getMessage().contains("24 hours"), failed.getMessage());
        assertFalse(client.listTables().tableNames().contains(target));
    }

    private String awaitComparing() {
        for (int ticks = 0; ticks < MOST_TICKS; ticks++) {
            if (tick().equals("COMPARING")) {
                return client.listTables().tableNames().stream()
                        .filter(name -> name.startsWith("Orders-drill-"))
                        .findFirst()
                        .orElseThrow();
            }
        }
        throw new AssertionError("never got to comparing: " + row());
    }

    private String untilDone() {
        for (int ticks = 0; ticks < MOST_TICKS; ticks++) {
            if (tick().equals("DONE")) {
                return "DONE";
            }
        }
        throw new AssertionError("never done: " + row());
    }

    private String tick() {
        return handler(1 << 30).handleRequest(Map.of("table", "Orders"), context());
    }

    private DrillHandler handler(long mostBytes) {
        return new DrillHandler(
                new Environment(Map.of(
                        "EXPORT_BUCKET", "exports",
                        "STATE_TABLE", "Operations",
                        "DRILL_MOST_BYTES", Long.toString(mostBytes))),
                crashing,
                runtime.clients().of(S3Client.class),
                runtime.clock(),
                Telemetry.silent());
    }

    private Map<String, AttributeValue> row() {
        return client.getItem(
                        get -> get.tableName("Operations").key(Map.of("task", AttributeValue.fromS("drill#Orders"))))
                .item();
    }

    private TableDescription describe(String table) {
        return client.describeTable(describe -> describe.tableName(table)).table();
    }

    private void put(String table, String id, int total) {
        client.putItem(put -> put.tableName(table)
                .item(Map.of(
                        "orderId", AttributeValue.fromS(id),
                        "total", AttributeValue.fromN(Integer.toString(total)))));
    }

    private void table(String name, String key) {
        client.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute -> attribute.attributeName(key).attributeType(ScalarAttributeType.S))
                .keySchema(schema -> schema.attributeName(key).keyType(KeyType.HASH)));
    }

    private Context context() {
        return new Context() {
            @Override
            public int getRemainingTimeInMillis() {
                return remainingMillis;
            }

            @Override
            public String getAwsRequestId() {
                return "";
            }

            @Override
            public String getLogGroupName() {
                return "";
            }

            @Override
            public String getLogStreamName() {
                return "";
            }

            @Override
            public String getFunctionName() {
                return "";
            }

            @Override
            public String getFunctionVersion() {
                return "";
            }

            @Override
            public String getInvokedFunctionArn() {
                return "";
            }

            @Override
            public CognitoIdentity getIdentity() {
                throw new UnsupportedOperationException();
            }

            @Override
            public ClientContext getClientContext() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int getMemoryLimitInMB() {
                return 512;
            }

            @Override
            public LambdaLogger getLogger() {
                throw new UnsupportedOperationException();
            }
        };
    }
}
