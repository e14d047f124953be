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
}
