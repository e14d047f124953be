package dev.penstock.local.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a journal says of its past equals a model at every time, wherever checkpoints were made. */
class PastTest {
    private static final Journal.Options SMALL = new Journal.Options(600, false, Faults.NONE);
    private static final KeyNames NAMES = new KeyNames("p", "s");
    private static final int TABLES = 3;

    private final MovableClock clock = new MovableClock(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));

    /** @param value {@code null} deletes */
    record Write(int table, int key, Integer value, boolean checkpointAfter, boolean together) {}

    @Property
    void equalsTheModel(@ForAll("histories") List<Write> history) throws IOException {
        Path folder = Files.createTempDirectory("penstock-past");
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            Map<ItemKey, Map<String, AttributeValue>> model = new HashMap<>();
            TreeMap<Long, Map<ItemKey, Map<String, AttributeValue>>> states = new TreeMap<>();
            states.put(0L, Map.of());
            List<Change> pending = new ArrayList<>();
            for (Write write : history) {
                change(write, model).ifPresent(pending::add);
                // The changes of one frame are there together or not at all.
                if (!write.together() && !pending.isEmpty()) {
                    states.put(
                            journal.append(List.copyOf(pending), List.of())
                                    .getFirst()
                                    .committed(),
                            new HashMap<>(model));
                    pending.clear();
                }
                if (write.checkpointAfter()) {
                    journal.checkpoint(table -> NAMES);
                }
            }
            for (long time : List.copyOf(states.keySet())) {
                assertEquals(states.floorEntry(time).getValue(), all(journal, time), "at " + time);
                if (time > 0) {
                    assertEquals(states.floorEntry(time - 1).getValue(), all(journal, time - 1), "before " + time);
                }
            }
            for (int table = 0; table < TABLES; table++) {
                int wanted = table;
                Map<ItemKey, Map<String, AttributeValue>> expected =
                        new HashMap<>(states.lastEntry().getValue());
                expected.keySet().removeIf(key -> key.table() != wanted);
                assertEquals(expected, items(journal, Long.MAX_VALUE, number -> number == wanted ? NAMES : null));
            }
        } finally {
            delete(folder);
        }
    }

    private static Optional<Change> change(Write write, Map<ItemKey, Map<String, AttributeValue>> model) {
        Map<String, AttributeValue> key = key(write.key());
        ItemKey of = NAMES.key(write.table(), key);
        Map<String, AttributeValue> before = model.get(of);
        Map<String, AttributeValue> after = null;
        if (write.value() != null) {
            after = new HashMap<>(key);
            after.put("v", AttributeValue.fromN(Integer.toString(write.value())));
            after.put("same", AttributeValue.fromL(List.of(AttributeValue.fromSs(List.of("a", "b")))));
            after.put("map", AttributeValue.fromM(Map.of("p", AttributeValue.fromBool(true))));
            model.put(of, after);
        } else {
            model.remove(of);
        }
        return before == null && after == null
                ? Optional.empty()
                : Optional.of(new Change(
                        write.table(),
                        before,
                        after,
                        write.key() % 2 == 0 ? Cause.USER : new Cause.Replication("eu", 7)));
    }

    /** Keys of each type; the sort key is a number that is written in several ways. */
    private static Map<String, AttributeValue> key(int number) {
        return Map.of(
                "p",
                number % 3 == 0
                        ? AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {(byte) number, 0}))
                        : AttributeValue.fromS("p" + number % 3),
                "s",
                AttributeValue.fromN(Integer.toString(number / 3 * 10)));
    }

    @Provide
    Arbitrary<List<Write>> histories() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, TABLES - 1),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(0, 3).injectNull(0.3),
                        Arbitraries.of(false, false, false, false, true),
                        Arbitraries.of(false, false, true))
                .as(Write::new)
                .list()
                .ofMaxSize(40);
    }

    private static Map<ItemKey, Map<String, AttributeValue>> all(Journal journal, long time) {
        return items(journal, time, table -> NAMES);
    }

    private static Map<ItemKey, Map<String, AttributeValue>> items(
            Journal journal, long time, IntFunction<KeyNames> names) {
        try (Past past = journal.past(time)) {
            return items(past, names);
        }
    }

    private static Map<ItemKey, Map<String, AttributeValue>> items(Past past, IntFunction<KeyNames> names) {
        Map<ItemKey, Map<String, AttributeValue>> found = new HashMap<>();
        past.items(names, (table, item) -> assertNull(found.put(NAMES.key(table, item), item), "given twice"));
        return found;
    }

    @Test
    void isReadToItsEndThoughItsFilesGoAway() throws IOException {
        Path folder = Files.createTempDirectory("penstock-past");
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            put(journal, 100, "old");
            journal.checkpoint(table -> NAMES);
            put(journal, 50, "new");
            var state = all(journal, Long.MAX_VALUE);
            try (Past past = journal.past(journal.last())) {
                List<Path> before = files(folder);
                clock.advance(Journal.RETENTION.plus(Duration.ofDays(1)));
                put(journal, 100, "newest");
                journal.checkpoint(table -> NAMES);
                journal.trim();
                long left = before.stream().filter(Files::exists).count();
                assertTrue(
                        left <= 1, "the checkpoint and all segments but the last, of " + before.size() + ": " + left);
                assertEquals(state, items(past, table -> NAMES));
            }
            assertEquals(100, all(journal, Long.MAX_VALUE).size());
        } finally {
            delete(folder);
        }
    }

    @Test
    void equalNumbersAreOneKeyHoweverTheyAreWritten() throws IOException {
        Path folder = Files.createTempDirectory("penstock-past");
        KeyNames names = new KeyNames("n", null);
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            List<String> same = List.of("100", "1E2", "100.0", "0100", "+100");
            for (String number : same) {
                journal.append(
                        List.of(new Change(1, null, Map.of("n", AttributeValue.fromN(number)), Cause.USER)), List.of());
                journal.checkpoint(table -> names);
            }
            List<Map<String, AttributeValue>> found = new ArrayList<>();
            try (Past past = journal.past(journal.last())) {
                past.items(table -> names, (table, item) -> found.add(item));
            }
            assertEquals(List.of(Map.of("n", AttributeValue.fromN("+100"))), found);
        } finally {
            delete(folder);
        }
    }

    @Test
    void aCheckpointIsDueWhenTheChangesOutgrowTheLastOne() throws IOException {
        Path folder = Files.createTempDirectory("penstock-past");
        try (Journal journal = Journal.open(folder, clock, new Journal.Options(10_000, false, Faults.NONE))) {
            int made = 0;
            for (int i = 0; i < 64; i++) {
                put(journal, i * 100, 100, "x");
                if (journal.isCheckpointDue(1)) {
                    journal.checkpoint(table -> NAMES);
                    made++;
                }
            }
            assertTrue(made >= 4 && made <= 12, "data that doubles is written anew as often as it doubles: " + made);
        } finally {
            delete(folder);
        }
    }

    @Test
    void aDamagedCheckpointIsRefused() throws IOException {
        Path folder = Files.createTempDirectory("penstock-past");
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            put(journal, 100, "old");
            journal.checkpoint(table -> NAMES);
            Path file = Checkpoint.files(folder, ".checkpoint").getFirst();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            var damaged = assertThrows(IllegalStateException.class, () -> all(journal, journal.last()));
            assertTrue(damaged.getMessage().contains("wrong checksum"), damaged.getMessage());
            Files.write(file, Arrays.copyOf(bytes, bytes.length - 10));
            assertThrows(IllegalStateException.class, () -> all(journal, journal.last()));
        } finally {
            delete(folder);
        }
    }

    private static void put(Journal journal, int count, String value) {
        put(journal, 0, count, value);
    }

    private static void put(Journal journal, int from, int count, String value) {
        for (int i = from; i < from + count; i++) {
            Map<String, AttributeValue> item = Map.of(
                    "p",
                    AttributeValue.fromS("p" + i),
                    "s",
                    AttributeValue.fromN("0"),
                    "v",
                    AttributeValue.fromS(value + "x".repeat(100)));
            journal.append(List.of(new Change(1, null, item, Cause.USER)), List.of());
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
