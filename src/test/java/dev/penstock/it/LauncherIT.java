package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/penstock} says, in one line, on a machine that lacks something: run on a tree that looks built. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherIT {
    private static final Path SCRIPT = Path.of("scripts", "penstock").toAbsolutePath();

    @TempDir
    private Path root;

    private Path script;

    @BeforeEach
    void aTreeThatLooksBuilt() throws IOException {
        Files.createDirectories(root.resolve("scripts"));
        script = Files.copy(SCRIPT, root.resolve("scripts/penstock"));
        assertTrue(script.toFile().setExecutable(true));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.writeString(root.resolve("cdk.json"), "{\"context\": {}}");
        for (String module : List.of("lambdas", "infra", "local")) {
            Files.createDirectories(root.resolve(module).resolve("src/main"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
        }
        Path made = Files.createDirectories(root.resolve("local/target/run/1"));
        Files.createFile(made.resolve("penstock-local.jar"));
        Files.writeString(root.resolve("local/target/.built"), made.toString());
    }

    @Test
    void noJdk25() throws Exception {
        var ran = run(Map.of("PENSTOCK_JDK", "/nonexistent"), "up");
        assertEquals(1, ran.exitCode());
        assertEquals(
                "penstock: no JDK 25 or newer found (looked at /nonexistent): install one, e.g. from"
                        + " https://adoptium.net, or name it by PENSTOCK_JDK",
                ran.text());
    }

    @Test
    void anOlderJdkIsNotTaken() throws Exception {
        Path old = Files.createDirectories(root.resolve("jdk-17/bin")).getParent();
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"");
        assertTrue(Files.createFile(old.resolve("bin/javac")).toFile().setExecutable(true));
        var ran = run(Map.of("PENSTOCK_JDK", old.toString()), "up");
        assertTrue(ran.text().startsWith("penstock: no JDK 25 or newer found"), ran.text());
    }

    @Test
    void noNode() throws Exception {
        Path tools = Files.createDirectories(root.resolve("tools"));
        for (String tool : List.of("bash", "dirname", "find", "sed", "readlink", "mkdir", "rm", "grep", "cat")) {
            Files.createSymbolicLink(tools.resolve(tool), onThePath(tool));
        }
        var ran = run(Map.of("PENSTOCK_JDK", System.getProperty("java.home"), "PATH", tools.toString()), "up");
        assertEquals(1, ran.exitCode());
        assertEquals(
                "penstock: Node is not on the PATH: synthesizing the stacks needs Node 22 or newer, from"
                        + " https://nodejs.org",
                ran.text());
    }

    @Test
    void aBuildThatIsUnderWayIsWaitedForAndNotDoneAgain() throws Exception {
        Path lock = Files.createDirectories(root.resolve("target/.building"));
        Files.writeString(
                lock.resolve("pid"), Long.toString(ProcessHandle.current().pid()));
        Path made = Files.createDirectories(root.resolve("local/target/run/2"));
        Files.delete(root.resolve("local/target/.built"));
        var waiting = start(Map.of("PENSTOCK_JDK", System.getProperty("java.home")), "--help");
        assertFalse(waiting.waitFor(2, TimeUnit.SECONDS), "it did not wait");

        // What the other build does at its end.
        Files.createFile(made.resolve("penstock-local.jar"));
        Files.writeString(root.resolve("local/target/.built"), made.toString());
        Files.delete(lock.resolve("pid"));
        Files.delete(lock);

        var ran = ended(waiting);
        assertFalse(ran.text().contains("building"), ran.text());
        assertFalse(Files.exists(lock));
    }

    @Test
    void theLockOfABuildThatDiedIsTakenOver() throws Exception {
        Path lock = Files.createDirectories(root.resolve("target/.building"));
        var gone = new ProcessBuilder(onThePath("rm").toString(), "--version").start();
        assertTrue(gone.waitFor(30, TimeUnit.SECONDS));
        Files.writeString(lock.resolve("pid"), Long.toString(gone.pid()));
        Files.delete(root.resolve("local/target/.built"));
        var ran = run(Map.of("PENSTOCK_JDK", System.getProperty("java.home")), "--help");
        assertTrue(ran.text().startsWith("building (log: "), ran.text());
        assertTrue(ran.text().contains("penstock: the build failed:"), ran.text()); // the tree has no Maven
    }

    private record Ran(int exitCode, String text) {}

    private Ran run(Map<String, String> environment, String... arguments) throws Exception {
        return ended(start(environment, arguments));
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        var builder = new ProcessBuilder(script.toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(environment);
        // The shell itself is found where the script's first line looks for it.
        builder.command().addFirst(onThePath("bash").toString());
        return builder.start();
    }

    private static Ran ended(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the launcher did not end");
        return new Ran(process.exitValue(), text.strip());
    }

    private static Path onThePath(String tool) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path file = Path.of(folder, tool);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new IllegalStateException(tool + " is not on the PATH");
    }
}
