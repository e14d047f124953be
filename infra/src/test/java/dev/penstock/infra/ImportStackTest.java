package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Storefront;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ImportStackTest {

    private static Map<String, Object> source(String format) {
        var source = new TreeMap<String, Object>();
        source.put("table", "Orders");
        source.put("bucket", "seeds");
        source.put("prefix", "orders/data/");
        source.put("format", format);
        source.put("compression", "GZIP");
        return source;
    }

    @Test
    void aTableIsMadeFromS3OnlyWhenAskedFor() {
        assertTrue(Assembly.of("prod").resources("AWS::DynamoDB::Table").isEmpty());

        var table = Assembly.synthesize(Storefront.catalog(), "dev", "penstock:import", source("DYNAMODB_JSON"))
                .resource("AWS::DynamoDB::Table", "TableName", "penstock-dev-OrdersImported");

        assertEquals(
                "DYNAMODB_JSON",
                table.properties().at("/ImportSourceSpecification/InputFormat").asText());
        assertEquals("PAY_PER_REQUEST", table.properties().path("BillingMode").asText());
        assertEquals(2, table.properties().path("KeySchema").size());
    }

    @Test
    void anotherFormatIsRefusedInOneLine() {
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> Assembly.synthesize(Storefront.catalog(), "dev", "penstock:import", source("PARQUET")))
                .getMessage()
                .endsWith("allowed formats are CSV, DYNAMODB_JSON, ION, compressions GZIP, ZSTD, NONE"));
    }

    @Test
    void importsOnDemandHaveOneInvocationForEachMessage() {
        var flow = Assembly.of("prod-dax");

        var mapping = flow.resources("AWS::Lambda::EventSourceMapping").stream()
                .filter(found -> found.stack().endsWith("ImportFlow"))
                .findFirst()
                .orElseThrow()
                .properties();
        assertEquals(1, mapping.path("BatchSize").asInt());
        assertEquals(20, mapping.at("/ScalingConfig/MaximumConcurrency").asInt());
        var parts = flow.resource("AWS::SQS::Queue", "QueueName", "penstock-prod-import-parts")
                .properties();
        assertEquals(3, parts.at("/RedrivePolicy/maxReceiveCount").asInt());
        var transform = flow.resource("AWS::Lambda::Function", "FunctionName", "penstock-prod-ImportPart")
                .properties();
        assertEquals(512, transform.path("MemorySize").asInt());
        assertTrue(transform.path("Timeout").asInt() * 6
                <= parts.path("VisibilityTimeout").asInt());
        assertEquals(
                "{\"task\":\"follow\"}",
                flow.resource("AWS::Scheduler::Schedule", "Name", "penstock-prod-follow-imports")
                        .properties()
                        .at("/Target/Input")
                        .asText());
        assertTrue(Assembly.of("prod").resources().stream()
                .noneMatch(resource -> resource.stack().endsWith("ImportFlow")));
    }

    @Test
    void importsOnDemandAreNotForStageLocal() {
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> Assembly.synthesize(Storefront.catalog(), "local", "penstock:importFlow", "true"))
                .getMessage()
                .startsWith("importFlow is not for stage local"));
    }
}
