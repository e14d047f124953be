package dev.penstock.local.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.cli.Main;
import dev.penstock.local.store.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two runtimes on one data folder would write over each other's journal: the second is refused. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FolderLockTest {
    @TempDir
    Path home;

    private Path data;

    @BeforeEach
    void anEmptyAssembly() throws IOException {
        data = home.resolve("data");
        Files.writeString(Files.createDirectories(home.resolve("cdk.out")).resolve("local"), "{\"Resources\": {}}");
    }

    @Test
    void aSecondRuntimeOfTheSameProcessIsRefused() {
        try (var first = start()) {
            assertRefused();
            assertEquals("ready", first.status());
        }
        start().close();
    }

    /** The refusal within this process comes first: it must not give up what the operating system holds. */
    @Test
    void aSecondRuntimeOfAnotherProcessIsRefusedInOneLine() throws Exception {
        try (var _ = start()) {
            assertRefused();
            Process second = up();
            try (BufferedReader error = second.errorReader()) {
                assertEquals(
                        "penstock: " + data + " is in use by another runtime; choose another with --data DIR,"
                                + " or --in-memory",
                        String.join("\n", error.lines().toList()));
            }
            assertEquals(1, second.waitFor());
        }
    }

    @Test
    void aKilledProcessLeavesTheFolderFree() throws Exception {
        Process first = up();
        try (BufferedReader lines = first.inputReader()) {
            assertTrue(String.valueOf(lines.readLine()).startsWith("{"), "ready");
            assertRefused();
        } finally {
            first.destroyForcibly().waitFor();
        }
        start().close();
    }

    private LocalRuntime start() {
        return LocalRuntime.start(Options.inMemory().withDataDirectory(data));
    }

    private void assertRefused() {
        assertThrows(FolderInUseException.class, this::start);
    }

    private Process up() throws IOException {
        var up = ChildJvm.of(Main.class, "up", "--data", data.toString(), "--port", "0", "--dax-port", "0", "--json");
        up.command().add(1, "-Dpenstock.home=" + home);
        return up.start();
    }
}
