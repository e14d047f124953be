package dev.penstock.local.vault;

import dev.penstock.local.events.Scheduled;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.store.Table;
import java.time.Instant;
import software.amazon.awssdk.services.backup.model.BackupRule;
import software.amazon.awssdk.services.backup.model.GetBackupPlanResponse;
import software.amazon.awssdk.services.backup.model.GetBackupSelectionResponse;
import software.amazon.awssdk.services.backup.model.RecoveryPointCreator;

/**
 * Fires the rules of plans. When the clock jumps over several due times, each has its recovery point with the table as it
 * was then: the journal knows.
 */
final class PlanSchedules {
    private final Scheduled scheduled;
    private final Jobs jobs;

    PlanSchedules(Scheduled scheduled, Jobs jobs) {
        this.scheduled = scheduled;
        this.jobs = jobs;
    }

    void put(VaultRegion region, GetBackupPlanResponse plan) {
        for (BackupRule rule : plan.backupPlan().rules()) {
            scheduled.put(id(region, plan, rule), PlanOperations.schedule(rule), due -> fire(region, plan, rule, due));
        }
    }

    void remove(VaultRegion region, GetBackupPlanResponse plan) {
        plan.backupPlan().rules().forEach(rule -> scheduled.remove(id(region, plan, rule)));
    }

    private static String id(VaultRegion region, GetBackupPlanResponse plan, BackupRule rule) {
        return "backup/" + region.name() + "/" + plan.backupPlanId() + "/" + rule.ruleName();
    }

    private void fire(VaultRegion region, GetBackupPlanResponse plan, BackupRule rule, Instant due) {
        if (!Settings.of(region).isOptedIn()) {
            return; // Silently, as AWS: the alarm on missing recovery points is there for this.
        }
        Instant oldest = region.now().minus(Journal.RETENTION);
        Instant time = due.isBefore(oldest) ? oldest : due;
        for (GetBackupSelectionResponse selection : PlanOperations.selections(region, plan.backupPlanId())) {
            var creator = RecoveryPointCreator.builder()
                    .backupPlanId(plan.backupPlanId())
                    .backupPlanArn(plan.backupPlanArn())
                    .backupPlanVersion(plan.versionId())
                    .backupRuleId(rule.ruleId())
                    .build();
            for (Table table : Selections.tables(region, selection.backupSelection())) {
                if (!table.description().creationDateTime().isAfter(time)) {
                    jobs.backups()
                            .begin(
                                    region,
                                    new BackupJobs.Order(
                                            table.arn(),
                                            rule,
                                            selection.backupSelection().iamRoleArn(),
                                            creator,
                                            due,
                                            time));
                }
            }
        }
    }
}
