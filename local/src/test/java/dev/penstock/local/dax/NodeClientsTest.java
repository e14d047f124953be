package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The two official Node clients, unmodified. They are installed under target/node-clients; where there is no Node, or
 * no way to the packages, the tests say so and are skipped.
 */
@Timeout(300)
class NodeClientsTest {
    private static final Path FOLDER =
            Path.of(Files.isDirectory(Path.of("local")) ? "local" : "", "target", "node-clients");
    private static EmbeddedDynamo dynamo;
    private static DaxServer server;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        assumeTrue(onPath("node") && onPath("npm"), "node or npm is not installed: the Node clients are not tested");
        Files.createDirectories(FOLDER);
        for (String file : List.of("package.json", "checks.cjs", "v2.cjs", "v3.cjs")) {
            try (InputStream in = NodeClientsTest.class.getResourceAsStream("/dax/" + file)) {
                Files.copy(in, FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!Files.isDirectory(FOLDER.resolve("node_modules/amazon-dax-client"))) {
            Run npm =
                    run(Map.of(), "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts");
            assumeTrue(npm.exit() == 0, "npm can't install the Node clients, they are not tested: " + npm.output());
        }
        dynamo = new EmbeddedDynamo();
        server = DaxServer.start(
                dynamo.client(),
                DaxSettings.defaults().withPorts(0, 0).withCredentials(DaxClients.CREDENTIALS),
                InstantSource.system());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            dynamo.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.cjs", "v3.cjs"})
    void worksPlain(String script) throws Exception {
        check(run(Map.of(), "node", script, server.url()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.cjs", "v3.cjs"})
    void worksEncrypted(String script) throws Exception {
        String certificate = server.certificate().orElseThrow().toString();
        check(run(Map.of("NODE_EXTRA_CA_CERTS", certificate), "node", script, server.tlsUrl()));
    }

    private static void check(Run run) {
        assertEquals(0, run.exit(), run.output());
        assertTrue(run.output().lines().filter(line -> line.startsWith("ok ")).count() >= 9, run.output());
    }

    private record Run(int exit, String output) {}

    private static Run run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("penstock-node", ".log");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(120, TimeUnit.SECONDS);
            return new Run(ended ? process.exitValue() : -1, Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
