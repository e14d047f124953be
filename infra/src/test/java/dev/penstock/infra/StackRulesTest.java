package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.infra.rules.TemplateRules;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"local", "dev", "prod", "prod-dax", "prod-away"})
    void noTemplateBreaksARule(String stage) {
        assertEquals(
                List.of(),
                Assembly.of(stage).templates().entrySet().stream()
                        .flatMap(template -> TemplateRules.check(template.getKey(), template.getValue()).stream())
                        .toList());
    }
}
