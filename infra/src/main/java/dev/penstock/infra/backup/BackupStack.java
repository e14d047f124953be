package dev.penstock.infra.backup;

import dev.penstock.infra.functions.Access;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.backup.BackupVault;
import software.amazon.awscdk.services.backup.IBackupVault;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iam.ServicePrincipalOpts;
import software.constructs.Construct;

/**
 * Scheduled backups of all tables that the catalog gives a backup class, a copy of each in a second region, and a weekly
 * proof that AWS can restore one.
 */
public final class BackupStack extends StageStack {

    private final Optional<String> keyArn;

    /** @param keyArn the customer key of the tables; empty: they are encrypted with a key of DynamoDB's own */
    public BackupStack(Construct scope, Settings settings, Optional<String> keyArn) {
        super(scope, "Backup", settings, settings.region(), "Scheduled backups, their copies, and restore tests");
        this.keyArn = keyArn;
        BackupVault vault = Vault.in(this, settings);
        List<IBackupVault> copies = settings.backupRegion().isEmpty()
                ? List.of()
                : List.of(BackupVault.fromBackupVaultArn(this, "Copies", Vault.copyArn(settings)));
        new Plans(settings, vault, copies).define(this, role("BackupRole", "Backup", settings));
        new RestoreTest(this, settings, vault, role("RestoreRole", "Restores", settings));
        BackupAlarms.define(this, settings);
    }

    private Role role(String id, String purpose, Settings settings) {
        var role = Role.Builder.create(this, id)
                .assumedBy(new ServicePrincipal(
                        "backup.amazonaws.com",
                        ServicePrincipalOpts.builder()
                                .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", settings.account())))
                                .build()))
                .description("What AWS Backup may do: " + purpose)
                .managedPolicies(List.of(ManagedPolicy.fromAwsManagedPolicyName(
                        "service-role/AWSBackupServiceRolePolicyFor" + purpose)));
        keyArn.ifPresent(key -> role.inlinePolicies(Map.of(
                "DataKey",
                PolicyDocument.Builder.create()
                        .statements(List.of(Access.useKey(key, "dynamodb", getRegion())))
                        .build())));
        return role.build();
    }
}
