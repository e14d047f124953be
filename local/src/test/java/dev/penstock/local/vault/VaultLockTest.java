package dev.penstock.local.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.backup.model.BackupException;
import software.amazon.awssdk.services.backup.model.BackupJobState;
import software.amazon.awssdk.services.backup.model.InvalidParameterValueException;
import software.amazon.awssdk.services.backup.model.InvalidRequestException;
import software.amazon.awssdk.services.backup.model.Lifecycle;

/** What keeps recovery points from being deleted: locks of both modes, and the policy of a vault. */
class VaultLockTest {
    private final LocalVault local = new LocalVault();

    @AfterEach
    void stop() {
        local.close();
    }

    @Test
    void aLockedVaultGivesNothingAway() {
        String arn =
                local.backUp("Orders", Lifecycle.builder().deleteAfterDays(30L).build());
        local.backup.putBackupVaultLockConfiguration(
                lock -> lock.backupVaultName("vault").minRetentionDays(7L).maxRetentionDays(60L));
        assertThrows(InvalidRequestException.class, () -> local.delete(arn));
        assertThrows(
                InvalidRequestException.class,
                () -> local.backup.updateRecoveryPointLifecycle(update -> update.backupVaultName("vault")
                        .recoveryPointArn(arn)
                        .lifecycle(lifecycle -> lifecycle.deleteAfterDays(1L))));
        assertTrue(local.startAndEnd(6L).statusMessage().contains("7 to 60 days"));
        assertEquals(BackupJobState.FAILED, local.startAndEnd(61L).state());
        assertEquals(BackupJobState.COMPLETED, local.startAndEnd(7L).state());
        // Governance: whoever may, takes the lock away.
        local.backup.deleteBackupVaultLockConfiguration(lock -> lock.backupVaultName("vault"));
        local.delete(arn);
    }

    @Test
    void aComplianceLockIsForeverOnceItsDateIsPast() {
        assertThrows(
                InvalidParameterValueException.class,
                () -> local.backup.putBackupVaultLockConfiguration(
                        lock -> lock.backupVaultName("vault").changeableForDays(2L)));
        local.backup.putBackupVaultLockConfiguration(
                lock -> lock.backupVaultName("vault").minRetentionDays(7L).changeableForDays(3L));
        local.backup.deleteBackupVaultLockConfiguration(lock -> lock.backupVaultName("vault"));
        local.backup.putBackupVaultLockConfiguration(
                lock -> lock.backupVaultName("vault").minRetentionDays(7L).changeableForDays(3L));
        local.runtime.clock().advance(Duration.ofDays(3));
        assertThrows(
                InvalidRequestException.class,
                () -> local.backup.deleteBackupVaultLockConfiguration(lock -> lock.backupVaultName("vault")));
        assertThrows(
                InvalidRequestException.class,
                () -> local.backup.putBackupVaultLockConfiguration(
                        lock -> lock.backupVaultName("vault").minRetentionDays(1L)));
        assertTrue(local.backup
                .describeBackupVault(vault -> vault.backupVaultName("vault"))
                .locked());
    }

    @Test
    void thePolicyOfAVaultDenies() {
        String arn = local.backUp("Orders", null);
        local.backup.putBackupVaultAccessPolicy(
                policy -> policy.backupVaultName("vault").policy("""
                        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},
                        "Action":["backup:DeleteRecoveryPoint"],"Resource":"*"}]}"""));
        var denied = assertThrows(BackupException.class, () -> local.delete(arn));
        assertEquals("AccessDeniedException", denied.awsErrorDetails().errorCode());
        local.backup.deleteBackupVaultAccessPolicy(policy -> policy.backupVaultName("vault"));
        local.delete(arn);
    }
}
