package dev.penstock.infra.settings;

/** AWS Backup Vault Lock: who may delete a recovery point before its time. */
public enum VaultLock {
    /** Anyone whose IAM permissions and the vault's policy allow it. */
    NONE,
    /** Only those with the permission to remove the lock first. */
    GOVERNANCE,
    /** Nobody, AWS included, once three days have passed: it can't be undone, so it is never a default. */
    COMPLIANCE
}
