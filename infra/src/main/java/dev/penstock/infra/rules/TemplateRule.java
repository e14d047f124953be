package dev.penstock.infra.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A rule for resources of one type.
 *
 * @param name kebab-case, also the name of the fixture that breaks it
 * @param type the CloudFormation type that it is about
 * @param faults what is wrong with a resource's properties, a sentence each
 */
record TemplateRule(String name, String type, Function<JsonNode, Stream<String>> faults) {

    Stream<String> check(String stack, String id, JsonNode resource) {
        if (!resource.path("Type").asText().equals(type)) {
            return Stream.empty();
        }
        return faults.apply(resource.path("Properties"))
                .map(fault -> "%s/%s breaks rule %s: %s".formatted(stack, id, name, fault));
    }
}
