package dev.penstock.infra.backup;

import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Table.BackupClass;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.backup.BackupPlan;
import software.amazon.awscdk.services.backup.BackupPlanCopyActionProps;
import software.amazon.awscdk.services.backup.BackupPlanRule;
import software.amazon.awscdk.services.backup.BackupPlanRuleProps;
import software.amazon.awscdk.services.backup.BackupResource;
import software.amazon.awscdk.services.backup.BackupSelectionOptions;
import software.amazon.awscdk.services.backup.BackupVault;
import software.amazon.awscdk.services.backup.IBackupVault;
import software.amazon.awscdk.services.events.CronOptions;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * One plan for each backup class of the catalog, with the tables that have the class's tag: a table that is added to the
 * catalog is backed up without a change here.
 *
 * <p>No rule asks for continuous backup: for DynamoDB that is point-in-time recovery, which the tables have themselves.
 */
final class Plans {

    private static final int HOUR_OF_DAY = 3;

    private final Settings settings;
    private final BackupVault vault;
    private final List<IBackupVault> copies;

    /** @param copies the vault in the second region; empty: no copies */
    Plans(Settings settings, BackupVault vault, List<IBackupVault> copies) {
        this.settings = settings;
        this.vault = vault;
        this.copies = copies;
    }

    void define(Construct scope, Role role) {
        plan(scope, "Standard", BackupClass.STANDARD, role, Stream.of(daily()));
        plan(scope, "LongTerm", BackupClass.LONG_TERM, role, Stream.of(daily(), weekly(), monthly()));
    }

    private void plan(
            Construct scope, String id, BackupClass backup, Role role, Stream<BackupPlanRuleProps.Builder> rules) {
        var plan = BackupPlan.Builder.create(scope, id)
                .backupPlanName(settings.prefix() + id)
                .backupPlanRules(
                        rules.map(rule -> new BackupPlanRule(rule.build())).toList())
                .build();
        plan.addSelection(
                "Tables",
                BackupSelectionOptions.builder()
                        .backupSelectionName(settings.prefix() + id)
                        .resources(List.of(BackupResource.fromTag(BackupTag.KEY, BackupTag.value(settings, backup))))
                        .role(role)
                        .disableDefaultBackupPolicy(true)
                        .build());
    }

    private BackupPlanRuleProps.Builder daily() {
        return rule("daily", CronOptions.builder().day("*"), Duration.days(35));
    }

    private BackupPlanRuleProps.Builder weekly() {
        return rule("weekly", CronOptions.builder().weekDay("SUN"), Duration.days(91));
    }

    /** Cold storage is paid for 90 days at least, so what moves there stays that long (AWS Backup: lifecycle). */
    private BackupPlanRuleProps.Builder monthly() {
        var rule = rule("monthly", CronOptions.builder().day("1"), Duration.days(365));
        return settings.keepsData() ? rule.moveToColdStorageAfter(Duration.days(31)) : rule;
    }

    private BackupPlanRuleProps.Builder rule(String name, CronOptions.Builder when, Duration keptFor) {
        return BackupPlanRuleProps.builder()
                .ruleName(name)
                .backupVault(vault)
                .scheduleExpression(Schedule.cron(
                        when.hour(Integer.toString(HOUR_OF_DAY)).minute("0").build()))
                .startWindow(Duration.hours(1))
                .completionWindow(Duration.hours(8))
                .deleteAfter(keptFor)
                .copyActions(copies.stream()
                        .map(copy -> BackupPlanCopyActionProps.builder()
                                .destinationBackupVault(copy)
                                .deleteAfter(keptFor)
                                .build())
                        .toList());
    }
}
