package dev.penstock.local.backup;

import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import dev.penstock.local.store.Tables;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BackupType;
import software.amazon.awssdk.services.dynamodb.model.BackupTypeFilter;
import software.amazon.awssdk.services.dynamodb.model.CreateBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateBackupResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteBackupResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeBackupResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.ListBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableFromBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableFromBackupResponse;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableToPointInTimeResponse;
import software.amazon.awssdk.services.dynamodb.model.SSEDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsResponse;

/** The recovery operations of the DynamoDB API. */
public final class BackupApi {
    private static final int LISTED = 100;

    private final Function<String, Region> regions;

    /** What the operations need of one region; opened once, before its first request. */
    public record Region(RegionStore store, ContinuousBackups continuous, Backups backups, ExecutorService tasks) {

        /** @param folder where backups are kept */
        public static Region open(RegionStore store, Path folder, ExecutorService tasks) {
            ContinuousBackups continuous = new ContinuousBackups(store);
            return new Region(store, continuous, new Backups(store, folder, continuous, tasks), tasks);
        }
    }

    /** @param regions by region name; throws for a region that the runtime does not have */
    public BackupApi(Function<String, Region> regions) {
        this.regions = regions;
    }

    /** Adds the operations to the DynamoDB service. */
    public DynamoDb addTo(DynamoDb dynamodb) {
        return dynamodb.on("DescribeContinuousBackups", DescribeContinuousBackupsRequest::builder, this::describe)
                .on("UpdateContinuousBackups", UpdateContinuousBackupsRequest::builder, this::update)
                .on("RestoreTableToPointInTime", RestoreTableToPointInTimeRequest::builder, this::restoreToPointInTime)
                .on("RestoreTableFromBackup", RestoreTableFromBackupRequest::builder, this::restoreFromBackup)
                .on("CreateBackup", CreateBackupRequest::builder, this::create)
                .on("DescribeBackup", DescribeBackupRequest::builder, this::describeBackup)
                .on("ListBackups", ListBackupsRequest::builder, this::list)
                .on("DeleteBackup", DeleteBackupRequest::builder, this::delete);
    }

    private DescribeContinuousBackupsResponse describe(RegionStore store, DescribeContinuousBackupsRequest asked) {
        return DescribeContinuousBackupsResponse.builder()
                .continuousBackupsDescription(region(store).continuous().describe(asked.tableName()))
                .build();
    }

    private UpdateContinuousBackupsResponse update(RegionStore store, UpdateContinuousBackupsRequest asked) {
        var recovery = AwsError.required("pointInTimeRecoverySpecification", asked.pointInTimeRecoverySpecification());
        AwsError.required(
                "pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled", recovery.pointInTimeRecoveryEnabled());
        return UpdateContinuousBackupsResponse.builder()
                .continuousBackupsDescription(region(store).continuous().update(asked.tableName(), recovery))
                .build();
    }

    private RestoreTableToPointInTimeResponse restoreToPointInTime(
            RegionStore store, RestoreTableToPointInTimeRequest asked) {
        String source = asked.sourceTableArn() == null ? asked.sourceTableName() : asked.sourceTableArn();
        Region from = asked.sourceTableArn() == null ? region(store) : regions.apply(regionOf(asked.sourceTableArn()));
        Table table = ContinuousBackups.table(from.store(), source);
        Recovery.Window window = from.continuous().window(table);
        boolean latest = Boolean.TRUE.equals(asked.useLatestRestorableTime());
        if (latest == (asked.restoreDateTime() != null)) {
            throw AwsError.validation("Either RestoreDateTime or UseLatestRestorableTime must be given, and not both");
        }
        Instant time = latest ? window.latest() : Objects.requireNonNull(asked.restoreDateTime());
        if (!window.contains(time)) {
            throw new AwsError(
                    400,
                    "InvalidRestoreTimeException",
                    "Invalid restore time " + time + " for table '" + table.name() + "': it must be between "
                            + window.earliest() + " and " + window.latest());
        }
        requireKey(table, store.region(), from.store().region(), asked);
        var declared = RestoredTable.of(
                table.description(),
                new RestoredTable.Overrides(
                        asked.billingModeOverride(),
                        asked.provisionedThroughputOverride(),
                        asked.onDemandThroughputOverride(),
                        asked.sseSpecificationOverride(),
                        asked.hasGlobalSecondaryIndexOverride() ? asked.globalSecondaryIndexOverride() : null,
                        asked.hasLocalSecondaryIndexOverride() ? asked.localSecondaryIndexOverride() : null),
                store.region());
        return RestoreTableToPointInTimeResponse.builder()
                .tableDescription(restores(region(store))
                        .begin(
                                asked.targetTableName(),
                                declared,
                                Restores.summary(table.arn(), null, time),
                                visitor -> from.store().pointInTime().scan(table, time, visitor),
                                () -> {}))
                .build();
    }

    /** A customer key belongs to one region: a restore into another must name one there. */
    private static void requireKey(Table table, String to, String from, RestoreTableToPointInTimeRequest asked) {
        SSEDescription encryption = table.description().sseDescription();
        if (encryption != null
                && encryption.kmsMasterKeyArn() != null
                && !to.equals(from)
                && asked.sseSpecificationOverride() == null) {
            throw AwsError.validation("SSESpecificationOverride must be given: " + table.name() + " in " + from
                    + " is encrypted with " + encryption.kmsMasterKeyArn() + ", which " + to + " does not have");
        }
    }

    private RestoreTableFromBackupResponse restoreFromBackup(RegionStore store, RestoreTableFromBackupRequest asked) {
        Region region = region(store);
        BackupDocument backup = region.backups().find(asked.backupArn());
        var declared = RestoredTable.of(
                backup.source(),
                new RestoredTable.Overrides(
                        asked.billingModeOverride(),
                        asked.provisionedThroughputOverride(),
                        asked.onDemandThroughputOverride(),
                        asked.sseSpecificationOverride(),
                        asked.hasGlobalSecondaryIndexOverride() ? asked.globalSecondaryIndexOverride() : null,
                        asked.hasLocalSecondaryIndexOverride() ? asked.localSecondaryIndexOverride() : null),
                store.region());
        Runnable release = region.backups().use(backup);
        try {
            return RestoreTableFromBackupResponse.builder()
                    .tableDescription(restores(region)
                            .begin(
                                    asked.targetTableName(),
                                    declared,
                                    Restores.summary(backup.source().tableArn(), backup.arn(), backup.time()),
                                    visitor -> region.backups().items(backup, visitor),
                                    release))
                    .build();
        } catch (RuntimeException refused) {
            release.run();
            throw refused;
        }
    }

    private CreateBackupResponse create(RegionStore store, CreateBackupRequest asked) {
        if (asked.backupName() == null || !asked.backupName().matches("[a-zA-Z0-9_.-]{3,255}")) {
            throw AwsError.validation("BackupName must have 3 to 255 characters of a-z, A-Z, 0-9, _, - and .; given: "
                    + asked.backupName());
        }
        Region region = region(store);
        Table table = ContinuousBackups.table(region.store(), asked.tableName());
        return CreateBackupResponse.builder()
                .backupDetails(
                        region.backups().create(table, asked.backupName()).details())
                .build();
    }

    private DescribeBackupResponse describeBackup(RegionStore store, DescribeBackupRequest asked) {
        return DescribeBackupResponse.builder()
                .backupDescription(
                        region(store).backups().find(asked.backupArn()).description())
                .build();
    }

    private ListBackupsResponse list(RegionStore store, ListBackupsRequest asked) {
        int limit = asked.limit() == null ? LISTED : asked.limit();
        if (limit < 1 || limit > LISTED) {
            throw AwsError.validation("Limit must be between 1 and " + LISTED + "; given: " + limit);
        }
        List<BackupDocument> following = region(store).backups().all().stream()
                .filter(backup -> isWanted(backup, asked))
                .sorted(Comparator.comparing(BackupDocument::arn))
                .filter(backup -> asked.exclusiveStartBackupArn() == null
                        || backup.arn().compareTo(asked.exclusiveStartBackupArn()) > 0)
                .toList();
        List<BackupDocument> page = following.subList(0, Math.min(limit, following.size()));
        return ListBackupsResponse.builder()
                .backupSummaries(page.stream().map(BackupDocument::summary).toList())
                .lastEvaluatedBackupArn(
                        page.size() < following.size() ? page.getLast().arn() : null)
                .build();
    }

    private static boolean isWanted(BackupDocument backup, ListBackupsRequest asked) {
        BackupTypeFilter type = asked.backupType();
        String wanted = type == null ? BackupType.USER.toString() : type.toString();
        boolean ofType = type == BackupTypeFilter.ALL || wanted.equals(backup.type());
        return ofType
                && (asked.tableName() == null
                        || Tables.name(asked.tableName()).equals(backup.source().tableName()))
                && (asked.timeRangeLowerBound() == null || !backup.time().isBefore(asked.timeRangeLowerBound()))
                && (asked.timeRangeUpperBound() == null || backup.time().isBefore(asked.timeRangeUpperBound()));
    }

    private DeleteBackupResponse delete(RegionStore store, DeleteBackupRequest asked) {
        return DeleteBackupResponse.builder()
                .backupDescription(
                        region(store).backups().delete(asked.backupArn()).description())
                .build();
    }

    private Region region(RegionStore store) {
        return regions.apply(store.region());
    }

    private static Restores restores(Region region) {
        return new Restores(region.store(), region.tasks());
    }

    /** @throws AwsError ValidationException for what is no table ARN */
    private static String regionOf(@Nullable String tableArn) {
        String[] parts = String.valueOf(tableArn).split(":", 6);
        if (parts.length != 6 || !parts[2].equals("dynamodb")) {
            throw AwsError.validation("Invalid table ARN: " + tableArn);
        }
        return parts[3];
    }
}
