package dev.penstock.lambdas.etl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.export.Change;
import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.ExportRequest;
import dev.penstock.lambdas.export.ExportWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;

/** full(T0) + incrementals(T0..Tn) = full(Tn), and undo(full(Tn), windows) = full(T0). */
class FoldTest {
    private static final String TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/T";
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Output PLAIN =
            new Output(Output.Format.DYNAMODB_JSON, Codec.NONE, 1, 2, false, ',', List.of());

    private final Folder folder = new Folder();
    private int exports;

    private static Map<String, AttributeValue> item(int id, Random random) {
        Map<String, AttributeValue> item = new LinkedHashMap<>(key(id));
        item.put("v", AttributeValue.fromN(Integer.toString(random.nextInt(5))));
        item.put("set", AttributeValue.fromSs(List.of("a", "b" + random.nextInt(2))));
        return item;
    }

    private static Map<String, AttributeValue> key(int id) {
        Map<String, AttributeValue> key = new LinkedHashMap<>();
        key.put("pk", AttributeValue.fromS("p\"" + id % 3));
        key.put("sk", AttributeValue.fromN(Integer.toString(id)));
        return key;
    }

    private ExportReader full(Map<Integer, Map<String, AttributeValue>> table, Instant at, ExportFormat format)
            throws IOException {
        ExportRequest request = ExportRequest.full(TABLE, "id", at, exports++, at, "b", "full", format);
        ExportWriter writer = new ExportWriter(request, folder, () -> at, new Random(exports));
        writer.items(table.values().stream().filter(i -> i.hashCode() % 2 == 0).iterator());
        writer.items(table.values().stream().filter(i -> i.hashCode() % 2 != 0).iterator());
        writer.finish(0);
        return ExportReader.open(folder, request.manifestSummaryKey());
    }

    private ExportReader window(
            List<Change> changes, Instant from, Instant to, ExportFormat format, ExportViewType view)
            throws IOException {
        ExportRequest request =
                ExportRequest.incremental(TABLE, "id", to, exports++, from, to, view, "b", "inc", format);
        ExportWriter writer = new ExportWriter(request, folder, () -> to, new Random(exports));
        writer.changes(changes.iterator());
        writer.finish(0);
        return ExportReader.open(folder, request.manifestSummaryKey());
    }

    @Property(tries = 60)
    void foldAndUndo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int windows) throws IOException {
        Random random = new Random(seed);
        ExportFormat format = random.nextBoolean() ? ExportFormat.DYNAMODB_JSON : ExportFormat.ION;
        Map<Integer, Map<String, AttributeValue>> table = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            if (random.nextBoolean()) {
                table.put(i, item(i, random));
            }
        }
        Map<Integer, Map<String, AttributeValue>> atStart = new LinkedHashMap<>(table);
        ExportReader first = full(table, T0, format);
        List<ExportReader> incrementals = new ArrayList<>();
        for (int w = 0; w < windows; w++) {
            Instant from = T0.plusSeconds(900L * w);
            Map<Integer, Map<String, AttributeValue>> before = new LinkedHashMap<>(table);
            for (int c = 0; c < 15; c++) {
                int id = random.nextInt(20);
                if (random.nextInt(3) == 0) {
                    table.remove(id);
                } else {
                    table.put(id, item(id, random));
                }
            }
            incrementals.add(window(
                    changes(before, table, from),
                    from,
                    from.plusSeconds(900),
                    format,
                    ExportViewType.NEW_AND_OLD_IMAGES));
        }
        Collections.shuffle(incrementals, random);
        // Small enough that some tries need several passes over the full export.
        long bytesPerPass = 500L + random.nextInt(10_000);
        Etl.Result forward = Fold.forward(etl("fwd/"), PLAIN, first, incrementals, bytesPerPass);
        assertEquals(new HashSet<>(table.values()), new HashSet<>(folder.itemsOf("fwd/pa")));
        assertEquals(table.size(), forward.counts().rows());

        ExportReader last = full(table, T0.plusSeconds(900L * windows), format);
        Etl.Result back = Fold.undo(etl("back/"), PLAIN, last, incrementals, bytesPerPass);
        assertEquals(new HashSet<>(atStart.values()), new HashSet<>(folder.itemsOf("back/pa")));
        assertEquals(0, back.counts().rejected());
    }

    /** One net change per key, as an incremental export has them. */
    private static List<Change> changes(
            Map<Integer, Map<String, AttributeValue>> before,
            Map<Integer, Map<String, AttributeValue>> after,
            Instant from) {
        List<Change> changes = new ArrayList<>();
        for (int id = 0; id < 20; id++) {
            @Nullable Map<String, AttributeValue> old = before.get(id);
            @Nullable Map<String, AttributeValue> now = after.get(id);
            if (!Objects.equals(old, now)) {
                changes.add(new Change(from.toEpochMilli() * 1000 + id, key(id), old, now));
            }
        }
        return changes;
    }

    private Etl etl(String prefix) {
        folder.objects.keySet().removeIf(key -> key.startsWith(prefix));
        return new Etl(folder, folder, new Etl.Options(2, prefix, List.of(), false), bytes -> {});
    }

    @Test
    void aGapBetweenWindowsIsRefused() throws IOException {
        ExportReader full = full(Map.of(), T0, ExportFormat.DYNAMODB_JSON);
        ExportReader late = window(
                List.of(),
                T0.plusSeconds(1),
                T0.plusSeconds(901),
                ExportFormat.DYNAMODB_JSON,
                ExportViewType.NEW_IMAGE);
        IOException e = assertThrows(IOException.class, () -> Fold.forward(etl("x/"), PLAIN, full, List.of(late)));
        assertTrue(e.getMessage().contains("missing"), e.getMessage());
        ExportReader first =
                window(List.of(), T0, T0.plusSeconds(900), ExportFormat.DYNAMODB_JSON, ExportViewType.NEW_IMAGE);
        ExportReader third = window(
                List.of(),
                T0.plusSeconds(1800),
                T0.plusSeconds(2700),
                ExportFormat.DYNAMODB_JSON,
                ExportViewType.NEW_IMAGE);
        assertThrows(IOException.class, () -> Fold.forward(etl("x/"), PLAIN, full, List.of(third, first)));
    }

    @Test
    void undoRejectsWhatChangedAfterTheWindow() throws IOException {
        Random random = new Random(1);
        Map<String, AttributeValue> old = item(1, random);
        Map<String, AttributeValue> left = new LinkedHashMap<>(old);
        left.put("v", AttributeValue.fromN("77"));
        Map<String, AttributeValue> now = new LinkedHashMap<>(old);
        now.put("v", AttributeValue.fromN("88"));
        ExportReader full = full(Map.of(1, now), T0, ExportFormat.DYNAMODB_JSON);
        ExportReader window = window(
                List.of(new Change(1, key(1), old, left)),
                T0.minusSeconds(900),
                T0,
                ExportFormat.DYNAMODB_JSON,
                ExportViewType.NEW_AND_OLD_IMAGES);
        Etl.Result result = Fold.undo(etl("x/"), PLAIN, full, List.of(window));
        assertEquals(1, result.counts().rejected());
        assertTrue(folder.lines("x/rejects").getFirst().contains("changed after it"));
    }

    @Test
    void undoNeedsOldImages() throws IOException {
        ExportReader full = full(Map.of(), T0, ExportFormat.DYNAMODB_JSON);
        ExportReader window =
                window(List.of(), T0.minusSeconds(900), T0, ExportFormat.DYNAMODB_JSON, ExportViewType.NEW_IMAGE);
        assertThrows(IOException.class, () -> Fold.undo(etl("x/"), PLAIN, full, List.of(window)));
    }
}
