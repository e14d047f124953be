package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.infra.Assembly.Resource;
import dev.penstock.lambdas.welcome.SendEventHandler;
import org.junit.jupiter.api.Test;

class EmailStackTest {

    private static final Assembly PROD = Assembly.of("prod");

    @Test
    void mailsGoOutThroughTheSetWhoseEventsAreReported() {
        Resource sender = PROD.resource("AWS::SES::EmailIdentity", "EmailIdentity", "storefront@example.com");
        Resource events =
                PROD.resources("AWS::SES::ConfigurationSetEventDestination").getFirst();
        Resource welcome = PROD.resource("AWS::Lambda::Function", "FunctionName", "penstock-prod-WelcomeEmail");

        assertTrue(sender.properties().has("ConfigurationSetAttributes"));
        assertEquals(
                "[\"send\",\"bounce\",\"complaint\"]",
                events.properties().at("/EventDestination/MatchingEventTypes").toString());
        assertEquals(
                "penstock-prod-mails",
                welcome.properties()
                        .at("/Environment/Variables/CONFIGURATION_SET")
                        .asText());
    }

    @Test
    void aSendEventReachesTheHandlerThatMarksClaimsAndNothingElse() {
        Resource rule = PROD.resource("AWS::Events::Rule", "Name", "penstock-prod-mail-sent");
        Resource handler = PROD.resource("AWS::Lambda::Function", "FunctionName", "penstock-prod-MailEvents");
        Resource role = PROD.resource("AWS::IAM::Role", "Description", "What penstock-prod-MailEvents may do");

        assertEquals(
                "[\"Email Sent\"]",
                rule.properties().at("/EventPattern/detail-type").toString());
        assertTrue(rule.properties().at("/Targets/0/Arn/Ref").asText().contains("Live"), "the alias");
        assertTrue(rule.properties().at("/Targets/0").has("DeadLetterConfig"));
        assertEquals(
                SendEventHandler.class.getName(),
                handler.properties().path("Handler").asText());
        assertTrue(role.properties().toString().contains("table/penstock-prod-WelcomeEmailClaims\""));
        assertTrue(!role.properties().toString().contains("table/penstock-prod-Customers\""));
    }
}
