package dev.penstock.local.regions;

import dev.penstock.local.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableWitnessDescription;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.WitnessStatus;

/**
 * The regions of a global table, as its description in one of them tells.
 *
 * @param all regions that hold a replica, the describing one included
 * @param witness region that holds no replica and votes; of a strongly consistent table with two replicas
 */
record Members(Set<String> all, Optional<String> witness, boolean strong) {
    private static final String VERSION = "2019.11.21";

    static Members of(Table table, String region) {
        TableDescription description = table.description();
        Set<String> all = new TreeSet<>(Set.of(region));
        description.replicas().forEach(replica -> all.add(replica.regionName()));
        return new Members(
                all,
                description.globalTableWitnesses().stream().findFirst().map(GlobalTableWitnessDescription::regionName),
                isStrong(table));
    }

    static boolean isStrong(Table table) {
        return table.description().multiRegionConsistency() == MultiRegionConsistency.STRONG;
    }

    boolean isGlobal() {
        return all.size() > 1;
    }

    Members with(String region) {
        Set<String> more = new TreeSet<>(all);
        more.add(region);
        return new Members(more, witness, strong);
    }

    Members without(String region) {
        Set<String> fewer = new TreeSet<>(all);
        fewer.remove(region);
        return new Members(fewer, witness, strong);
    }

    /** As DescribeTable shows them in {@code region}: the others, with the settings they had. */
    TableDescription describe(TableDescription table, String region) {
        List<ReplicaDescription> others = all.stream()
                .filter(member -> !member.equals(region))
                .map(member -> known(table, member).toBuilder()
                        .regionName(member)
                        .replicaStatus(ReplicaStatus.ACTIVE)
                        .build())
                .toList();
        TableDescription.Builder described = table.toBuilder()
                .replicas(others.isEmpty() ? null : others)
                .globalTableVersion(others.isEmpty() ? null : VERSION);
        if (strong) {
            described.multiRegionConsistency(MultiRegionConsistency.STRONG);
            witness.ifPresent(name -> described.globalTableWitnesses(GlobalTableWitnessDescription.builder()
                    .regionName(name)
                    .witnessStatus(WitnessStatus.ACTIVE)
                    .build()));
        } else {
            described
                    .multiRegionConsistency((MultiRegionConsistency) null)
                    .globalTableWitnesses((List<GlobalTableWitnessDescription>) null);
        }
        return described.build();
    }

    private static ReplicaDescription known(TableDescription table, String region) {
        return table.replicas().stream()
                .filter(replica -> region.equals(replica.regionName()))
                .findFirst()
                .orElseGet(() -> ReplicaDescription.builder().build());
    }
}
