package dev.penstock.local.vault;

import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.BackupVaultListMember;
import software.amazon.awssdk.services.backup.model.CreateBackupVaultRequest;
import software.amazon.awssdk.services.backup.model.CreateBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.DeleteBackupVaultAccessPolicyRequest;
import software.amazon.awssdk.services.backup.model.DeleteBackupVaultAccessPolicyResponse;
import software.amazon.awssdk.services.backup.model.DeleteBackupVaultLockConfigurationRequest;
import software.amazon.awssdk.services.backup.model.DeleteBackupVaultLockConfigurationResponse;
import software.amazon.awssdk.services.backup.model.DeleteBackupVaultRequest;
import software.amazon.awssdk.services.backup.model.DeleteBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.DescribeBackupVaultRequest;
import software.amazon.awssdk.services.backup.model.DescribeBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.GetBackupVaultAccessPolicyRequest;
import software.amazon.awssdk.services.backup.model.GetBackupVaultAccessPolicyResponse;
import software.amazon.awssdk.services.backup.model.ListBackupVaultsRequest;
import software.amazon.awssdk.services.backup.model.ListBackupVaultsResponse;
import software.amazon.awssdk.services.backup.model.PutBackupVaultAccessPolicyRequest;
import software.amazon.awssdk.services.backup.model.PutBackupVaultAccessPolicyResponse;
import software.amazon.awssdk.services.backup.model.PutBackupVaultLockConfigurationRequest;
import software.amazon.awssdk.services.backup.model.PutBackupVaultLockConfigurationResponse;

/** Vaults, their policies and their locks. */
final class VaultOperations {
    private static final String VAULT = "/backup-vaults/{backupVaultName}";
    private static final String NAME = "[a-zA-Z0-9_-]{2,50}";
    /** The time in which a compliance lock can be taken back is 72 hours at least. */
    private static final int LEAST_CHANGEABLE_DAYS = 3;

    private final Function<String, VaultRegion> regions;

    VaultOperations(Function<String, VaultRegion> regions) {
        this.regions = regions;
    }

    void addTo(RestOperations routes) {
        routes.on("PUT", VAULT, CreateBackupVaultRequest::builder, this::create)
                .on("GET", VAULT, DescribeBackupVaultRequest::builder, this::describe)
                .on("DELETE", VAULT, DeleteBackupVaultRequest::builder, this::delete)
                .on("GET", "/backup-vaults", ListBackupVaultsRequest::builder, this::list)
                .on("PUT", VAULT + "/access-policy", PutBackupVaultAccessPolicyRequest::builder, this::putPolicy)
                .on("GET", VAULT + "/access-policy", GetBackupVaultAccessPolicyRequest::builder, this::getPolicy)
                .on(
                        "DELETE",
                        VAULT + "/access-policy",
                        DeleteBackupVaultAccessPolicyRequest::builder,
                        this::deletePolicy)
                .on("PUT", VAULT + "/vault-lock", PutBackupVaultLockConfigurationRequest::builder, this::lock)
                .on("DELETE", VAULT + "/vault-lock", DeleteBackupVaultLockConfigurationRequest::builder, this::unlock);
    }

    private CreateBackupVaultResponse create(CreateBackupVaultRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        String name = asked.backupVaultName();
        if (!name.matches(NAME)) {
            throw Errors.invalid("BackupVaultName must match " + NAME + "; given: " + name);
        }
        if (region.hasVault(name)) {
            throw Errors.exists("Backup vault " + name);
        }
        var vault = DescribeBackupVaultResponse.builder()
                .backupVaultName(name)
                .backupVaultArn(region.arn("backup-vault:" + name))
                .vaultType("BACKUP_VAULT")
                .vaultState("AVAILABLE")
                .encryptionKeyArn(asked.encryptionKeyArn())
                .creationDate(region.now())
                .creatorRequestId(asked.creatorRequestId())
                .locked(false)
                .build();
        region.put(vault);
        return Documents.as(vault, CreateBackupVaultResponse.builder());
    }

    private DescribeBackupVaultResponse describe(DescribeBackupVaultRequest asked, Request http) {
        return regions.apply(http.region()).vault(asked.backupVaultName());
    }

    private ListBackupVaultsResponse list(ListBackupVaultsRequest asked, Request http) {
        var page = Page.of(regions.apply(http.region()).vaults(), asked.maxResults(), asked.nextToken());
        return ListBackupVaultsResponse.builder()
                .backupVaultList(page.members().stream()
                        .map(vault -> Documents.as(vault, BackupVaultListMember.builder()))
                        .toList())
                .nextToken(page.next())
                .build();
    }

    private DeleteBackupVaultResponse delete(DeleteBackupVaultRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var vault = region.vault(asked.backupVaultName());
        check(region, vault.backupVaultName(), "backup:DeleteBackupVault");
        if (vault.numberOfRecoveryPoints() > 0) {
            throw Errors.refused("Backup vault cannot be deleted because it contains recovery points: "
                    + vault.numberOfRecoveryPoints());
        }
        region.removeVault(vault.backupVaultName());
        return DeleteBackupVaultResponse.builder().build();
    }

    private PutBackupVaultAccessPolicyResponse putPolicy(PutBackupVaultAccessPolicyRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var vault = region.vault(asked.backupVaultName());
        if (asked.policy() == null) {
            throw Errors.missing("Policy");
        }
        AccessPolicy.parse(asked.policy());
        check(region, vault.backupVaultName(), "backup:PutBackupVaultAccessPolicy");
        region.documents()
                .put(
                        "policy/" + vault.backupVaultName(),
                        GetBackupVaultAccessPolicyResponse.builder()
                                .backupVaultName(vault.backupVaultName())
                                .backupVaultArn(vault.backupVaultArn())
                                .policy(asked.policy())
                                .build());
        return PutBackupVaultAccessPolicyResponse.builder().build();
    }

    private GetBackupVaultAccessPolicyResponse getPolicy(GetBackupVaultAccessPolicyRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        String name = region.vault(asked.backupVaultName()).backupVaultName();
        return region.documents()
                .get("policy/" + name, GetBackupVaultAccessPolicyResponse::builder)
                .orElseThrow(() -> Errors.notFound("An access policy of backup vault " + name));
    }

    private DeleteBackupVaultAccessPolicyResponse deletePolicy(
            DeleteBackupVaultAccessPolicyRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        String name = region.vault(asked.backupVaultName()).backupVaultName();
        check(region, name, "backup:DeleteBackupVaultAccessPolicy");
        region.documents().remove("policy/" + name);
        return DeleteBackupVaultAccessPolicyResponse.builder().build();
    }

    private PutBackupVaultLockConfigurationResponse lock(PutBackupVaultLockConfigurationRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var vault = region.vault(asked.backupVaultName());
        requireChangeable(vault, region.now());
        Long changeable = asked.changeableForDays();
        if (changeable != null && changeable < LEAST_CHANGEABLE_DAYS) {
            throw Errors.invalid(
                    "ChangeableForDays must be at least " + LEAST_CHANGEABLE_DAYS + "; given: " + changeable);
        }
        Long least = asked.minRetentionDays();
        Long most = asked.maxRetentionDays();
        if (least != null && (least < 1 || (most != null && most < least))) {
            throw Errors.invalid("MinRetentionDays must be at least 1 and at most MaxRetentionDays; given: " + least
                    + " and " + most);
        }
        region.put(vault.toBuilder()
                .locked(true)
                .minRetentionDays(least)
                .maxRetentionDays(most)
                .lockDate(changeable == null ? null : region.now().plus(Duration.ofDays(changeable)))
                .build());
        return PutBackupVaultLockConfigurationResponse.builder().build();
    }

    private DeleteBackupVaultLockConfigurationResponse unlock(
            DeleteBackupVaultLockConfigurationRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var vault = region.vault(asked.backupVaultName());
        requireChangeable(vault, region.now());
        region.put(vault.toBuilder()
                .locked(false)
                .minRetentionDays(null)
                .maxRetentionDays(null)
                .lockDate(null)
                .build());
        return DeleteBackupVaultLockConfigurationResponse.builder().build();
    }

    /** A lock without lock date is in governance mode; one whose lock date is past can't be changed by anybody. */
    private static void requireChangeable(DescribeBackupVaultResponse vault, Instant now) {
        Instant locked = vault.lockDate();
        if (locked != null && !locked.isAfter(now)) {
            throw Errors.refused(
                    "The lock of backup vault " + vault.backupVaultName() + " is immutable since " + locked);
        }
    }

    /** @throws dev.penstock.local.gateway.AwsError AccessDeniedException when the vault's policy denies the action */
    static void check(VaultRegion region, @Nullable String vault, String action) {
        region.documents()
                .get("policy/" + vault, GetBackupVaultAccessPolicyResponse::builder)
                .ifPresent(policy -> AccessPolicy.parse(policy.policy()).check(action));
    }
}
