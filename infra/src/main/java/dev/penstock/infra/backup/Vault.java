package dev.penstock.infra.backup;

import dev.penstock.infra.settings.Settings;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.backup.BackupVault;
import software.amazon.awscdk.services.backup.LockConfiguration;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/**
 * A backup vault. A copied recovery point is encrypted with the key of the vault it is copied to, so each vault has its
 * own.
 */
final class Vault {

    /** No rule keeps a recovery point for less, so the lock refuses nothing that the plans do. */
    private static final Duration SHORTEST_RETENTION = Duration.days(7);

    /** The time in which a compliance lock can still be taken back; AWS Backup's minimum. */
    private static final Duration COOLING_OFF = Duration.days(3);

    private Vault() {}

    static BackupVault in(Construct scope, Settings settings) {
        var builder = BackupVault.Builder.create(scope, "Vault")
                .backupVaultName(name(settings))
                .removalPolicy(settings.keepsData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY)
                // On top of the lock: a recovery point ends by its lifecycle, not by a call.
                .blockRecoveryPointDeletion(settings.keepsData());
        if (!settings.isLocal()) {
            builder.encryptionKey(Key.Builder.create(scope, "VaultKey")
                    .alias(settings.prefix() + "vault")
                    .description("Encrypts recovery points of " + settings.prefix() + "*")
                    .enableKeyRotation(true)
                    .removalPolicy(RemovalPolicy.RETAIN)
                    .build());
        }
        switch (settings.vaultLock()) {
            case NONE -> {}
            case GOVERNANCE ->
                builder.lockConfiguration(LockConfiguration.builder()
                        .minRetention(SHORTEST_RETENTION)
                        .build());
            case COMPLIANCE ->
                builder.lockConfiguration(LockConfiguration.builder()
                        .minRetention(SHORTEST_RETENTION)
                        .changeableFor(COOLING_OFF)
                        .build());
        }
        return builder.build();
    }

    static String name(Settings settings) {
        return settings.prefix() + "vault";
    }

    /** The ARN of the vault in the region that copies go to. */
    static String copyArn(Settings settings) {
        return "arn:aws:backup:%s:%s:backup-vault:%s"
                .formatted(settings.backupRegion(), settings.account(), name(settings));
    }
}
