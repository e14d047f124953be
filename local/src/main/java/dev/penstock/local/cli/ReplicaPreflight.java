package dev.penstock.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * Compares the replicas that the settings want with those that the tables have, before a deployment starts: CloudFormation
 * adds or removes one replica of a table in an update and would fail half way (CloudFormation User Guide,
 * AWS::DynamoDB::GlobalTable); those of a strongly consistent table not at all.
 *
 * @param prefix of the stage's table names
 * @param home the primary region
 * @param replicas the other regions that the settings want
 */
record ReplicaPreflight(Catalog catalog, String prefix, String home, List<String> replicas) {

    /** The other regions that a stage wants, by cdk.json. */
    static List<String> replicaRegions(Path cdkJson, String stage) throws IOException {
        List<String> regions = new ArrayList<>();
        JsonNode wanted = new ObjectMapper()
                .readTree(cdkJson.toFile())
                .path("context")
                .path("penstock:" + stage)
                .path("replicaRegions");
        if (wanted.isTextual() && !wanted.asText().isEmpty()) {
            return List.of(wanted.asText().split(",", -1));
        }
        wanted.forEach(region -> regions.add(region.asText()));
        return regions;
    }

    /**
     * What a deployment would stumble over; empty when it can start.
     *
     * @param client of the primary region
     */
    List<String> problems(DynamoDbClient client) {
        List<String> problems = new ArrayList<>();
        for (Table table : catalog.allTables()) {
            if (table.isGlobal()) {
                problems.addAll(problems(client, table));
            }
        }
        return problems;
    }

    private List<String> problems(DynamoDbClient client, Table table) {
        String name = prefix + table.name();
        Set<String> present = new TreeSet<>(Set.of(home));
        try {
            client.describeTable(describe -> describe.tableName(name)).table().replicas().stream()
                    .map(ReplicaDescription::regionName)
                    .forEach(present::add);
        } catch (ResourceNotFoundException first) {
            // Made by this deployment, with all its replicas at once.
            return List.of();
        }
        Set<String> wanted = new TreeSet<>(replicas);
        wanted.add(home);
        Set<String> added = new TreeSet<>(wanted);
        added.removeAll(present);
        Set<String> removed = new TreeSet<>(present);
        removed.removeAll(wanted);
        if (table.replicas() == Table.Replicas.STRONG && !(added.isEmpty() && removed.isEmpty())) {
            return List.of(
                    "table %s is strongly consistent over %s; the settings want %s: its replicas can't be changed"
                            .formatted(name, present, wanted));
        }
        if (added.size() + removed.size() > 1) {
            Set<String> next = new TreeSet<>(present);
            if (removed.isEmpty()) {
                next.add(added.iterator().next());
            } else {
                next.remove(removed.iterator().next());
            }
            next.remove(home);
            return List.of(
                    "table %s is in %s; the settings want %s: one replica is added or removed in a deployment, so deploy first with replicaRegions %s"
                            .formatted(name, present, wanted, next));
        }
        return List.of();
    }
}
