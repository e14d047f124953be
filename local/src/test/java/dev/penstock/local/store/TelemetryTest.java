package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Amazon DynamoDB Local reports its use to AWS unless told not to. In a JVM that notes every host name which is looked
 * up, the runtime looks up none but this machine; the engine left to itself does, so the note would show it.
 */
class TelemetryTest {
    @TempDir
    Path folder;

    @Test
    void theRuntimeTalksToNobody() throws Exception {
        Set<String> own = Set.of("localhost", InetAddress.getLocalHost().getHostName());
        assertEquals(
                List.of(),
                lookups("runtime").stream().filter(host -> !own.contains(host)).toList());
    }

    @Test
    void theEngineAloneWould() throws Exception {
        assertTrue(
                lookups("engine").stream().anyMatch(host -> host.endsWith("amazonaws.com")),
                "with telemetry on there is nothing to see: the test beside this one shows nothing");
    }

    private List<String> lookups(String what) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve("java.net.spi.InetAddressResolverProvider"), LookupRecorder.class.getName());
        Path out = folder.resolve(what + ".txt");
        ProcessBuilder child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        folder + File.pathSeparator + ChildJvm.classPath(),
                        TelemetryChild.class.getName(),
                        what)
                .directory(folder.toFile()) // where the engine leaves a file that says so
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        child.environment().remove("DDB_LOCAL_TELEMETRY"); // which this build sets: users' shells do not
        Process started = child.start();
        assertTrue(started.waitFor(120, TimeUnit.SECONDS), "ends");
        String text = Files.readString(out, StandardCharsets.UTF_8);
        assertEquals(0, started.exitValue(), text);
        return text.lines()
                .filter(line -> line.startsWith("LOOKED UP "))
                .map(line -> line.substring("LOOKED UP ".length()))
                .toList();
    }
}
