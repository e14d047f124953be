package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.infra.Assembly.Resource;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What brings tables back: point-in-time recovery, the vaults, the plans, their copies and the tests of restoring. */
class RecoveryTest {

    private static final Assembly PROD = Assembly.of("prod");

    @ParameterizedTest
    @ValueSource(strings = {"local", "dev", "prod", "prod-away"})
    void everyTableAndReplicaCanBeRestoredForOneToThirtyFiveDays(String stage) {
        for (Resource table : Assembly.of(stage).resources("AWS::DynamoDB::GlobalTable")) {
            for (JsonNode replica : table.properties().path("Replicas")) {
                JsonNode recovery = replica.path("PointInTimeRecoverySpecification");
                int days = recovery.path("RecoveryPeriodInDays").asInt();
                assertTrue(recovery.path("PointInTimeRecoveryEnabled").asBoolean(), table.id());
                assertTrue(days >= 1 && days <= 35, table.id() + ": " + days);
            }
        }
    }

    @Test
    void thePeriodIsTheTablesOwn() {
        assertEquals(7, recoveryDays("Sessions"));
        assertEquals(35, recoveryDays("Orders"));
        assertEquals(35, recoveryDays("OrdersByStatus"));
    }

    private static int recoveryDays(String table) {
        return PROD.resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-prod-" + table)
                .properties()
                .at("/Replicas/0/PointInTimeRecoverySpecification/RecoveryPeriodInDays")
                .asInt();
    }

    @Test
    void theVaultsHaveKeysOfTheirOwnAndAPolicyAgainstDeletion() {
        List<Resource> vaults = PROD.resources("AWS::Backup::BackupVault");
        assertEquals(
                Set.of("Backup", "Vault-us-west-2"),
                vaults.stream().map(Resource::stack).collect(Collectors.toSet()));
        for (Resource vault : vaults) {
            String key = vault.properties().at("/EncryptionKeyArn/Fn::GetAtt/0").asText();
            assertEquals(
                    "AWS::KMS::Key",
                    PROD.templates()
                            .get(vault.stack())
                            .at("/Resources/" + key + "/Type")
                            .asText());
            JsonNode denied = vault.properties().at("/AccessPolicy/Statement/0");
            assertEquals("Deny", denied.path("Effect").asText());
            assertTrue(denied.path("Action").toString().contains("backup:DeleteRecoveryPoint"));
        }
    }

    @Test
    void complianceIsAnExplicitSettingAndLeavesThreeDaysToThinkAgain() {
        for (Resource vault : Assembly.synthesize(Storefront.catalog(), "prod", "penstock:vaultLock", "compliance")
                .resources("AWS::Backup::BackupVault")) {
            assertEquals(
                    3,
                    vault.properties()
                            .at("/LockConfiguration/ChangeableForDays")
                            .asInt());
        }
        for (Resource vault : Assembly.of("dev").resources("AWS::Backup::BackupVault")) {
            assertFalse(vault.properties().has("LockConfiguration"));
        }
    }

    @Test
    void plansRunDailyWeeklyAndMonthlyAndCopyToTheSecondRegion() {
        Map<String, String> schedules = new TreeMap<>();
        for (JsonNode rule : rules("penstock-prod-LongTerm")) {
            schedules.put(
                    rule.path("RuleName").asText(),
                    rule.path("ScheduleExpression").asText());
            assertEquals(
                    "arn:aws:backup:us-west-2:111122223333:backup-vault:penstock-prod-vault",
                    rule.at("/CopyActions/0/DestinationBackupVaultArn").asText());
            assertEquals(rule.at("/Lifecycle/DeleteAfterDays"), rule.at("/CopyActions/0/Lifecycle/DeleteAfterDays"));
        }
        assertEquals(
                Map.of(
                        "daily", "cron(0 3 * * ? *)",
                        "weekly", "cron(0 3 ? * SUN *)",
                        "monthly", "cron(0 3 1 * ? *)"),
                schedules);
    }

    @Test
    void coldStorageIsUsedOnlyWhereNinetyDaysInItAreLeft() {
        Set<String> cold = new TreeSet<>();
        for (JsonNode rule : rules("penstock-prod-LongTerm")) {
            JsonNode lifecycle = rule.path("Lifecycle");
            if (lifecycle.has("MoveToColdStorageAfterDays")) {
                cold.add(rule.path("RuleName").asText());
                assertTrue(lifecycle.path("DeleteAfterDays").asInt()
                        >= lifecycle.path("MoveToColdStorageAfterDays").asInt() + 90);
            }
        }
        assertEquals(Set.of("monthly"), cold);
    }

    private static JsonNode rules(String plan) {
        return PROD.resources("AWS::Backup::BackupPlan").stream()
                .map(resource -> resource.properties().path("BackupPlan"))
                .filter(candidate -> candidate.path("BackupPlanName").asText().equals(plan))
                .findFirst()
                .orElseThrow()
                .path("BackupPlanRule");
    }

    @Test
    void aTableAddedToTheCatalogIsBackedUpWithoutAskingForIt() {
        var catalog = new Catalog(List.of(Table.named("Notes").key("noteId").build()), List.of(), List.of(), List.of());
        Resource table = Assembly.synthesize(catalog, "dev")
                .resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-dev-Notes");
        JsonNode tag = StreamSupport.stream(
                        table.properties().at("/Replicas/0/Tags").spliterator(), false)
                .filter(each -> each.path("Key").asText().equals("penstock:backup"))
                .findFirst()
                .orElseThrow();
        assertEquals("dev/standard", tag.path("Value").asText());
    }

    @Test
    void theVaultOfCopiesIsDeployedBeforeThePlans() throws IOException {
        JsonNode manifest = new ObjectMapper()
                .readTree(PROD.directory().resolve("manifest.json").toFile());
        assertTrue(manifest.at("/artifacts/Backup/dependencies").toString().contains("\"Vault-us-west-2\""));
    }

    @Test
    void restoringIsTestedEveryWeekForEveryBackupClass() {
        Resource plan = PROD.resources("AWS::Backup::RestoreTestingPlan").getFirst();
        assertEquals(
                "cron(0 6 ? * SUN *)",
                plan.properties().path("ScheduleExpression").asText());
        assertEquals(
                Set.of("prod/standard", "prod/long-term"),
                PROD.resources("AWS::Backup::RestoreTestingSelection").stream()
                        .map(selection -> selection
                                .properties()
                                .at("/ProtectedResourceConditions/StringEquals/0/Value")
                                .asText())
                        .collect(Collectors.toSet()));
    }

    @Test
    void failuresAndSilenceAlarm() {
        Map<String, String> fields = new TreeMap<>();
        for (Resource rule : PROD.resources("AWS::Events::Rule")) {
            if (rule.stack().equals("Backup")) {
                JsonNode pattern = rule.properties().path("EventPattern");
                String field = pattern.path("detail").fieldNames().next();
                assertTrue(pattern.at("/detail/" + field).toString().contains("FAILED"));
                pattern.path("detail-type").forEach(type -> fields.put(type.asText(), field));
            }
        }
        assertEquals(
                Map.of(
                        "Backup Job State Change", "state",
                        "Copy Job State Change", "state",
                        "Restore Job State Change", "status"),
                fields);
        Resource silence = PROD.resource("AWS::CloudWatch::Alarm", "MetricName", "NumberOfBackupJobsCompleted");
        assertEquals(26, silence.properties().path("EvaluationPeriods").asInt());
        assertEquals(3600, silence.properties().path("Period").asInt());
        assertEquals("breaching", silence.properties().path("TreatMissingData").asText());
    }

    @Test
    void theDrillMayRestoreTheTablesAndDeleteOnlyWhatItMade() {
        Resource role = PROD.resource("AWS::IAM::Role", "Description", "What penstock-prod-Drill may do");
        boolean deletes = false;
        for (JsonNode document : role.properties().findValues("Statement")) {
            for (JsonNode statement : document) {
                String actions = statement.path("Action").toString();
                String resources = statement.path("Resource").toString();
                if (actions.contains("dynamodb:DeleteTable")) {
                    deletes = true;
                    assertTrue(resources.contains("-drill-*\""), resources);
                    assertFalse(resources.matches(".*penstock-prod-[A-Za-z]+\".*"), resources);
                }
                if (resources.matches(".*:table/penstock-prod-(Orders|Customers|Sessions|UsageEvents)\".*")) {
                    assertFalse(actions.matches(".*(Put|Update|Delete|Write)[A-Z].*"), actions);
                }
            }
        }
        assertTrue(deletes);
        assertEquals(
                4,
                PROD.resources("AWS::Scheduler::Schedule").stream()
                        .filter(schedule -> schedule.stack().equals("Drill"))
                        .filter(schedule -> schedule.properties()
                                .path("ScheduleExpression")
                                .asText()
                                .equals("rate(15 minutes)"))
                        .count());
        assertEquals(
                900,
                PROD.resource("AWS::Lambda::Function", "FunctionName", "penstock-prod-Drill")
                        .properties()
                        .path("Timeout")
                        .asInt());
    }

    @Test
    void theDrillReadsAndPutsItsOwnRowsOfTheStateTableAlone() {
        Resource role = PROD.resource("AWS::IAM::Role", "Description", "What penstock-prod-Drill may do");
        int statements = 0;
        for (JsonNode document : role.properties().findValues("Statement")) {
            for (JsonNode statement : document) {
                if (statement.path("Resource").toString().contains("table/penstock-prod-Operations\"")) {
                    statements++;
                    assertEquals(
                            "[\"dynamodb:GetItem\",\"dynamodb:PutItem\"]",
                            statement.path("Action").toString());
                    assertEquals(
                            "{\"ForAllValues:StringLike\":{\"dynamodb:LeadingKeys\":[\"drill#*\"]}}",
                            statement.path("Condition").toString());
                }
            }
        }
        assertEquals(1, statements);
    }
}
