package dev.penstock.infra.backup;

import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Table.BackupClass;
import java.util.List;
import software.amazon.awscdk.services.backup.BackupVault;
import software.amazon.awscdk.services.backup.CfnRestoreTestingPlan;
import software.amazon.awscdk.services.backup.CfnRestoreTestingSelection;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/** AWS restores the latest recovery point of each table every week and deletes what it has restored. */
final class RestoreTest extends Construct {

    RestoreTest(Construct scope, Settings settings, BackupVault vault, Role role) {
        super(scope, "RestoreTest");
        // Letters, digits and _ only: AWS Backup refuses a dash here, and no linter says so.
        String name = settings.prefix().replace('-', '_') + "weekly";
        var plan = CfnRestoreTestingPlan.Builder.create(this, "Plan")
                .restoreTestingPlanName(name)
                .scheduleExpression("cron(0 6 ? * SUN *)")
                .startWindowHours(2)
                .recoveryPointSelection(CfnRestoreTestingPlan.RestoreTestingRecoveryPointSelectionProperty.builder()
                        .algorithm("LATEST_WITHIN_WINDOW")
                        .includeVaults(List.of(vault.getBackupVaultArn()))
                        .recoveryPointTypes(List.of("SNAPSHOT"))
                        .selectionWindowDays(7)
                        .build())
                .build();
        select("Standard", BackupClass.STANDARD, settings, plan, role);
        select("LongTerm", BackupClass.LONG_TERM, settings, plan, role);
    }

    private void select(String id, BackupClass backup, Settings settings, CfnRestoreTestingPlan plan, Role role) {
        CfnRestoreTestingSelection.Builder.create(this, id)
                .restoreTestingPlanName(plan.getRestoreTestingPlanName())
                .restoreTestingSelectionName(plan.getRestoreTestingPlanName() + "_" + id)
                .iamRoleArn(role.getRoleArn())
                .protectedResourceType("DynamoDB")
                .protectedResourceArns(List.of("*"))
                .protectedResourceConditions(CfnRestoreTestingSelection.ProtectedResourceConditionsProperty.builder()
                        .stringEquals(List.of(CfnRestoreTestingSelection.KeyValueProperty.builder()
                                .key("aws:ResourceTag/" + BackupTag.KEY)
                                .value(BackupTag.value(settings, backup))
                                .build()))
                        .build())
                .validationWindowHours(1)
                .build()
                .addResourceDependency(plan);
    }
}
