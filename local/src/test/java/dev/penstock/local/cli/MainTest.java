package dev.penstock.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    static List<String> commands() {
        return List.copyOf(Main.commandLine().getSubcommands().keySet());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpAndADescription(String command) {
        var help = command.equals("help") ? new String[] {"help"} : new String[] {command, "--help"};
        assertEquals(0, commandLine.execute(help), err.toString());
        assertTrue(out.toString().contains("Usage: penstock"), out.toString());
        assertFalse(Main.commandLine()
                        .getSubcommands()
                        .get(command)
                        .getCommandSpec()
                        .usageMessage()
                        .description()
                        .length
                == 0);
    }

    @Test
    void aWrongOptionIsExitCode2() {
        assertEquals(2, commandLine.execute("up", "--colour"));
        assertTrue(err.toString().contains("--colour"));
    }

    @Test
    void aPortInUseIsOneLineWithTheOptionThatChangesIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int code = commandLine.execute("up", "--in-memory", "--dax-port", "0", "--port", "" + taken.getLocalPort());
            assertEquals(1, code);
            assertEquals(
                    "penstock: port " + taken.getLocalPort() + " is in use; choose another with --port PORT",
                    err.toString().strip());
        }
    }

    @Test
    void aMissingAssemblyIsOneLine() {
        upFrom(Path.of("/nonexistent"), "manifest.json is missing");
    }

    @Test
    void aBrokenAssemblyIsOneLineThatSaysWhatToDo(@TempDir Path home) throws Exception {
        Path assembly = Files.createDirectories(home.resolve("cdk.out/local"));
        Files.writeString(assembly.resolve("manifest.json"), "{\"version\": ");
        upFrom(home, "delete the folder and start again");
    }

    private void upFrom(Path home, String expected) {
        String before = System.getProperty("penstock.home");
        System.setProperty("penstock.home", home.toString());
        try {
            assertEquals(1, commandLine.execute("up", "--in-memory", "--port", "0", "--dax-port", "0"));
            assertEquals(1, err.toString().strip().lines().count(), err.toString());
            assertTrue(err.toString().contains(expected), err.toString());
        } finally {
            if (before == null) {
                System.clearProperty("penstock.home");
            } else {
                System.setProperty("penstock.home", before);
            }
        }
    }
}
