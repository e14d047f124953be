package dev.penstock.local.recovery;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CreateReplicationGroupMemberAction;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaGlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The replicas of a table, removed and added one at a time. Whatever was done before is not done again. */
final class Replicas {
    private final DynamoDbClient home;
    private final Function<String, DynamoDbClient> regions;
    private final Progress progress;
    private final String table;

    /** @param regions the client of a region */
    Replicas(DynamoDbClient home, Function<String, DynamoDbClient> regions, Progress progress, String table) {
        this.home = home;
        this.regions = regions;
        this.progress = progress;
        this.table = table;
    }

    /** A replica with its key, which its own region always tells. */
    static ReplicaDescription withKey(ReplicaDescription replica, TableDescription there) {
        var encryption = there.sseDescription();
        return replica.kmsMasterKeyId() != null || encryption == null || encryption.sseType() != SSEType.KMS
                ? replica
                : replica.toBuilder()
                        .kmsMasterKeyId(encryption.kmsMasterKeyArn())
                        .build();
    }

    /** Its deletion protection included, which would refuse. */
    void remove(String region) {
        DynamoDbClient there = regions.apply(region);
        await(region, () -> {
            Optional<ReplicaDescription> replica = find(region);
            if (replica.isEmpty()) {
                return null;
            }
            if (replica.get().replicaStatus() != ReplicaStatus.ACTIVE) {
                return replica.get().replicaStatusAsString();
            }
            if (Boolean.TRUE.equals(there.describeTable(request -> request.tableName(table))
                    .table()
                    .deletionProtectionEnabled())) {
                there.updateTable(request -> request.tableName(table).deletionProtectionEnabled(false));
                return "protection goes off";
            }
            change(ReplicationGroupUpdate.builder().delete(delete -> delete.regionName(region)));
            return "DELETING";
        });
    }

    /** With its key, class and limits; its other settings are its region's. */
    void add(ReplicaDescription replica) {
        String region = replica.regionName();
        await(region, () -> {
            Optional<ReplicaDescription> now = find(region);
            if (now.isPresent()) {
                return now.get().replicaStatus() == ReplicaStatus.ACTIVE
                        ? null
                        : now.get().replicaStatusAsString();
            }
            change(ReplicationGroupUpdate.builder().create(like(replica)));
            return "CREATING";
        });
    }

    /** A table takes one change at a time. */
    private void await(String region, Supplier<@Nullable String> state) {
        progress.await("replica in " + region, () -> {
            try {
                return state.get();
            } catch (ResourceInUseException changing) {
                return "changing";
            }
        });
    }

    private void change(ReplicationGroupUpdate.Builder update) {
        home.updateTable(request -> request.tableName(table).replicaUpdates(update.build()));
    }

    private Optional<ReplicaDescription> find(String region) {
        return home.describeTable(request -> request.tableName(table)).table().replicas().stream()
                .filter(replica -> replica.regionName().equals(region))
                .findFirst();
    }

    private static CreateReplicationGroupMemberAction like(ReplicaDescription replica) {
        var action = CreateReplicationGroupMemberAction.builder()
                .regionName(replica.regionName())
                .kmsMasterKeyId(replica.kmsMasterKeyId())
                .provisionedThroughputOverride(replica.provisionedThroughputOverride())
                .onDemandThroughputOverride(replica.onDemandThroughputOverride());
        if (replica.replicaTableClassSummary() != null) {
            action.tableClassOverride(replica.replicaTableClassSummary().tableClass());
        }
        var indexes = replica.globalSecondaryIndexes().stream()
                .filter(index ->
                        index.provisionedThroughputOverride() != null || index.onDemandThroughputOverride() != null)
                .map(index -> ReplicaGlobalSecondaryIndex.builder()
                        .indexName(index.indexName())
                        .provisionedThroughputOverride(index.provisionedThroughputOverride())
                        .onDemandThroughputOverride(index.onDemandThroughputOverride())
                        .build())
                .toList();
        return indexes.isEmpty()
                ? action.build()
                : action.globalSecondaryIndexes(indexes).build();
    }
}
