package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.BackupPlanInput;
import software.amazon.awssdk.services.backup.model.BackupPlansListMember;
import software.amazon.awssdk.services.backup.model.BackupRuleInput;
import software.amazon.awssdk.services.backup.model.CopyAction;
import software.amazon.awssdk.services.backup.model.Lifecycle;

/** {@code AWS::Backup::BackupPlan}: a plan with its rules; what a restart finds of that name is brought up to date. */
final class BackupPlanProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var backup = target.client(BackupClient.class, resource);
        var declared = resource.properties().object("BackupPlan");
        BackupPlanInput plan = BackupPlanInput.builder()
                .backupPlanName(declared.string("BackupPlanName"))
                .rules(declared.objects("BackupPlanRule").stream()
                        .map(BackupPlanProvisioner::rule)
                        .toList())
                .build();
        Optional<BackupPlansListMember> before = backup.listBackupPlansPaginator().backupPlansList().stream()
                .filter(other -> other.backupPlanName().equals(plan.backupPlanName()))
                .findFirst();
        if (before.isPresent()) {
            String id = before.get().backupPlanId();
            var updated =
                    backup.updateBackupPlan(request -> request.backupPlanId(id).backupPlan(plan));
            return physical(id, updated.backupPlanArn(), updated.versionId());
        }
        var created = backup.createBackupPlan(request -> request.backupPlan(plan));
        return physical(created.backupPlanId(), created.backupPlanArn(), created.versionId());
    }

    private static Physical physical(String id, String arn, String version) {
        return new Physical(id, Map.of("BackupPlanId", id, "BackupPlanArn", arn, "Arn", arn, "VersionId", version));
    }

    private static BackupRuleInput rule(Properties rule) {
        return BackupRuleInput.builder()
                .ruleName(rule.string("RuleName"))
                .targetBackupVaultName(rule.string("TargetBackupVault"))
                .scheduleExpression(rule.optional("ScheduleExpression").orElse(null))
                .scheduleExpressionTimezone(
                        rule.optional("ScheduleExpressionTimezone").orElse(null))
                .startWindowMinutes(rule.number("StartWindowMinutes").orElse(null))
                .completionWindowMinutes(rule.number("CompletionWindowMinutes").orElse(null))
                .lifecycle(lifecycle(rule))
                .copyActions(rule.objects("CopyActions").stream()
                        .map(copy -> CopyAction.builder()
                                .destinationBackupVaultArn(copy.string("DestinationBackupVaultArn"))
                                .lifecycle(lifecycle(copy))
                                .build())
                        .toList())
                .build();
    }

    private static Lifecycle lifecycle(Properties owner) {
        var lifecycle = owner.object("Lifecycle");
        return Lifecycle.builder()
                .deleteAfterDays(lifecycle.number("DeleteAfterDays").orElse(null))
                .moveToColdStorageAfterDays(
                        lifecycle.number("MoveToColdStorageAfterDays").orElse(null))
                .build();
    }
}
