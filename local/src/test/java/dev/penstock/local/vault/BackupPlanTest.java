package dev.penstock.local.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.InvalidParameterValueException;
import software.amazon.awssdk.services.backup.model.InvalidRequestException;
import software.amazon.awssdk.services.backup.model.RecoveryPointByBackupVault;

/** Plans of AWS Backup: their rules fire on the clock, their selections say what for. */
class BackupPlanTest {
    private final LocalVault local = new LocalVault();

    @AfterEach
    void stop() {
        local.close();
    }

    @Test
    void rulesFireOnTheClockAndEachPointHoldsItsOwnNight() {
        var away = local.runtime.clients(LocalVault.AWAY).of(BackupClient.class);
        away.createBackupVault(vault -> vault.backupVaultName("copies"));
        local.plan("class", "gold");
        local.makeTable("Other", "silver");
        local.put("Orders", "a", "1");
        local.runtime.clock().advance(Duration.ofHours(1));
        local.awaitJobs(1);
        local.put("Orders", "a", "2");
        // Three nights at once: the first two as they were then.
        local.runtime.clock().advance(Duration.ofDays(3));
        local.awaitJobs(4);
        List<RecoveryPointByBackupVault> points = LocalVault.points(local.backup, "vault");
        assertEquals(
                List.of(
                        Instant.parse("2026-01-31T03:00:00Z"),
                        Instant.parse("2026-02-01T03:00:00Z"),
                        Instant.parse("2026-02-02T03:00:00Z"),
                        Instant.parse("2026-02-03T03:00:00Z")),
                points.stream().map(RecoveryPointByBackupVault::creationDate).toList());
        assertEquals(
                Set.of("Orders"),
                points.stream().map(RecoveryPointByBackupVault::resourceName).collect(Collectors.toSet()));
        LocalVault.restore(local.runtime, points.get(0).recoveryPointArn(), "First", false);
        LocalVault.restore(local.runtime, points.get(1).recoveryPointArn(), "Second", false);
        assertEquals(Map.of("a", "1"), LocalVault.items(local.tables, "First"));
        assertEquals(Map.of("a", "2"), LocalVault.items(local.tables, "Second"));
        LocalVault.await(() -> LocalVault.points(away, "copies").size() == 4);

        // Kept for five days here, for ten there.
        local.runtime.clock().advance(Duration.ofDays(8));
        local.awaitJobs(12);
        LocalVault.await(() -> LocalVault.points(away, "copies").size() == 10);
        LocalVault.await(() -> LocalVault.points(local.backup, "vault").size() == 5);
        assertEquals(
                Instant.parse("2026-02-07T03:00:00Z"),
                LocalVault.points(local.backup, "vault").getFirst().creationDate());
    }

    @Test
    void withoutTheOptInASelectionBacksUpNothingAndNothingFails() {
        local.plan("class", "gold");
        local.backup.updateRegionSettings(settings -> settings.resourceTypeOptInPreference(Map.of("DynamoDB", false)));
        local.runtime.clock().advance(Duration.ofDays(2));
        assertTrue(local.backup
                .listBackupJobs(list -> list.byBackupVaultName("vault"))
                .backupJobs()
                .isEmpty());
        local.backup.updateRegionSettings(settings -> settings.resourceTypeOptInPreference(Map.of("DynamoDB", true)));
        local.runtime.clock().advance(Duration.ofDays(1));
        local.awaitJobs(1);
    }

    @ParameterizedTest
    @CsvSource({"cron(0 3 * * ?),60,7", "cron(0 3 * * ? *),59,7", "cron(0 3 * * ? *),60,0"})
    void refusesPlansThatAwsRefuses(String schedule, long startWindow, long days) {
        assertThrows(
                InvalidParameterValueException.class,
                () -> local.backup.createBackupPlan(create -> create.backupPlan(plan -> plan.backupPlanName("bad")
                        .rules(rule -> rule.ruleName("bad")
                                .targetBackupVaultName("vault")
                                .scheduleExpression(schedule)
                                .startWindowMinutes(startWindow)
                                .lifecycle(lifecycle -> lifecycle.deleteAfterDays(days))))));
        assertFalse(local.backup.listBackupPlans().hasBackupPlansList()
                && !local.backup.listBackupPlans().backupPlansList().isEmpty());
    }

    @Test
    void aPlanGoesOnlyAfterItsSelections() {
        String plan = local.plan("class", "gold");
        assertThrows(
                InvalidRequestException.class,
                () -> local.backup.deleteBackupPlan(delete -> delete.backupPlanId(plan)));
        String selection = local.backup
                .listBackupSelections(list -> list.backupPlanId(plan))
                .backupSelectionsList()
                .getFirst()
                .selectionId();
        local.backup.deleteBackupSelection(delete -> delete.backupPlanId(plan).selectionId(selection));
        local.backup.deleteBackupPlan(delete -> delete.backupPlanId(plan));
        local.runtime.clock().advance(Duration.ofDays(1));
        assertTrue(local.backup.listBackupJobs(list -> {}).backupJobs().isEmpty());
    }
}
