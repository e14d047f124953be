package dev.penstock.local.recovery;

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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context.AfterExecution;
import software.amazon.awssdk.core.interceptor.Context.BeforeExecution;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.s3.S3Client;

/** A runtime whose clock only tests move, with a table {@code Orders}, and the function that drills restoring it. */
final class DrillSite implements AutoCloseable {
    /** Between two ticks, as the schedule of the stack has it. */
    static final Duration QUARTER = Duration.ofMinutes(15);
    /** On AWS the latest restorable time is some minutes ago; here it is now, so the function's clock is ahead. */
    static final Duration BEHIND = Duration.ofMinutes(5);

    private static final Instant START = Instant.parse("2026-01-05T10:00:00.500Z");
    private static final int MOST_TICKS = 5_000;

    final LocalRuntime runtime = LocalRuntime.start(Options.inMemory().withClock(() -> START));
    final DynamoDbClient client = runtime.clients().of(DynamoDbClient.class);
    final AtomicInteger callsToCrash = new AtomicInteger(Integer.MAX_VALUE);
    /** What the function asked for: the operation, and the table if there is one. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    /** So often the function finds that it has time for more, in each tick. */
    int stepsPerTick = Integer.MAX_VALUE;

    /** How far the function's clock is ahead of the tables'. */
    Duration ahead = BEHIND;

    private int stepsLeft;
    /** So often DescribeTable answers that there is no such restored table, though there is. */
    int describesToMiss;

    private String crashAfter = "";
    private final Map<String, DynamoDbException> refusals = new ConcurrentHashMap<>();
    private final DynamoDbClient functions = DynamoDbClient.builder()
            .endpointOverride(runtime.endpoint())
            .region(Region.of(runtime.region()))
            .credentialsProvider(Clients.CREDENTIALS)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(override -> override.addExecutionInterceptor(new Watch()))
            .build();

    /** Crashes before a call is sent, or after it was answered: each leaves different things behind. */
    private final class Watch implements ExecutionInterceptor {
        @Override
        public void beforeExecution(BeforeExecution context, ExecutionAttributes attributes) {
            DynamoDbException refusal = refusals.remove(call(context.request()));
            if (refusal != null) {
                throw refusal;
            }
            if (describesToMiss > 0 && call(context.request()).startsWith("DescribeTable Orders-drill-")) {
                describesToMiss--;
                throw ResourceNotFoundException.builder()
                        .message("not seen yet")
                        .build();
            }
            crashIfItIsTime();
        }

        @Override
        public void afterExecution(AfterExecution context, ExecutionAttributes attributes) {
            String call = call(context.request());
            calls.add(call);
            if (call.equals(crashAfter)) {
                crashAfter = "";
                throw new IllegalStateException("crashed here");
            }
            crashIfItIsTime();
        }

        private static String call(SdkRequest request) {
            String table = request.getValueForField("TableName", String.class)
                    .or(() -> request.getValueForField("SourceTableName", String.class))
                    .orElse("");
            return request.getClass().getSimpleName().replace("Request", " ") + table;
        }

        private void crashIfItIsTime() {
            if (callsToCrash.decrementAndGet() == 0) {
                throw new IllegalStateException("crashed here");
            }
        }
    }

    DrillSite() {
        table("Orders", "orderId");
        table("Operations", "task");
        client.updateContinuousBackups(update -> update.tableName("Orders")
                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
        client.updateTimeToLive(update -> update.tableName("Orders")
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("until")));
        client.updateTable(update -> update.tableName("Orders").deletionProtectionEnabled(true));
        runtime.clients().of(S3Client.class).createBucket(bucket -> bucket.bucket("exports"));
    }

    private void table(String name, String key) {
        client.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute -> attribute.attributeName(key).attributeType(ScalarAttributeType.S))
                .keySchema(schema -> schema.attributeName(key).keyType(KeyType.HASH)));
    }

    /** Crashes when the next such call was answered. */
    void crashAfter(String call) {
        crashAfter = call;
    }

    /** Refuses the next such call in DynamoDB's stead. */
    void refuse(String call, DynamoDbException answer) {
        refusals.put(call, answer);
    }

    String awaitComparing() {
        for (int ticks = 0; ticks < MOST_TICKS; ticks++) {
            if (tick().equals("COMPARING")) {
                return target();
            }
        }
        throw new AssertionError("never got to comparing: " + row());
    }

    /** The table that the drill restored. */
    String target() {
        return client.listTables().tableNames().stream()
                .filter(name -> name.startsWith("Orders-drill-"))
                .findFirst()
                .orElseThrow();
    }

    String untilDone() {
        for (int ticks = 0; ticks < MOST_TICKS; ticks++) {
            String state = tick();
            if (state.equals("DONE")) {
                return state;
            }
            letSettle(state);
        }
        throw new AssertionError("never done: " + row());
    }

    /** What is deleted is looked for once more, a tick later. */
    void letSettle(String state) {
        if (state.equals("DELETING")) {
            runtime.clock().advance(QUARTER);
        }
    }

    String tick() {
        stepsLeft = stepsPerTick;
        return handler(1 << 30).handleRequest(Map.of("table", "Orders"), context());
    }

    DrillHandler handler(long mostBytes) {
        return new DrillHandler(
                new Environment(Map.of(
                        "EXPORT_BUCKET", "exports",
                        "STATE_TABLE", "Operations",
                        "DRILL_MOST_BYTES", Long.toString(mostBytes))),
                functions,
                runtime.clients().of(S3Client.class),
                () -> runtime.clock().instant().plus(ahead),
                Telemetry.silent());
    }

    Map<String, AttributeValue> row() {
        return client.getItem(
                        get -> get.tableName("Operations").key(Map.of("task", AttributeValue.fromS("drill#Orders"))))
                .item();
    }

    TableDescription describe(String table) {
        return client.describeTable(describe -> describe.tableName(table)).table();
    }

    boolean has(String table, String id) {
        return client.getItem(get -> get.tableName(table).key(Map.of("orderId", AttributeValue.fromS(id))))
                .hasItem();
    }

    String number(String name) {
        return row().get(name).n();
    }

    void put(String table, String id, int total) {
        client.putItem(put -> put.tableName(table)
                .item(Map.of(
                        "orderId", AttributeValue.fromS(id),
                        "total", AttributeValue.fromN(Integer.toString(total)))));
    }

    Context context() {
        return new Context() {
            @Override
            public int getRemainingTimeInMillis() {
                return stepsLeft-- > 0 ? 900_000 : 0;
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

    @Override
    public void close() {
        functions.close();
        runtime.close();
    }
}
