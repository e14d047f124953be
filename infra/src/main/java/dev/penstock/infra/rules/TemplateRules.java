package dev.penstock.infra.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** All rules, and how a template is checked against them. */
public final class TemplateRules {

    private static final List<TemplateRule> ALL = Stream.of(
                    TableRules.RULES, StreamRules.RULES, DaxRules.RULES, ScheduleRules.RULES, StateMachineRules.RULES)
            .flatMap(List::stream)
            .toList();

    private TemplateRules() {}

    /**
     * The faults of a template.
     *
     * @param stack its name, for the messages
     * @return a line each: stack, resource, rule, what is wrong and what is allowed; empty if all is well
     */
    public static List<String> check(String stack, JsonNode template) {
        return template.path("Resources").properties().stream()
                .flatMap(resource ->
                        ALL.stream().flatMap(rule -> rule.check(stack, resource.getKey(), resource.getValue())))
                .toList();
    }

    /** The names of all rules. */
    static List<String> names() {
        return ALL.stream().map(TemplateRule::name).toList();
    }

    /** The elements of an array; none if it is missing. */
    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** One fault if something does not hold. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in no library this module uses
    static Stream<String> unless(boolean holds, String fault, Object... values) {
        return holds ? Stream.empty() : Stream.of(fault.formatted(values));
    }
}
