package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The app as the CDK command line starts it: a process of its own. */
class InfraAppTest {

    private static final long LIMIT_SECONDS = 240;

    private record Run(int exit, String output) {}

    private static Run run(boolean validate, Object... context) throws IOException, InterruptedException {
        var app = Assembly.context(context);
        Path output = Assembly.temporary("run").resolve("output.txt");
        var process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                InfraApp.class.getName());
        Map<String, String> environment = process.environment();
        environment.put("CDK_CONTEXT_JSON", new ObjectMapper().writeValueAsString(app));
        environment.put("CDK_OUTDIR", Assembly.temporary("out").toString());
        environment.put("JSII_DEPRECATED", "quiet");
        if (validate) {
            environment.remove("CDK_VALIDATION");
        } else {
            environment.put("CDK_VALIDATION", "false");
        }
        environment.keySet().removeIf(name -> name.startsWith("AWS_"));
        Process running = process.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!running.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            running.destroyForcibly();
            throw new AssertionError("no end after %d s: %s".formatted(LIMIT_SECONDS, Files.readString(output)));
        }
        return new Run(running.exitValue(), Files.readString(output));
    }

    /** The class path of this test, whether Maven started it or JUnit's own launcher with a loader for the tests. */
    private static String classPath() {
        return InfraApp.class.getClassLoader() instanceof URLClassLoader loader && loader.getURLs().length > 0
                ? Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    /** The CDK's validator with its default rules as errors, as cdk.json asks for: the slow gate. */
    @Test
    void allThatProdCanHavePassesTheStrictValidator() throws IOException, InterruptedException {
        Run run = run(true, "stage", "prod", "penstock:dax", "true", "penstock:importFlow", "true");

        assertEquals(0, run.exit(), run.output());
    }

    @Test
    void whatIsMissingIsSaidInOneLine() throws IOException, InterruptedException {
        Run run = run(false, "stage", "qa");

        assertEquals(1, run.exit(), run.output());
        assertTrue(
                run.output()
                        .lines()
                        .anyMatch(
                                "penstock: error: stage is 'qa': allowed are local, dev, prod (-c stage=dev)"::equals),
                run.output());
        assertTrue(run.output().lines().noneMatch(line -> line.contains("\tat ")), run.output());
    }
}
