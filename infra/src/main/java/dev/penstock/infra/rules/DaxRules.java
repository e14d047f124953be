package dev.penstock.infra.rules;

import static dev.penstock.infra.rules.TemplateRules.unless;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** DAX: values that its resource types take as plain strings and maps. */
final class DaxRules {

    private static final List<String> PARAMETERS = List.of("query-ttl-millis", "record-ttl-millis");

    static final List<TemplateRule> RULES = List.of(
            new TemplateRule("dax-endpoint-encryption", "AWS::DAX::Cluster", DaxRules::encryption),
            new TemplateRule("dax-parameter", "AWS::DAX::ParameterGroup", DaxRules::parameters));

    private DaxRules() {}

    private static Stream<String> encryption(JsonNode cluster) {
        String type = cluster.path("ClusterEndpointEncryptionType").asText("NONE");
        return unless(
                List.of("NONE", "TLS").contains(type),
                "ClusterEndpointEncryptionType is '%s': allowed are NONE, TLS",
                type);
    }

    private static Stream<String> parameters(JsonNode group) {
        return group.path("ParameterNameValues").properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !PARAMETERS.contains(name))
                .map(name -> "parameter '%s' is unknown: allowed are %s".formatted(name, PARAMETERS));
    }
}
