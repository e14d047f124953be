package dev.penstock.local.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableWitnessGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** The replicas of an {@code AWS::DynamoDB::GlobalTable}: made where they are missing, each with its own settings. */
record ReplicaSettings(DynamoDbClient home, TableDescription table, Resource resource, Target target) {

    void provision() {
        List<Properties> missing = new ArrayList<>();
        for (Properties replica : others()) {
            boolean present = table.replicas().stream()
                    .anyMatch(known -> replica.string("Region").equals(known.regionName()));
            if (!present) {
                missing.add(replica);
            }
        }
        if (resource.properties().optional("MultiRegionConsistency").orElse("").equals("STRONG")) {
            if (!missing.isEmpty()) {
                makeStrong(missing);
            }
        } else {
            missing.forEach(this::make);
        }
        others().forEach(this::settle);
        resource.properties().objects("Replicas").forEach(this::protect);
    }

    /** A policy is kept and answered; nobody is refused here, as there is one account. */
    private void protect(Properties replica) {
        if (!replica.has("ResourcePolicy")) {
            return;
        }
        DynamoDbClient there = target.clients().apply(replica.string("Region")).of(DynamoDbClient.class);
        target.ifSimulated(
                resource.type() + ".Replicas.ResourcePolicy",
                () -> there.putResourcePolicy(put -> put.resourceArn(
                                there.describeTable(describe -> describe.tableName(table.tableName()))
                                        .table()
                                        .tableArn())
                        .policy(Json.write(replica.object("ResourcePolicy")
                                .object("PolicyDocument")
                                .values()))));
    }

    private List<Properties> others() {
        return resource.properties().objects("Replicas").stream()
                .filter(replica -> !replica.string("Region").equals(resource.region()))
                .toList();
    }

    /** One region at a time, as DynamoDB takes them. */
    private void make(Properties replica) {
        home.updateTable(request -> request.tableName(table.tableName()).replicaUpdates(creation(replica)));
    }

    /** All at once, as DynamoDB takes these. */
    private void makeStrong(List<Properties> missing) {
        home.updateTable(request -> request.tableName(table.tableName())
                .multiRegionConsistency(MultiRegionConsistency.STRONG)
                .replicaUpdates(missing.stream().map(ReplicaSettings::creation).toList())
                .globalTableWitnessUpdates(resource.properties().objects("GlobalTableWitnesses").stream()
                        .map(witness -> GlobalTableWitnessGroupUpdate.builder()
                                .create(create -> create.regionName(witness.string("Region")))
                                .build())
                        .toList()));
    }

    private static ReplicationGroupUpdate creation(Properties replica) {
        return ReplicationGroupUpdate.builder()
                .create(create -> create.regionName(replica.string("Region"))
                        .kmsMasterKeyId(replica.object("SSESpecification")
                                .optional("KMSMasterKeyId")
                                .orElse(null))
                        .tableClassOverride(replica.optional("TableClass").orElse(null)))
                .build();
    }

    private void settle(Properties replica) {
        DynamoDbClient there = target.clients().apply(replica.string("Region")).of(DynamoDbClient.class);
        String name = table.tableName();
        GlobalTableProvisioner.updateRecovery(there, name, replica);
        TableDescription described =
                there.describeTable(describe -> describe.tableName(name)).table();
        if (replica.has("DeletionProtectionEnabled")
                && replica.is("DeletionProtectionEnabled")
                        != Boolean.TRUE.equals(described.deletionProtectionEnabled())) {
            there.updateTable(update ->
                    update.tableName(name).deletionProtectionEnabled(replica.is("DeletionProtectionEnabled")));
        }
        Map<String, String> tags = replica.tags();
        if (!tags.isEmpty()) {
            there.tagResource(request -> request.resourceArn(described.tableArn())
                    .tags(tags.entrySet().stream()
                            .map(tag -> Tag.builder()
                                    .key(tag.getKey())
                                    .value(tag.getValue())
                                    .build())
                            .toList()));
        }
        if (replica.has("ContributorInsightsSpecification")) {
            target.withoutEffect().accept(resource.type() + ".Replicas.ContributorInsightsSpecification");
        }
    }
}
