package dev.penstock.infra.rules;

import static dev.penstock.infra.rules.TemplateRules.elements;
import static dev.penstock.infra.rules.TemplateRules.unless;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tables: what CloudFormation or DynamoDB refuses, and what leaves data unprotected. */
final class TableRules {

    private static final String GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable";
    private static final int MOST_KEYS_OF_A_KIND = 4;

    static final List<TemplateRule> RULES = List.of(
            new TemplateRule("key-without-attribute-definition", GLOBAL_TABLE, TableRules::undefinedKeys),
            new TemplateRule("attribute-definition-without-key", GLOBAL_TABLE, TableRules::unusedDefinitions),
            new TemplateRule("provisioned-without-throughput", GLOBAL_TABLE, TableRules::throughput),
            new TemplateRule("replicas-without-stream", GLOBAL_TABLE, TableRules::replicaStream),
            new TemplateRule("replica-region-twice", GLOBAL_TABLE, TableRules::regions),
            new TemplateRule("index-with-too-many-keys", GLOBAL_TABLE, TableRules::indexKeys),
            new TemplateRule("strong-consistency-with-ttl", GLOBAL_TABLE, TableRules::strongWithTtl),
            new TemplateRule("strong-consistency-with-local-index", GLOBAL_TABLE, TableRules::strongWithLocalIndex),
            new TemplateRule("witness-without-strong-consistency", GLOBAL_TABLE, TableRules::witness),
            new TemplateRule("ttl-without-attribute", GLOBAL_TABLE, TableRules::ttlAttribute),
            new TemplateRule("replica-recovers-for-less-time", GLOBAL_TABLE, TableRules::recovery),
            new TemplateRule("import-format", "AWS::DynamoDB::Table", TableRules::importFormat));

    private TableRules() {}

    private static Stream<JsonNode> schemas(JsonNode table) {
        return Stream.concat(
                Stream.of(table.path("KeySchema")),
                Stream.concat(
                                elements(table.path("GlobalSecondaryIndexes")),
                                elements(table.path("LocalSecondaryIndexes")))
                        .map(index -> index.path("KeySchema")));
    }

    private static Set<String> keys(JsonNode table) {
        return schemas(table)
                .flatMap(TemplateRules::elements)
                .map(key -> key.path("AttributeName").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> definitions(JsonNode table) {
        return elements(table.path("AttributeDefinitions"))
                .map(definition -> definition.path("AttributeName").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> undefinedKeys(JsonNode table) {
        var missing = keys(table);
        missing.removeAll(definitions(table));
        return unless(missing.isEmpty(), "keys %s have no AttributeDefinitions", missing);
    }

    private static Stream<String> unusedDefinitions(JsonNode table) {
        var unused = definitions(table);
        unused.removeAll(keys(table));
        return unless(unused.isEmpty(), "AttributeDefinitions %s are keys of nothing", unused);
    }

    private static Stream<String> throughput(JsonNode table) {
        return unless(
                !table.path("BillingMode").asText("PROVISIONED").equals("PROVISIONED")
                        || table.has("WriteProvisionedThroughputSettings"),
                "BillingMode PROVISIONED, the default, needs WriteProvisionedThroughputSettings");
    }

    private static Stream<String> replicaStream(JsonNode table) {
        String view = table.path("StreamSpecification").path("StreamViewType").asText("none");
        boolean eventual = !isStrong(table) && table.path("Replicas").size() > 1;
        return unless(
                !eventual || view.equals("NEW_AND_OLD_IMAGES"),
                "StreamViewType is %s: replicas need NEW_AND_OLD_IMAGES",
                view);
    }

    private static Stream<String> regions(JsonNode table) {
        var seen = new HashSet<String>();
        return elements(table.path("Replicas"))
                .map(replica -> replica.path("Region").asText())
                .filter(region -> !seen.add(region))
                .map("replica region %s is there twice"::formatted);
    }

    private static Stream<String> indexKeys(JsonNode table) {
        return elements(table.path("GlobalSecondaryIndexes"))
                .flatMap(index -> Stream.of("HASH", "RANGE").flatMap(kind -> {
                    long count = elements(index.path("KeySchema"))
                            .filter(key -> key.path("KeyType").asText().equals(kind))
                            .count();
                    return unless(
                            count <= MOST_KEYS_OF_A_KIND,
                            "index %s has %d %s keys: allowed are at most %d",
                            index.path("IndexName").asText(),
                            count,
                            kind,
                            MOST_KEYS_OF_A_KIND);
                }));
    }

    private static boolean isStrong(JsonNode table) {
        return table.path("MultiRegionConsistency").asText().equals("STRONG");
    }

    private static Stream<String> strongWithTtl(JsonNode table) {
        return unless(
                !isStrong(table)
                        || !table.path("TimeToLiveSpecification")
                                .path("Enabled")
                                .asBoolean(),
                "MultiRegionConsistency STRONG has no TTL");
    }

    private static Stream<String> strongWithLocalIndex(JsonNode table) {
        return unless(
                !isStrong(table) || table.path("LocalSecondaryIndexes").isEmpty(),
                "MultiRegionConsistency STRONG has no local secondary indexes");
    }

    private static Stream<String> witness(JsonNode table) {
        return unless(
                table.path("GlobalTableWitnesses").isEmpty() || isStrong(table),
                "GlobalTableWitnesses need MultiRegionConsistency STRONG");
    }

    private static Stream<String> ttlAttribute(JsonNode table) {
        JsonNode ttl = table.path("TimeToLiveSpecification");
        return unless(
                !ttl.path("Enabled").asBoolean() || ttl.hasNonNull("AttributeName"),
                "TimeToLiveSpecification is enabled without AttributeName");
    }

    private static Stream<String> recovery(JsonNode table) {
        var periods = elements(table.path("Replicas"))
                .map(replica -> replica.path("PointInTimeRecoverySpecification"))
                .map(recovery -> recovery.path("PointInTimeRecoveryEnabled").asBoolean()
                        ? recovery.path("RecoveryPeriodInDays").asInt(35)
                        : 0)
                .collect(Collectors.toCollection(TreeSet::new));
        return unless(periods.size() <= 1, "replicas recover for %s days: allowed is the same for all", periods);
    }

    private static Stream<String> importFormat(JsonNode table) {
        JsonNode source = table.path("ImportSourceSpecification");
        String format = source.path("InputFormat").asText();
        return unless(
                source.isMissingNode() || List.of("CSV", "DYNAMODB_JSON", "ION").contains(format),
                "InputFormat is '%s': allowed are CSV, DYNAMODB_JSON, ION",
                format);
    }
}
