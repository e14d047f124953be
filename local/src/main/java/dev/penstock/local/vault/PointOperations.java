package dev.penstock.local.vault;

import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.DeleteRecoveryPointRequest;
import software.amazon.awssdk.services.backup.model.DeleteRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.DescribeBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.DescribeProtectedResourceRequest;
import software.amazon.awssdk.services.backup.model.DescribeProtectedResourceResponse;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointRequest;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.GetRecoveryPointRestoreMetadataRequest;
import software.amazon.awssdk.services.backup.model.GetRecoveryPointRestoreMetadataResponse;
import software.amazon.awssdk.services.backup.model.ListProtectedResourcesRequest;
import software.amazon.awssdk.services.backup.model.ListProtectedResourcesResponse;
import software.amazon.awssdk.services.backup.model.ListRecoveryPointsByBackupVaultRequest;
import software.amazon.awssdk.services.backup.model.ListRecoveryPointsByBackupVaultResponse;
import software.amazon.awssdk.services.backup.model.ListRecoveryPointsByResourceRequest;
import software.amazon.awssdk.services.backup.model.ListRecoveryPointsByResourceResponse;
import software.amazon.awssdk.services.backup.model.ProtectedResource;
import software.amazon.awssdk.services.backup.model.RecoveryPointByBackupVault;
import software.amazon.awssdk.services.backup.model.RecoveryPointByResource;
import software.amazon.awssdk.services.backup.model.RecoveryPointCreator;
import software.amazon.awssdk.services.backup.model.UpdateRecoveryPointLifecycleRequest;
import software.amazon.awssdk.services.backup.model.UpdateRecoveryPointLifecycleResponse;

/** What is in the vaults. */
final class PointOperations {
    private static final String POINTS = "/backup-vaults/{backupVaultName}/recovery-points";
    private static final String POINT = POINTS + "/{recoveryPointArn}";

    private final Function<String, VaultRegion> regions;

    PointOperations(Function<String, VaultRegion> regions) {
        this.regions = regions;
    }

    void addTo(RestOperations routes) {
        routes.on("GET", POINTS, ListRecoveryPointsByBackupVaultRequest::builder, this::list)
                .on("GET", POINT, DescribeRecoveryPointRequest::builder, this::describe)
                .on("DELETE", POINT, DeleteRecoveryPointRequest::builder, this::delete)
                .on("POST", POINT, UpdateRecoveryPointLifecycleRequest::builder, this::update)
                .on(
                        "GET",
                        POINT + "/restore-metadata",
                        GetRecoveryPointRestoreMetadataRequest::builder,
                        this::restoreMetadata)
                .on("GET", "/resources", ListProtectedResourcesRequest::builder, this::resources)
                .on("GET", "/resources/{resourceArn}", DescribeProtectedResourceRequest::builder, this::resource)
                .on(
                        "GET",
                        "/resources/{resourceArn}/recovery-points",
                        ListRecoveryPointsByResourceRequest::builder,
                        this::ofResource);
    }

    private ListRecoveryPointsByBackupVaultResponse list(ListRecoveryPointsByBackupVaultRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        String vault = region.vault(asked.backupVaultName()).backupVaultName();
        List<DescribeRecoveryPointResponse> points = region.points(vault).stream()
                .filter(point ->
                        asked.byResourceArn() == null || asked.byResourceArn().equals(point.resourceArn()))
                .filter(point ->
                        asked.byResourceType() == null || asked.byResourceType().equals(point.resourceType()))
                .filter(point -> asked.byBackupPlanId() == null || isOf(asked.byBackupPlanId(), point.createdBy()))
                .filter(point ->
                        asked.byCreatedBefore() == null || point.creationDate().isBefore(asked.byCreatedBefore()))
                .filter(point ->
                        asked.byCreatedAfter() == null || point.creationDate().isAfter(asked.byCreatedAfter()))
                .sorted(Comparator.comparing(DescribeRecoveryPointResponse::creationDate))
                .toList();
        var page = Page.of(points, asked.maxResults(), asked.nextToken());
        return ListRecoveryPointsByBackupVaultResponse.builder()
                .recoveryPoints(page.members().stream()
                        .map(point -> Documents.as(point, RecoveryPointByBackupVault.builder()))
                        .toList())
                .nextToken(page.next())
                .build();
    }

    private static boolean isOf(String plan, @Nullable RecoveryPointCreator creator) {
        return creator != null && plan.equals(creator.backupPlanId());
    }

    private DescribeRecoveryPointResponse describe(DescribeRecoveryPointRequest asked, Request http) {
        return find(regions.apply(http.region()), asked.backupVaultName(), asked.recoveryPointArn());
    }

    private static DescribeRecoveryPointResponse find(VaultRegion region, String vault, String arn) {
        region.vault(vault);
        DescribeRecoveryPointResponse point = region.point(arn);
        if (!point.backupVaultName().equals(vault)) {
            throw Errors.notFound("Recovery point " + arn + " in backup vault " + vault);
        }
        return point;
    }

    private DeleteRecoveryPointResponse delete(DeleteRecoveryPointRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var point = changeable(region, asked.backupVaultName(), asked.recoveryPointArn(), "backup:DeleteRecoveryPoint");
        region.removePoint(point);
        return DeleteRecoveryPointResponse.builder().build();
    }

    private UpdateRecoveryPointLifecycleResponse update(UpdateRecoveryPointLifecycleRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        Lifecycles.check(asked.lifecycle());
        var point = changeable(
                region, asked.backupVaultName(), asked.recoveryPointArn(), "backup:UpdateRecoveryPointLifecycle");
        var changed = point.toBuilder()
                .lifecycle(asked.lifecycle())
                .calculatedLifecycle(Lifecycles.calculated(asked.lifecycle(), point.creationDate()))
                .build();
        region.documents().append(List.of(region.document(changed)));
        return Documents.as(changed, UpdateRecoveryPointLifecycleResponse.builder());
    }

    /** A lock keeps everybody from deleting recovery points or shortening their lives (AWS Backup: Vault Lock). */
    private static DescribeRecoveryPointResponse changeable(
            VaultRegion region, String vaultName, String arn, String action) {
        DescribeBackupVaultResponse vault = region.vault(vaultName);
        DescribeRecoveryPointResponse point = find(region, vaultName, arn);
        VaultOperations.check(region, vaultName, action);
        if (Boolean.TRUE.equals(vault.locked())) {
            throw Errors.refused("Recovery point " + arn + " cannot be deleted or changed: backup vault " + vaultName
                    + " is locked");
        }
        return point;
    }

    private GetRecoveryPointRestoreMetadataResponse restoreMetadata(
            GetRecoveryPointRestoreMetadataRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var point = find(region, asked.backupVaultName(), asked.recoveryPointArn());
        return GetRecoveryPointRestoreMetadataResponse.builder()
                .backupVaultArn(point.backupVaultArn())
                .recoveryPointArn(point.recoveryPointArn())
                .resourceType(point.resourceType())
                .restoreMetadata(RestoreMetadata.told(
                        point.resourceName(),
                        RecoverySource.of(region, point).table().sseDescription()))
                .build();
    }

    private ListProtectedResourcesResponse resources(ListProtectedResourcesRequest asked, Request http) {
        Map<String, DescribeRecoveryPointResponse> last = last(regions.apply(http.region()));
        var page = Page.of(List.copyOf(last.values()), asked.maxResults(), asked.nextToken());
        return ListProtectedResourcesResponse.builder()
                .results(page.members().stream()
                        .map(point -> ProtectedResource.builder()
                                .resourceArn(point.resourceArn())
                                .resourceType(point.resourceType())
                                .resourceName(point.resourceName())
                                .lastBackupTime(point.creationDate())
                                .lastBackupVaultArn(point.backupVaultArn())
                                .lastRecoveryPointArn(point.recoveryPointArn())
                                .build())
                        .toList())
                .nextToken(page.next())
                .build();
    }

    private DescribeProtectedResourceResponse resource(DescribeProtectedResourceRequest asked, Request http) {
        var point = last(regions.apply(http.region())).get(asked.resourceArn());
        if (point == null) {
            throw Errors.notFound("Protected resource " + asked.resourceArn());
        }
        return DescribeProtectedResourceResponse.builder()
                .resourceArn(point.resourceArn())
                .resourceType(point.resourceType())
                .resourceName(point.resourceName())
                .lastBackupTime(point.creationDate())
                .lastBackupVaultArn(point.backupVaultArn())
                .lastRecoveryPointArn(point.recoveryPointArn())
                .build();
    }

    private static Map<String, DescribeRecoveryPointResponse> last(VaultRegion region) {
        Map<String, DescribeRecoveryPointResponse> last = new TreeMap<>();
        region.points()
                .forEach(point -> last.merge(
                        point.resourceArn(),
                        point,
                        (one, other) -> one.creationDate().isAfter(other.creationDate()) ? one : other));
        return last;
    }

    private ListRecoveryPointsByResourceResponse ofResource(ListRecoveryPointsByResourceRequest asked, Request http) {
        List<DescribeRecoveryPointResponse> points = regions.apply(http.region()).points().stream()
                .filter(point -> point.resourceArn().equals(asked.resourceArn()))
                .sorted(Comparator.comparing(DescribeRecoveryPointResponse::creationDate))
                .toList();
        var page = Page.of(points, asked.maxResults(), asked.nextToken());
        return ListRecoveryPointsByResourceResponse.builder()
                .recoveryPoints(page.members().stream()
                        .map(point -> Documents.as(point, RecoveryPointByResource.builder()).toBuilder()
                                .backupSizeBytes(point.backupSizeInBytes())
                                .build())
                        .toList())
                .nextToken(page.next())
                .build();
    }
}
