package dev.penstock.local.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class JournalTest {
    private static final Journal.Options SMALL = new Journal.Options(400, false, Faults.NONE);

    @TempDir
    Path folder;

    private MovableClock clock;

    private static KeyNames keys(int table) {
        return new KeyNames(table == 3 ? "k" : "id", null);
    }

    @BeforeEach
    void clock() {
        clock = new MovableClock(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
    }

    @Test
    void keepsEveryTypeOfValue() {
        Map<String, AttributeValue> item = Map.of(
                "s", AttributeValue.fromS("ü"),
                "n", AttributeValue.fromN("-1.5E-10"),
                "b", AttributeValue.fromB(SdkBytes.fromUtf8String("bytes")),
                "t", AttributeValue.fromBool(true),
                "nul", AttributeValue.fromNul(true),
                "m", AttributeValue.fromM(Map.of("x", AttributeValue.fromL(List.of(AttributeValue.fromBool(false))))),
                "ss", AttributeValue.fromSs(List.of("a", "b")),
                "ns", AttributeValue.fromNs(List.of("1", "2")),
                "bs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("x"))));
        Map<String, AttributeValue> changed = new HashMap<>(item);
        changed.put("s", AttributeValue.fromS("other"));
        changed.remove("nul");
        Change change = new Change(7, item, changed, new Cause.Replication("eu-west-1", 42));
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            journal.append(List.of(change), List.of());
            assertEquals(List.of(change), changes(journal, 0, Long.MAX_VALUE));
        }
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            assertEquals(List.of(change), changes(journal, 0, Long.MAX_VALUE));
        }
    }

    @Test
    void numbersGrowThoughTheClockStandsStill() {
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            long first = journal.append(List.of(put("a"), put("b")), List.of())
                    .getLast()
                    .number();
            Entry next = journal.append(List.of(put("c")), List.of()).getFirst();
            assertEquals(first + 1, next.number());
            clock.advance(Duration.ofSeconds(1));
            assertEquals(
                    clock.instant(),
                    journal.append(List.of(put("d")), List.of()).getFirst().committedAt());
        }
    }

    @Test
    void readsWhatLiesBetweenTwoPositionsOverSegments() {
        List<Entry> all = new ArrayList<>();
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            for (int i = 0; i < 100; i++) {
                all.addAll(journal.append(List.of(put("k" + i)), List.of()));
            }
        }
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            for (int from = 0; from < 95; from += 7) {
                List<Change> expected =
                        all.subList(from + 1, 95).stream().map(Entry::change).toList();
                assertEquals(
                        expected,
                        changes(journal, all.get(from).number(), all.get(94).number()));
            }
            assertEquals(all.getLast().number(), journal.last());
        }
    }

    @Test
    void cutsATornFrameAndGoesOn() throws IOException {
        try (Journal journal = Journal.open(folder, clock, Journal.Options.DEFAULT)) {
            journal.append(List.of(put("a")), List.of());
            journal.append(List.of(put("b")), List.of());
        }
        Path file = Checkpoint.files(folder, ".log").getLast();
        for (long cut = Files.size(file) - 1; cut > Files.size(file) / 2; cut -= 5) {
            Path copy = Files.createDirectories(folder.resolve("cut" + cut)).resolve(file.getFileName());
            Files.write(copy, Arrays.copyOf(Files.readAllBytes(file), (int) cut));
            try (Journal journal = Journal.open(copy.getParent(), clock, Journal.Options.DEFAULT)) {
                assertEquals(List.of(put("a")), changes(journal, 0, Long.MAX_VALUE));
                journal.append(List.of(put("c")), List.of());
                assertEquals(List.of(put("a"), put("c")), changes(journal, 0, Long.MAX_VALUE));
            }
        }
    }

    @Test
    void refusesALogThatIsDamagedBeforeItsEnd() throws IOException {
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            for (int i = 0; i < 50; i++) {
                journal.append(List.of(put("k" + i)), List.of());
            }
        }
        Path file = Checkpoint.files(folder, ".log").getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        IllegalStateException damaged =
                assertThrows(IllegalStateException.class, () -> Journal.open(folder, clock, SMALL));
        assertTrue(damaged.getMessage().contains(file.getFileName().toString()), damaged.getMessage());
    }

    @Test
    void documentsSurviveWithAndWithoutACheckpoint() {
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            journal.registry().put("a/1", Map.of("x", 1));
            journal.registry().put("a/2", Map.of("x", 2));
            journal.checkpoint(
                    JournalTest::keys, sink -> sink.item(3, Map.of("k", AttributeValue.fromS("v"))), () -> {});
            journal.registry().remove("a/1");
            journal.registry().put("b", Map.of("x", 3));
        }
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            assertEquals(Optional.empty(), journal.registry().get("a/1", Map.class));
            assertEquals(Map.of("a/2", Map.of("x", 2)), journal.registry().list("a/", Map.class));
            assertEquals(Optional.of(Map.of("x", 3)), journal.registry().get("b", Map.class));
            List<Map<String, AttributeValue>> items = new ArrayList<>();
            try (Past past = journal.past(Long.MAX_VALUE)) {
                past.items(table -> table == 3 ? new KeyNames("k", null) : null, (table, item) -> items.add(item));
            }
            assertEquals(List.of(Map.of("k", AttributeValue.fromS("v"))), items);
        }
    }

    @Test
    void trimsWhatIsOlderThanTheLongestRecoveryPeriodAndCheckpointed() throws IOException {
        try (Journal journal = Journal.open(folder, clock, SMALL)) {
            for (int i = 0; i < 50; i++) {
                journal.append(List.of(put("k" + i)), List.of());
            }
            clock.advance(Journal.RETENTION.plusDays(1));
            journal.trim();
            assertEquals(50, changes(journal, 0, Long.MAX_VALUE).size(), "needed by recovery: no checkpoint yet");
            journal.append(List.of(put("new")), List.of());
            journal.checkpoint(JournalTest::keys);
            journal.trim();
            List<Change> left = changes(journal, 0, Long.MAX_VALUE);
            assertTrue(left.size() < 20, "left: " + left.size());
            assertEquals(put("new"), left.getLast());
        }
    }

    private static Change put(String key) {
        return new Change(1, null, Map.of("id", AttributeValue.fromS(key)), Cause.USER);
    }

    private static List<Change> changes(Journal journal, long after, long upTo) {
        List<Change> found = new ArrayList<>();
        journal.changes(table -> true, after, upTo, entry -> found.add(entry.change()));
        return found;
    }
}
