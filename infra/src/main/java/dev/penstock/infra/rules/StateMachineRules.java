package dev.penstock.infra.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** State machines of Step Functions whose definition is plain text. */
final class StateMachineRules {

    static final List<TemplateRule> RULES = List.of(
            new TemplateRule("next-state-missing", "AWS::StepFunctions::StateMachine", StateMachineRules::nextStates));

    private StateMachineRules() {}

    private static Stream<String> nextStates(JsonNode machine) {
        JsonNode definition = machine.path("DefinitionString");
        if (!definition.isTextual()) {
            return Stream.empty();
        }
        try {
            JsonNode machineDefinition = new ObjectMapper().readTree(definition.asText());
            Set<String> targets = new TreeSet<>(machineDefinition.findValuesAsText("Next"));
            targets.addAll(machineDefinition.findValuesAsText("Default"));
            machineDefinition
                    .findValues("States")
                    .forEach(states -> states.fieldNames().forEachRemaining(targets::remove));
            return targets.stream().map("state %s does not exist"::formatted);
        } catch (JsonProcessingException e) {
            return Stream.of("DefinitionString is no JSON: " + e.getOriginalMessage());
        }
    }
}
