package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.infra.Assembly.Resource;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.replication.ReplicationHandler;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replication as a consumer of a stream: the function in one region, its target in another, or in another account. */
class ReplicationStackTest {
    private static final String OTHER = "444455556666";
    private static final Table NOTES = Table.named("Notes").key("owner").build();

    @Test
    void functionReadsHereAndMayPutThere() {
        Assembly prod = Assembly.of("prod");
        Resource function = prod.resource("AWS::Lambda::Function", "FunctionName", "penstock-prod-OrdersReplication");
        assertEquals("Replication", function.stack());
        assertEquals(
                ReplicationHandler.class.getName(),
                function.properties().path("Handler").asText());
        JsonNode variables = function.properties().at("/Environment/Variables");
        assertEquals("eu-west-1", variables.path("TARGET_REGION").asText());
        assertEquals(
                "penstock-prod-OrdersMasked", variables.path("TARGET_TABLE").asText());
        String role = prod.resource("AWS::IAM::Role", "Description", "What penstock-prod-OrdersReplication may do")
                .properties()
                .toString();
        assertTrue(role.contains(
                "\"Action\":\"dynamodb:PutItem\",\"Effect\":\"Allow\",\"Resource\":\"arn:aws:dynamodb:eu-west-1:"
                        + Assembly.ACCOUNT + ":table/penstock-prod-OrdersMasked\""));
        assertTrue(role.contains("dynamodb.eu-west-1.amazonaws.com"), "the target's key, through DynamoDB only");
        assertFalse(role.contains("dynamodb:DeleteItem"), "no more than it declares");
        Resource target = prod.resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-prod-OrdersMasked");
        assertEquals("Targets-eu-west-1", target.stack());
        assertEquals(
                "replicaExpiresAt",
                target.properties().at("/TimeToLiveSpecification/AttributeName").asText());
        assertTrue(
                prod.resources("AWS::CloudWatch::Alarm").stream()
                        .anyMatch(alarm -> alarm.stack().equals("Replication")
                                && alarm.properties()
                                        .path("MetricName")
                                        .asText()
                                        .equals("Conflicts")),
                "a lost write is told");
    }

    @Test
    void tableOfAnotherAccountAdmitsTheReplicators() {
        Assembly assembly = Assembly.synthesize(
                new Catalog(
                        List.of(NOTES),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(Replication.named("NotesReplication", NOTES)
                                .to("NotesCopy", "eu-west-1")
                                .inAccount(OTHER)
                                .build())),
                "dev");
        Resource function = assembly.resource("AWS::Lambda::Function", "FunctionName", "penstock-dev-NotesReplication");
        String arn = "arn:aws:dynamodb:eu-west-1:" + OTHER + ":table/penstock-dev-NotesCopy";
        assertEquals(
                arn,
                function.properties().at("/Environment/Variables/TARGET_TABLE").asText(),
                "a table of another account goes by its ARN");
        Resource target = assembly.resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-dev-NotesCopy");
        JsonNode statement = target.properties().at("/Replicas/0/ResourcePolicy/PolicyDocument/Statement/0");
        assertEquals("dynamodb:PutItem", statement.path("Action").asText());
        assertEquals(arn, statement.path("Resource").asText());
        assertEquals(
                "arn:aws:iam::" + Assembly.ACCOUNT + ":role/penstock-dev-Replication*",
                statement.at("/Condition/ArnLike/aws:PrincipalArn").asText());
        var manifest = CdkJson.read(assembly.directory().resolve("manifest.json"));
        assertEquals(
                "aws://" + OTHER + "/eu-west-1",
                manifest.path("artifacts")
                        .path(target.stack())
                        .path("environment")
                        .asText());
    }
}
