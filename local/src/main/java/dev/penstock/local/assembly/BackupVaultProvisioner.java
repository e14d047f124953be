package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.backup.model.AlreadyExistsException;

/** {@code AWS::Backup::BackupVault}: the vault, its policy and its lock. */
final class BackupVaultProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var backup = target.client(BackupClient.class, resource);
        var vault = resource.properties();
        String name = resource.name("BackupVaultName");
        try {
            backup.createBackupVault(request -> request.backupVaultName(name)
                    .encryptionKeyArn(vault.optional("EncryptionKeyArn").orElse(null)));
        } catch (AlreadyExistsException restarted) {
            // Its recovery points are still in it.
        }
        if (vault.has("AccessPolicy")) {
            backup.putBackupVaultAccessPolicy(request -> request.backupVaultName(name)
                    .policy(Json.write(vault.object("AccessPolicy").values())));
        }
        if (vault.has("LockConfiguration")) {
            var lock = vault.object("LockConfiguration");
            backup.putBackupVaultLockConfiguration(request -> request.backupVaultName(name)
                    .minRetentionDays(lock.number("MinRetentionDays").orElse(null))
                    .maxRetentionDays(lock.number("MaxRetentionDays").orElse(null))
                    .changeableForDays(lock.number("ChangeableForDays").orElse(null)));
        }
        String arn = backup.describeBackupVault(request -> request.backupVaultName(name))
                .backupVaultArn();
        return new Physical(name, Map.of("BackupVaultName", name, "BackupVaultArn", arn, "Arn", arn));
    }
}
