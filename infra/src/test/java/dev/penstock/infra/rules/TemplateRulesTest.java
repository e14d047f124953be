package dev.penstock.infra.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that nothing breaks proves nothing: each has a template that breaks it, and it alone. */
class TemplateRulesTest {

    private static final Path FIXTURES = Path.of("infra/src/test/resources/rules");
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<String> rules() {
        return TemplateRules.names();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void isBrokenByItsFixture(String rule) throws IOException {
        JsonNode template = JSON.readTree(FIXTURES.resolve(rule + ".json").toFile());

        assertEquals(
                List.of(rule),
                TemplateRules.check("Fixture", template).stream()
                        .map(fault -> fault.replaceAll("Fixture/R breaks rule ([^:]+):.*", "$1"))
                        .toList());
    }

    @Test
    void everyFixtureHasItsRule() throws IOException {
        var fixtures = new TreeSet<String>();
        try (Stream<Path> files = Files.list(FIXTURES)) {
            files.forEach(file -> fixtures.add(file.getFileName().toString().replace(".json", "")));
        }

        assertEquals(new TreeSet<>(rules()), fixtures);
    }

    @Test
    void saysWhatIsWrongAndWhatIsAllowed() throws IOException {
        JsonNode template =
                JSON.readTree(FIXTURES.resolve("dax-endpoint-encryption.json").toFile());

        assertEquals(
                List.of("Dax/R breaks rule dax-endpoint-encryption: ClusterEndpointEncryptionType is 'SSL':"
                        + " allowed are NONE, TLS"),
                TemplateRules.check("Dax", template));
    }
}
