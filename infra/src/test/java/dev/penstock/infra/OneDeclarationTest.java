package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.infra.Assembly.Resource;
import dev.penstock.lambdas.archive.ArchiveHandler;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.projector.ProjectorHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One declaration in the catalog is all it takes: tables, permissions, mappings and alarms follow. */
class OneDeclarationTest {

    private static final Table RETURNS = Table.named("Returns")
            .key("customerId")
            .sort("returnId")
            .expires("expiresAt")
            .archive("expired/Returns/", 30)
            .build();

    private static final Assembly ASSEMBLY = Assembly.synthesize(
            new Catalog(
                    and(Storefront.catalog().tables(), RETURNS),
                    and(
                            Storefront.catalog().views(),
                            View.named("ReturnsByReason", "Returns")
                                    .key("reason")
                                    .sort("returned", "createdAt", "customerId", "returnId")
                                    .build()),
                    and(
                            Storefront.catalog().aggregates(),
                            Aggregate.named("ReturnsPerDay", "Returns")
                                    .perDay("createdAt")
                                    .groupBy("reason")
                                    .measure(Measure.count("returns"))
                                    .build()),
                    and(
                            Storefront.catalog().consumers(),
                            Consumer.archive("ReturnsArchive", RETURNS, ArchiveHandler.class))),
            "dev");

    private static <T> List<T> and(List<T> all, T one) {
        var more = new ArrayList<>(all);
        more.add(one);
        return more;
    }

    @Test
    void aTableGetsStreamExpiryRecoveryAndItsBackup() {
        Resource table = ASSEMBLY.resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-dev-Returns");

        assertEquals(
                "NEW_AND_OLD_IMAGES",
                table.properties().at("/StreamSpecification/StreamViewType").asText());
        assertEquals(
                "expiresAt",
                table.properties().at("/TimeToLiveSpecification/AttributeName").asText());
        assertTrue(table.properties().toString().contains("dev/standard"));
        assertTrue(ASSEMBLY.templates().get("Buckets").toString().contains("expired/Returns/"));
    }

    @Test
    void aViewAndAnAggregateGetTablesAndOneProjectorThatMayWriteThem() {
        ASSEMBLY.resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-dev-ReturnsByReason");
        ASSEMBLY.resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-dev-ReturnsPerDay");
        Resource projector =
                ASSEMBLY.resource("AWS::Lambda::Function", "FunctionName", "penstock-dev-ReturnsProjector");
        Resource role = ASSEMBLY.resource("AWS::IAM::Role", "Description", "What penstock-dev-ReturnsProjector may do");

        assertEquals(
                ProjectorHandler.class.getName(),
                projector.properties().path("Handler").asText());
        for (String table : List.of("ReturnsByReason", "ReturnsPerDay", "ReturnsControl")) {
            assertTrue(role.properties().toString().contains(":table/penstock-dev-" + table + "\""), table);
        }
        assertTrue(!role.properties().toString().contains("OrdersByStatus"), "no more than it declares");
    }

    @Test
    void aConsumerGetsFunctionMappingAndAlarms() {
        ASSEMBLY.resource("AWS::Lambda::Function", "FunctionName", "penstock-dev-ReturnsArchive");
        Resource mapping = ASSEMBLY.resources("AWS::Lambda::EventSourceMapping").stream()
                .filter(candidate -> candidate.id().startsWith("ReturnsArchive"))
                .findFirst()
                .orElseThrow();
        long alarms = ASSEMBLY.resources("AWS::CloudWatch::Alarm").stream()
                .filter(alarm -> alarm.id().startsWith("ReturnsArchive"))
                .count();

        assertTrue(mapping.properties()
                .at("/EventSourceArn/Fn::ImportValue")
                .asText()
                .contains("Returns"));
        assertEquals(
                Consumer.EXPIRIES,
                mapping.properties().at("/FilterCriteria/Filters/0/Pattern").asText());
        assertTrue(alarms >= 4, "iterator age, errors, throttles, failures");
    }
}
