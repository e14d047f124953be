package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command as a user types it. */
@Timeout(60)
class DaxCommandTest {
    @ParameterizedTest
    @CsvSource({
        "--nodes, 12, a DAX cluster has 1 to 11 nodes; given: 12",
        "--record-ttl-millis, -1, a TTL is zero or more",
        "--cache-mib, 0, cache bytes are at least 1048576; given: 0",
        "--port, 70000, port is 0 to 65535; given: 70000",
    })
    void aWrongValueIsToldWithWhatIsAllowed(String option, String value, String told) {
        StringWriter err = new StringWriter();
        int exit = new CommandLine(new DaxCommand())
                .setErr(new PrintWriter(err))
                .execute("--endpoint", "http://127.0.0.1:1", option, value);
        assertEquals(2, exit);
        assertTrue(err.toString().contains(told), err.toString());
    }

    @Test
    void itPrintsWhereClientsConnectAndServesUntilItIsStopped() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        StringWriter out = new StringWriter() {
            @Override
            public void flush() {
                lines.addAll(toString().lines().toList());
            }
        };
        Thread command = Thread.ofPlatform()
                .start(() -> new CommandLine(new DaxCommand())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute(
                                "--endpoint", "http://127.0.0.1:1", "--port", "0", "--tls-port", "-1", "--nodes", "3"));
        String url = lines.poll(30, TimeUnit.SECONDS);
        assertTrue(url != null && url.startsWith("dax "), String.valueOf(url));
        int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
        try (RawClient client = new RawClient(port)) {
            CborReader answer = client.call(RawClient.request(Method.ENDPOINTS));
            assertEquals(0, answer.readArray());
            assertEquals(3, answer.readArray());
        }
        command.interrupt();
        assertTrue(command.join(Duration.ofSeconds(20)));
    }
}
