package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code demo dax}, in a second that does not pass: so the table's units of a second are all there are. */
@Timeout(120)
class HotSessionTest {
    private static final int READS = 200;
    private static final int THREADS = 4;
    private static final int UNITS = 10;

    @Test
    void aHotSessionCongestsTheTableWithoutDaxAndNotWithIt() throws Exception {
        var clock = InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z"));
        var text = new ByteArrayOutputStream();
        try (var runtime = LocalRuntime.start(Options.inMemory().withClock(clock));
                var out = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            var played = new HotSession(
                            runtime.endpoint(),
                            Clients.CREDENTIALS,
                            new HotSession.Size(READS, THREADS, UNITS),
                            runtime.clock())
                    .play(out);

            var without = played.withoutDax();
            assertEquals(READS, without.answered() + without.throttled());
            assertTrue(Math.abs(without.answered() - 2 * UNITS) <= THREADS, "" + without);
            assertEquals(READS, without.tableRequests());
            var with = played.throughDax();
            assertEquals(READS, with.answered());
            assertEquals(0, with.throttled());
            assertTrue(with.tableRequests() <= THREADS, "each reader misses once at most: " + with);
            assertEquals(with.tableRequests() * 0.5, with.readUnits());
            assertTrue(with.hitRate() >= 1 - (double) THREADS / READS, "" + with);
        }
        String shown = text.toString(StandardCharsets.UTF_8);
        for (String row : List.of("answered", "throttled", "read units", "cache hit rate", "p50", "p99")) {
            assertTrue(shown.contains(row), shown);
        }
    }
}
