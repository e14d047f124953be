package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.BackupSelection;
import software.amazon.awssdk.services.backup.model.BackupSelectionsListMember;
import software.amazon.awssdk.services.backup.model.Condition;
import software.amazon.awssdk.services.backup.model.ConditionType;

/** {@code AWS::Backup::BackupSelection}: which tables a plan backs up; replaces the one of that name. */
final class BackupSelectionProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var backup = target.client(BackupClient.class, resource);
        String plan = resource.properties().string("BackupPlanId");
        var declared = resource.properties().object("BackupSelection");
        var selection = BackupSelection.builder()
                .selectionName(declared.string("SelectionName"))
                .iamRoleArn(declared.string("IamRoleArn"))
                .listOfTags(declared.objects("ListOfTags").stream()
                        .map(tag -> Condition.builder()
                                .conditionType(ConditionType.STRINGEQUALS)
                                .conditionKey(tag.string("ConditionKey"))
                                .conditionValue(tag.string("ConditionValue"))
                                .build())
                        .toList())
                .resources(declared.strings("Resources"))
                .notResources(declared.strings("NotResources"))
                .build();
        backup.listBackupSelectionsPaginator(request -> request.backupPlanId(plan)).backupSelectionsList().stream()
                .filter(other -> other.selectionName().equals(selection.selectionName()))
                .map(BackupSelectionsListMember::selectionId)
                .forEach(id -> backup.deleteBackupSelection(
                        request -> request.backupPlanId(plan).selectionId(id)));
        String id = backup.createBackupSelection(
                        request -> request.backupPlanId(plan).backupSelection(selection))
                .selectionId();
        return new Physical(id + "_" + plan, Map.of("SelectionId", id, "BackupPlanId", plan, "Id", id));
    }
}
