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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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

    /** Long before a cluster of the stacks would want it. */
    @Test
    void aDaxPortInUseIsOneLineToo() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(
                    1,
                    commandLine.execute("up", "--in-memory", "--port", "0", "--dax-port", "" + taken.getLocalPort()));
            assertEquals(
                    "penstock: port " + taken.getLocalPort() + " is in use; choose another with --dax-port PORT",
                    err.toString().strip());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redrive", "mails", "versions", "verify"})
    void aStageAndARuntimeExcludeEachOther(String command) {
        assertEquals(1, commandLine.execute(command, "--stage", "dev", "--endpoint", "http://localhost:1"));
        assertEquals(
                "penstock: --stage dev is on AWS, --endpoint http://localhost:1 is a local runtime: give one of them",
                err.toString().strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"redrive", "mails", "versions", "verify", "rebuild OrdersByStatus", "backfill OrdersReplication"
            })
    void noRuntimeIsOneLineThatSaysWhatToDo(String command) {
        var arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--endpoint", "http://localhost:1"));
        assertEquals(1, commandLine.execute(arguments.toArray(String[]::new)));
        assertEquals(
                "penstock: no runtime answers at http://localhost:1: start one with scripts/penstock up, or give --endpoint",
                err.toString().strip());
    }

    @Test
    void aDurationThatIsNoneSaysWhatIsAllowed() {
        assertEquals(2, commandLine.execute("mails", "--grace", "15"));
        assertTrue(
                err.toString().contains("'15' is no duration; allowed is ISO 8601, as PT15M (15 minutes), PT2H or P1D"),
                err.toString());
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
        from(home, () -> assertEquals(1, commandLine.execute("up", "--in-memory", "--port", "0", "--dax-port", "0")));
        assertEquals(1, err.toString().strip().lines().count(), err.toString());
        assertTrue(err.toString().contains(expected), err.toString());
    }

    private static void from(Path home, Runnable action) {
        String before = System.getProperty("penstock.home");
        System.setProperty("penstock.home", home.toString());
        try {
            action.run();
        } finally {
            if (before == null) {
                System.clearProperty("penstock.home");
            } else {
                System.setProperty("penstock.home", before);
            }
        }
    }
}
