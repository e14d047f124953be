package dev.penstock.local.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.functions.HandlerZip;
import dev.penstock.local.functions.TestHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingMetric;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/** Functions and mappings of a running runtime, measured under Lambda's names and read as on AWS. */
@Timeout(180)
class LambdaMetricsTest {
    private static final String FUNCTION = "projector";

    @TempDir
    Path folder;

    private LocalRuntime runtime;
    private LambdaClient lambda;
    private Instant start;

    @BeforeEach
    void start() throws Exception {
        runtime = LocalRuntime.start(Options.inMemory());
        start = runtime.clock().instant().minus(Duration.ofMinutes(5));
        lambda = runtime.clients().of(LambdaClient.class);
        SdkBytes zip = SdkBytes.fromByteArray(Files.readAllBytes(HandlerZip.in(folder)));
        lambda.createFunction(create -> create.functionName(FUNCTION)
                .runtime("java25")
                .role("arn:aws:iam::000000000000:role/r")
                .handler(HandlerZip.handler(TestHandlers.Stream.class))
                .timeout(30)
                .memorySize(256)
                .publish(true)
                .code(code -> code.zipFile(zip)));
        String version =
                lambda.publishVersion(publish -> publish.functionName(FUNCTION)).version();
        lambda.createAlias(alias -> alias.functionName(FUNCTION).name("live").functionVersion(version));
    }

    @AfterEach
    void stop() {
        runtime.close();
    }

    @Test
    void functionsAndMappingsAreMeasuredUnderLambdasNames() {
        var tables = runtime.clients().of(DynamoDbClient.class);
        String stream = tables.createTable(create -> create.tableName("Customers")
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                        .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                        .streamSpecification(
                                spec -> spec.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                .tableDescription()
                .latestStreamArn();
        String mapping = lambda.createEventSourceMapping(create -> create.functionName(FUNCTION + ":live")
                        .eventSourceArn(stream)
                        .startingPosition(EventSourcePosition.TRIM_HORIZON)
                        .batchSize(1)
                        .maximumRetryAttempts(0)
                        .functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                        .filterCriteria(criteria -> criteria.filters(filter -> filter.pattern(
                                "{\"dynamodb\":{\"Keys\":{\"id\":{\"S\":[{\"anything-but\":\"filtered\"}]}}}}")))
                        .metricsConfig(config -> config.metrics(EventSourceMappingMetric.EVENT_COUNT)))
                .uuid();
        for (String id : new String[] {"good", "filtered", "bad"}) {
            tables.putItem(put -> put.tableName("Customers").item(Map.of("id", AttributeValue.fromS(id))));
        }
        var live = Map.of("FunctionName", FUNCTION, "Resource", FUNCTION + ":live");
        Await.until(Duration.ofSeconds(90), "both batches", () -> sum("IteratorAge", "SampleCount", live) == 2);
        assertEquals(2, sum("Invocations", "Sum", live));
        assertEquals(2, sum("Invocations", "Sum", Map.of("FunctionName", FUNCTION)));
        assertEquals(0, sum("Errors", "Sum", live), "a reported failure is no error of the function");
        assertTrue(sum("Duration", "Maximum", live) > 0);
        var ofMapping = Map.of("EventSourceMappingUUID", mapping);
        assertEquals(3, sum("PolledEventCount", "Sum", ofMapping));
        assertEquals(1, sum("FilteredOutEventCount", "Sum", ofMapping));
        assertEquals(2, sum("InvokedEventCount", "Sum", ofMapping));
        assertEquals(1, sum("FailedInvokeEventCount", "Sum", ofMapping));
        assertEquals(1, sum("DroppedEventCount", "Sum", ofMapping));
    }

    @Test
    void errorsAndThrottlesAreCounted() {
        lambda.invoke(invoke -> invoke.functionName(FUNCTION).payload(SdkBytes.fromUtf8String("\"no event\"")));
        assertEquals(1, sum("Errors", "Sum", Map.of("FunctionName", FUNCTION)));
        lambda.putFunctionConcurrency(put -> put.functionName(FUNCTION).reservedConcurrentExecutions(0));
        try {
            lambda.invoke(invoke -> invoke.functionName(FUNCTION).payload(SdkBytes.fromUtf8String("{}")));
        } catch (TooManyRequestsException expected) {
            assertEquals(429, expected.statusCode());
        }
        assertTrue(sum("Throttles", "Sum", Map.of("FunctionName", FUNCTION)) >= 1, "once more for each retry");
        assertEquals(1, sum("Invocations", "Sum", Map.of("FunctionName", FUNCTION)), "a throttle is no invocation");
        var names = runtime
                .clients()
                .of(CloudWatchClient.class)
                .listMetrics(list -> list.namespace("AWS/Lambda"))
                .metrics()
                .stream()
                .map(metric -> metric.metricName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals("[Duration, Errors, Invocations, Throttles]", names.toString());
    }

    private double sum(String metric, String statistic, Map<String, String> dimensions) {
        return runtime
                .clients()
                .of(CloudWatchClient.class)
                .getMetricData(get -> get.startTime(start)
                        .endTime(runtime.clock().instant().plus(Duration.ofMinutes(5)))
                        .metricDataQueries(query -> query.id("m")
                                .metricStat(stat -> stat.period(3_600)
                                        .stat(statistic)
                                        .metric(of -> of.namespace("AWS/Lambda")
                                                .metricName(metric)
                                                .dimensions(dimensions.entrySet().stream()
                                                        .map(each -> Dimension.builder()
                                                                .name(each.getKey())
                                                                .value(each.getValue())
                                                                .build())
                                                        .toList())))))
                .metricDataResults()
                .getFirst()
                .values()
                .stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }
}
