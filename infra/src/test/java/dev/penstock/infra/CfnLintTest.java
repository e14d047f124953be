package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** cfn-lint, another opinion than the CDK's own, where it is installed; elsewhere the test is reported as skipped. */
class CfnLintTest {

    private static final long LIMIT_SECONDS = 240;

    /** Whether the tool is installed and answers: a version manager's stub may be there without it. */
    private static boolean isInstalled() throws IOException, InterruptedException {
        boolean onPath = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "cfn-lint")));
        return onPath
                && run(
                                List.of("cfn-lint", "--version"),
                                Assembly.temporary("lint").resolve("version"))
                        == 0;
    }

    private static int run(List<String> command, Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("cfn-lint did not end in %d s".formatted(LIMIT_SECONDS));
        }
        return process.exitValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod-dax", "prod-away"})
    void findsNothing(String stage) throws IOException, InterruptedException {
        assumeTrue(isInstalled(), "cfn-lint is not installed: pip install cfn-lint");
        // W3005: a DependsOn that a reference implies already; the CDK writes both.
        var command = new ArrayList<>(List.of("cfn-lint", "--ignore-checks", "W3005", "--"));
        Assembly assembly = Assembly.of(stage);
        assembly.templates()
                .keySet()
                .forEach(stack -> command.add(
                        assembly.directory().resolve(stack + ".template.json").toString()));
        Path output = Assembly.temporary("lint").resolve("findings.txt");

        assertTrue(command.size() > 10, "templates to look at");
        assertEquals(0, run(command, output), () -> {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                return e.toString();
            }
        });
    }
}
