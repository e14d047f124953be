package dev.penstock.local.regions;

import software.amazon.awssdk.services.dynamodb.model.CreateReplicationGroupMemberAction;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateReplicationGroupMemberAction;

/** The settings of one replica that UpdateTable takes: key, table class, throughput. */
final class ReplicaSettings {
    private ReplicaSettings() {}

    static ReplicaDescription of(CreateReplicationGroupMemberAction asked) {
        ReplicaDescription.Builder settings = ReplicaDescription.builder().kmsMasterKeyId(asked.kmsMasterKeyId());
        if (asked.tableClassOverride() != null) {
            settings.replicaTableClassSummary(summary -> summary.tableClass(asked.tableClassOverride()));
        }
        return settings.provisionedThroughputOverride(asked.provisionedThroughputOverride())
                .onDemandThroughputOverride(asked.onDemandThroughputOverride())
                .build();
    }

    static ReplicaDescription of(UpdateReplicationGroupMemberAction asked) {
        ReplicaDescription.Builder settings = ReplicaDescription.builder().kmsMasterKeyId(asked.kmsMasterKeyId());
        if (asked.tableClassOverride() != null) {
            settings.replicaTableClassSummary(summary -> summary.tableClass(asked.tableClassOverride()));
        }
        return settings.provisionedThroughputOverride(asked.provisionedThroughputOverride())
                .onDemandThroughputOverride(asked.onDemandThroughputOverride())
                .build();
    }

    /** What is given instead of what was. */
    static ReplicaDescription join(ReplicaDescription before, ReplicaDescription given) {
        ReplicaDescription.Builder joined = before.toBuilder();
        if (given.kmsMasterKeyId() != null) {
            joined.kmsMasterKeyId(given.kmsMasterKeyId());
        }
        if (given.replicaTableClassSummary() != null) {
            joined.replicaTableClassSummary(given.replicaTableClassSummary());
        }
        if (given.provisionedThroughputOverride() != null) {
            joined.provisionedThroughputOverride(given.provisionedThroughputOverride());
        }
        if (given.onDemandThroughputOverride() != null) {
            joined.onDemandThroughputOverride(given.onDemandThroughputOverride());
        }
        return joined.build();
    }
}
