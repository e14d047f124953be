package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.infra.Assembly.Resource;
import dev.penstock.lambdas.canary.CanaryHandler;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Global tables in their stacks: replicas with all settings, who acts where, and what watches over each region. */
class RegionsStackTest {
    private static final Assembly PROD = Assembly.of("prod");
    private static final String OTHER = "us-west-2";
    private static final String CHANGE = "2026-11-22T18:00:00Z";

    @Test
    void everyReplicaHasItsOwnProtection() {
        Resource customers = PROD.resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-prod-Customers");
        assertEquals(
                "NEW_AND_OLD_IMAGES",
                customers.properties().at("/StreamSpecification/StreamViewType").asText());
        Set<String> regions = new TreeSet<>();
        for (JsonNode replica : customers.properties().path("Replicas")) {
            String region = replica.path("Region").asText();
            regions.add(region);
            assertTrue(
                    replica.at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                            .asBoolean(),
                    region);
            assertTrue(replica.path("DeletionProtectionEnabled").asBoolean(), region);
            assertTrue(replica.at("/ContributorInsightsSpecification/Enabled").asBoolean(), region);
            assertTrue(replica.path("Tags").toString().contains("penstock:backup"), region);
            assertEquals(
                    "Deny",
                    replica.at("/ResourcePolicy/PolicyDocument/Statement/0/Effect")
                            .asText(),
                    "CloudFormation does not copy a table's policy to its replicas; " + region);
            assertTrue(replica.has("SSESpecification"), region);
        }
        assertEquals(Set.of(Assembly.REGION, OTHER), regions);
    }

    @Test
    void lagIsWatchedForEachTableAndEachPairOfRegions() {
        for (String table : List.of("Customers", "Canary")) {
            for (String receiver : List.of(Assembly.REGION, OTHER)) {
                String sender = receiver.equals(OTHER) ? "Regions" : "Regions-" + OTHER;
                long alarms = PROD.resources("AWS::CloudWatch::Alarm").stream()
                        .filter(alarm -> alarm.stack().equals(sender))
                        .filter(alarm ->
                                alarm.properties().path("MetricName").asText().equals("ReplicationLatency"))
                        .filter(alarm ->
                                alarm.properties().path("Dimensions").toString().contains(receiver)
                                        && alarm.properties()
                                                .path("Dimensions")
                                                .toString()
                                                .contains("penstock-prod-" + table))
                        .count();
                assertEquals(1, alarms, table + " to " + receiver);
            }
        }
    }

    @Test
    void canaryWritesAndReadsInEveryRegion() {
        for (String stack : List.of("Regions", "Regions-" + OTHER)) {
            Resource function = PROD.resources("AWS::Lambda::Function").stream()
                    .filter(candidate -> candidate.stack().equals(stack))
                    .findFirst()
                    .orElseThrow();
            assertEquals(
                    CanaryHandler.class.getName(),
                    function.properties().path("Handler").asText());
            Resource rule = PROD.resources("AWS::Events::Rule").stream()
                    .filter(candidate -> candidate.stack().equals(stack))
                    .findFirst()
                    .orElseThrow();
            assertEquals(
                    "rate(1 minute)",
                    rule.properties().path("ScheduleExpression").asText());
            assertEquals("ENABLED", rule.properties().path("State").asText());
            assertTrue(PROD.resources("AWS::CloudWatch::Alarm").stream()
                    .anyMatch(alarm -> alarm.stack().equals(stack) && alarm.id().startsWith("CanaryErrors")));
        }
        assertTrue(
                Assembly.of("local").resources("AWS::Events::Rule").stream()
                        .filter(rule -> rule.stack().startsWith("Regions"))
                        .allMatch(
                                rule -> rule.properties().path("State").asText().equals("DISABLED")),
                "on a laptop nobody calls it");
    }

    @Test
    void changeOfTheActiveRegionKeepsBothForTheirTurns() {
        Assembly moved = Assembly.synthesize(
                Storefront.catalog(), "prod", "penstock:activeRegion", Assembly.REGION + "," + OTHER + "@" + CHANGE);
        List<Resource> mailers = moved.resources("AWS::Lambda::Function").stream()
                .filter(function ->
                        function.properties().path("FunctionName").asText().equals("penstock-prod-WelcomeEmail"))
                .toList();
        assertEquals(
                Set.of("/" + CHANGE, CHANGE + "/"),
                mailers.stream()
                        .map(mailer -> mailer.properties()
                                .at("/Environment/Variables/ACTIVE_WINDOWS")
                                .asText())
                        .collect(Collectors.toSet()));
        Resource mapping = moved.resources("AWS::Lambda::EventSourceMapping").stream()
                .filter(candidate -> candidate.stack().equals("Streams-" + OTHER))
                .findFirst()
                .orElseThrow();
        assertEquals(
                "TRIM_HORIZON",
                mapping.properties().path("StartingPosition").asText(),
                "it knows since when it acts, so it may read what was before");
    }

    @Test
    void streamOfAReplicaIsAskedForAgainWithEachGeneration() {
        Resource first = stream(Assembly.of("prod-away"));
        String call = first.properties().path("Update").toString();
        assertTrue(call.contains("DescribeTable") && call.contains("Table.LatestStreamArn"), call);
        assertTrue(call.contains("penstock-prod-Customers") && call.contains(OTHER), call);
        assertEquals(first.properties().path("Create"), first.properties().path("Update"));
        Resource second = stream(Assembly.synthesize(
                Storefront.catalog(), "prod", "penstock:activeRegion", OTHER, "penstock:streamGeneration", "2"));
        assertNotEquals(
                first.properties().path("Update"),
                second.properties().path("Update"),
                "another physical id makes CloudFormation call again");
        Resource policy = Assembly.of("prod-away").resources("AWS::IAM::Policy").stream()
                .filter(candidate -> candidate.stack().equals("Streams-" + OTHER))
                .findFirst()
                .orElseThrow();
        assertTrue(policy.properties().toString().contains("dynamodb:DescribeTable"));
    }

    private static Resource stream(Assembly assembly) {
        return assembly.resources("Custom::ReplicaStream").getFirst();
    }

    @Test
    void strongConsistencyIsAFlagOfTheCatalog() {
        Table ledger = Table.named("Ledger")
                .key("account")
                .replicated(Table.Replicas.STRONG)
                .build();
        Catalog catalog = new Catalog(List.of(ledger), List.of(), List.of(), List.of());
        Resource three = Assembly.synthesize(catalog, "dev", "penstock:replicaRegions", "us-east-2,us-west-2")
                .resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-dev-Ledger");
        assertEquals("STRONG", three.properties().path("MultiRegionConsistency").asText());
        assertEquals(3, three.properties().path("Replicas").size());
        Resource two = Assembly.synthesize(
                        catalog, "dev", "penstock:replicaRegions", "us-east-2", "penstock:witnessRegion", "us-west-2")
                .resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-dev-Ledger");
        assertEquals(
                "us-west-2",
                two.properties().at("/GlobalTableWitnesses/0/Region").asText());
        assertThrows(
                RuntimeException.class,
                () -> Assembly.synthesize(catalog, "dev", "penstock:replicaRegions", "us-east-2"),
                "two replicas without a witness");
    }
}
