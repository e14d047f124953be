package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What deploys is what was reviewed: every change of a template shows in the diff of a committed file.
 *
 * <p>{@code scripts/golden.sh} rewrites the files.
 */
class GoldenTemplatesTest {

    private static final Path GOLDEN = Path.of("infra/src/test/resources/golden");
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"local", "dev", "prod", "prod-dax", "prod-away"})
    void templatesAreTheCommittedOnes(String stage) throws IOException {
        Path directory = GOLDEN.resolve(stage);
        var templates = templates(stage);
        if (Boolean.getBoolean("golden.rewrite")) {
            rewrite(directory, stage);
        }
        var committed = new TreeSet<String>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> committed.add(file.getFileName().toString().replace(".json", "")));
        }
        assertEquals(committed, templates.keySet(), "stacks of stage " + stage + "; scripts/golden.sh rewrites");
        for (var template : templates.entrySet()) {
            assertEquals(
                    Files.readString(directory.resolve(template.getKey() + ".json")),
                    text(template.getValue()),
                    "stack %s of stage %s; scripts/golden.sh rewrites".formatted(template.getKey(), stage));
        }
    }

    /** Of a variant only what is not the same in prod. */
    private static SortedMap<String, JsonNode> templates(String stage) {
        var templates = new TreeMap<>(Assembly.of(stage).templates());
        if (stage.startsWith("prod-")) {
            templates
                    .entrySet()
                    .removeIf(template -> template.getValue()
                            .equals(Assembly.of("prod").templates().get(template.getKey())));
        }
        return templates;
    }

    private static void rewrite(Path directory, String stage) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        for (var template : templates(stage).entrySet()) {
            Files.writeString(directory.resolve(template.getKey() + ".json"), text(template.getValue()));
        }
    }

    /** The template without the hashes that follow from the code of the functions, not from the stacks. */
    static String text(JsonNode template) throws IOException {
        var printer = new DefaultPrettyPrinter()
                .withObjectIndenter(new DefaultIndenter(" ", "\n"))
                .withArrayIndenter(new DefaultIndenter(" ", "\n"));
        return JSON.writer(printer)
                        .writeValueAsString(template)
                        .replaceAll("\\b[0-9a-f]{64}\\b", "ASSET")
                        .replaceAll("(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}", "$1HASH")
                + "\n";
    }
}
