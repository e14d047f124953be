package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Faults;
import dev.penstock.local.journal.Journal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A process is killed in the middle of its writes, again and again on the same data: nothing acknowledged is lost,
 * nothing stands in the journal twice, no half of a transaction remains, and the tables are what the journal tells.
 */
class KillTest {
    /** Random kills; more with -Dpenstock.kills=50. */
    private static final int KILLS = Integer.getInteger("penstock.kills", 5);

    @TempDir
    Path folder;

    private final List<String> acknowledged = new ArrayList<>();

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void survivesKillsAtRandomMoments() throws Exception {
        prepare();
        long seed = Long.getLong("penstock.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < KILLS; run++) {
            Process child = start("r" + run, "none", 0);
            int enough = 1 + random.nextInt(600);
            String when = "seed " + seed + ", kill " + run;
            assertEquals(enough, acknowledge(child, enough), when + ": acknowledged before it");
            kill(child, when);
            check(when);
        }
    }

    @ParameterizedTest
    @EnumSource(Faults.Point.class)
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesACrashAt(Faults.Point point) throws Exception {
        prepare();
        int time = point == Faults.Point.CHECKPOINT ? 2 : 150;
        Process child = start("c", point.name(), time);
        acknowledge(child, Integer.MAX_VALUE);
        assertTrue(child.waitFor(60, TimeUnit.SECONDS), "the child goes on after " + point);
        assertEquals(KillChild.CRASHED, child.exitValue());
        assertTrue(acknowledged.size() > 50, "acknowledged before the crash: " + acknowledged.size());
        check(point.name());
        // Life goes on from there.
        Process next = start("d", "none", 0);
        assertEquals(20, acknowledge(next, 20));
        kill(next, point.name());
        check(point.name() + ", then a kill");
    }

    private void prepare() {
        try (EmbeddedEngine engine = EmbeddedEngine.start();
                RegionStore store = open(engine)) {
            store.create(TestTables.described("eu-central-1", KillChild.TABLE), table -> List.of());
        }
    }

    private RegionStore open(EmbeddedEngine engine) {
        return RegionStore.open(new RegionStore.Options(
                "eu-central-1",
                new MovableClock(InstantSource.system()),
                folder,
                engine.client(),
                false,
                new Journal.Options(64 << 10, false, Faults.NONE),
                failure -> {},
                count -> {}));
    }

    private Process start(String run, String point, int time) throws IOException {
        return ChildJvm.of(KillChild.class, folder.toString(), run, point, String.valueOf(time))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** It must have been at work until now: a child that ends by itself shows nothing. */
    private static void kill(Process child, String when) throws InterruptedException {
        assertTrue(child.isAlive(), when + ": the child has ended before it was killed");
        assertTrue(child.destroyForcibly().waitFor(10, TimeUnit.SECONDS), when + ": the child can't be killed");
    }

    /**
     * Reads acknowledgements until there are enough or the child is gone.
     *
     * @return how many were read
     */
    private int acknowledge(Process child, int enough) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        int count = 0;
        for (String line = lines.readLine(); line != null; line = count < enough ? lines.readLine() : null) {
            acknowledged.add(line);
            count++;
        }
        return count;
    }

    private void check(String when) {
        try (EmbeddedEngine engine = EmbeddedEngine.start();
                RegionStore store = open(engine)) {
            Table table = store.tables().active(KillChild.TABLE);
            Map<String, Integer> inJournal = new HashMap<>();
            Map<String, Map<String, AttributeValue>> folded = new HashMap<>();
            store.journal().changes(number -> number == table.number(), 0, Long.MAX_VALUE, entry -> {
                var after = entry.change().after();
                inJournal.merge(after.get("op").s(), 1, Integer::sum);
                folded.put(after.get("id").s(), after);
                return true;
            });
            for (String line : acknowledged) {
                String[] words = line.split(" ", 2);
                assertEquals(words[0].equals("pair") ? 2 : 1, inJournal.get(words[1]), when + ": " + line);
            }
            inJournal.forEach((op, times) -> {
                int n = Integer.parseInt(op.substring(op.lastIndexOf('.') + 1));
                assertEquals(n % 3 == 2 ? 2 : 1, times, when + ": " + op);
            });
            Map<String, Map<String, AttributeValue>> inEngine = new HashMap<>();
            store.scan(table, item -> inEngine.put(item.get("id").s(), item));
            assertEquals(folded, inEngine, when);
            long adds = inJournal.keySet().stream()
                    .filter(op -> Integer.parseInt(op.substring(op.lastIndexOf('.') + 1)) % 3 == 1)
                    .count();
            if (adds > 0) {
                assertEquals(
                        String.valueOf(adds),
                        inEngine.get("counter").get("adds").n(),
                        when);
            }
        }
    }
}
