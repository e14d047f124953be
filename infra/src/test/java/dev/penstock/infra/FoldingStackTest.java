package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.infra.Assembly.Resource;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Storefront;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What folds rows of windowed aggregates. */
class FoldingStackTest {
    private static final List<String> WINDOWED = Storefront.catalog().aggregates().stream()
            .filter(aggregate -> aggregate.mode() == Aggregate.Mode.WINDOWED)
            .map(Aggregate::tableName)
            .toList();

    @ParameterizedTest
    @ValueSource(strings = {"local", "dev", "prod"})
    void everyWindowedAggregateIsFoldedOnceADayAtTheTimeOfItsSchedule(String stage) {
        List<Resource> schedules = Assembly.of(stage).resources("AWS::Scheduler::Schedule").stream()
                .filter(schedule -> schedule.stack().equals("Streams"))
                .toList();
        assertEquals(
                WINDOWED.stream()
                        .map("{\"aggregate\":\"%s\",\"at\":\"<aws.scheduler.scheduled-time>\"}"::formatted)
                        .collect(Collectors.toSet()),
                schedules.stream()
                        .map(schedule ->
                                schedule.properties().at("/Target/Input").asText())
                        .collect(Collectors.toSet()));
        for (Resource schedule : schedules) {
            assertEquals(
                    "rate(1 day)",
                    schedule.properties().path("ScheduleExpression").asText());
            assertEquals("ENABLED", schedule.properties().path("State").asText());
        }
    }

    @Test
    void itMayTouchWindowedAggregatesAlone() {
        Resource role =
                Assembly.of("prod").resource("AWS::IAM::Role", "Description", "What penstock-prod-Folding may do");
        List<JsonNode> tables = role.properties().findValues("Statement").stream()
                .flatMap(statements -> StreamSupport.stream(statements.spliterator(), false))
                .filter(statement -> statement.path("Action").toString().contains("dynamodb:"))
                .toList();
        assertEquals(
                Set.of(
                        "\"dynamodb:GetItem\" Epochs",
                        "[\"dynamodb:DeleteItem\",\"dynamodb:GetItem\",\"dynamodb:Scan\",\"dynamodb:UpdateItem\"] "
                                + String.join(" ", WINDOWED)),
                tables.stream()
                        .map(statement -> statement.path("Action") + " " + names(statement.path("Resource")))
                        .collect(Collectors.toSet()));
    }

    private static String names(JsonNode resources) {
        return (resources.isArray() ? StreamSupport.stream(resources.spliterator(), false) : Stream.of(resources))
                .map(resource -> resource.asText().replaceFirst("^arn:.*:table/penstock-prod-", ""))
                .collect(Collectors.joining(" "));
    }

    /** The table of a replica region's projector is there, and so is what folds it; here no global table has one. */
    @Test
    void aRegionWithoutWindowedProjectorsHasNone() {
        assertTrue(Assembly.of("prod-away").resources("AWS::Lambda::Function").stream()
                .filter(function -> function.stack().equals("Streams-us-west-2"))
                .noneMatch(function ->
                        function.properties().path("FunctionName").asText().endsWith("Folding")));
    }
}
