package dev.penstock.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The cloud assembly of stage local, synthesized once for all system tests, from the classes under test. */
final class Stage {
    private Stage() {}

    /** On first use, so that tests of other stages need not wait for it. */
    private static final class Local {
        private static final Path DIRECTORY = local("local", Map.of());
    }

    static Path local() {
        return Local.DIRECTORY;
    }

    /**
     * Stage local with other settings.
     *
     * @param settings by context key, such as {@code penstock:activeRegion}
     */
    static Path local(String name, Map<String, String> settings) {
        return synthesize(Path.of("target", "cdk.out", name), classPath(), settings);
    }

    /** The class path of this JVM. */
    static String classPath() {
        // Surefire keeps the class path out of java.class.path, which names only its own jar.
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /**
     * Synthesizes stage local.
     *
     * @param directory to write it to
     * @param classPath of the app
     * @param settings by context key
     */
    static Path synthesize(Path directory, String classPath, Map<String, String> settings) {
        try {
            var mapper = new ObjectMapper();
            var context = (ObjectNode) mapper.readTree(new File("cdk.json")).path("context");
            context.put("stage", "local");
            settings.forEach(context::put);
            Path log = Files.createDirectories(directory.getParent()).resolve(directory.getFileName() + "-synth.log");
            var process = new ProcessBuilder(List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "dev.penstock.infra.InfraApp"));
            process.environment().put("CLASSPATH", classPath);
            process.environment().put("CDK_OUTDIR", directory.toAbsolutePath().toString());
            process.environment().put("CDK_CONTEXT_JSON", mapper.writeValueAsString(context));
            process.environment().put("CDK_VALIDATION", "false");
            var started = process.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!started.waitFor(4, TimeUnit.MINUTES) || started.exitValue() != 0) {
                started.destroyForcibly();
                throw new IllegalStateException("stage local was not synthesized; see " + log);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
