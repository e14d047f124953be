package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.Json;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.Lines;
import dev.penstock.lambdas.export.MalformedException;
import dev.penstock.lambdas.export.ManifestFile;
import dev.penstock.lambdas.export.ManifestSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;

/**
 * Lays incremental exports over a full one: forward ({@link #forward}) gives the table at the end of the last window,
 * backward ({@link #undo}) takes the windows back and gives the table at the start of the first. The changes of one pass
 * are in memory; a large window takes several passes over the full export, each for a share of the keys.
 */
public final class Fold implements Etl.Transform {
    private static final int MOST_PASSES = 1 << 12;

    private final boolean undo;
    private final List<Name> keyNames;
    private final Map<ByteBuffer, Changes.Entry> changes;
    private final Set<ByteBuffer> seen = ConcurrentHashMap.newKeySet();
    private final int pass;
    private final int passes;

    private Fold(boolean undo, List<Name> keyNames, Map<ByteBuffer, Changes.Entry> changes, int pass, int passes) {
        this.undo = undo;
        this.keyNames = keyNames;
        this.changes = changes;
        this.pass = pass;
        this.passes = passes;
    }

    /**
     * The table at the end of the last window.
     *
     * @param incrementals in any order; their windows must join without a gap, and reach back to the full export
     * @throws IOException when there is a gap, or a file can't be read
     */
    public static Etl.Result forward(Etl etl, Output output, ExportReader full, List<ExportReader> incrementals)
            throws IOException {
        return forward(etl, output, full, incrementals, bytesPerPass());
    }

    static Etl.Result forward(
            Etl etl, Output output, ExportReader full, List<ExportReader> incrementals, long bytesPerPass)
            throws IOException {
        List<ExportReader> windows = inOrder(incrementals);
        Instant fullTime = Objects.requireNonNull(full.summary().exportTime(), "the first export must be a full one");
        if (!windows.isEmpty() && from(windows.getFirst()).isAfter(fullTime)) {
            throw new IOException("changes between the full export (%s) and the first window (%s) are missing"
                    .formatted(fullTime, from(windows.getFirst())));
        }
        return run(etl, output, Part.of(full), windows, false, bytesPerPass);
    }

    /**
     * The table as it was before the windows; an item that was changed after them is rejected, not guessed.
     *
     * @param incrementals with the view NEW_AND_OLD_IMAGES; the last window must end where the full export was taken
     */
    public static Etl.Result undo(Etl etl, Output output, ExportReader full, List<ExportReader> incrementals)
            throws IOException {
        return undo(etl, output, full, incrementals, bytesPerPass());
    }

    static Etl.Result undo(
            Etl etl, Output output, ExportReader full, List<ExportReader> incrementals, long bytesPerPass)
            throws IOException {
        List<ExportReader> windows = inOrder(incrementals);
        for (ExportReader window : windows) {
            if (window.summary().outputView() != ExportViewType.NEW_AND_OLD_IMAGES) {
                throw new IOException(
                        "undo needs old images; export " + window.summary().exportId() + " has the view "
                                + window.summary().outputView());
            }
        }
        return run(etl, output, Part.of(full), windows, true, bytesPerPass);
    }

    private static List<ExportReader> inOrder(List<ExportReader> incrementals) throws IOException {
        for (ExportReader export : incrementals) {
            if (!export.summary().isIncremental()) {
                throw new IOException(
                        "export " + export.summary().exportId() + " is a full one; windows are incremental");
            }
        }
        List<ExportReader> windows =
                incrementals.stream().sorted(Comparator.comparing(Fold::from)).toList();
        for (int i = 1; i < windows.size(); i++) {
            ManifestSummary before = windows.get(i - 1).summary();
            if (before.exportToTime() != null && from(windows.get(i)).isAfter(before.exportToTime())) {
                throw new IOException("changes between %s and %s are missing: no window covers them"
                        .formatted(before.exportToTime(), from(windows.get(i))));
            }
        }
        return windows;
    }

    private static Instant from(ExportReader window) {
        return Objects.requireNonNull(window.summary().exportFromTime());
    }

    private static Etl.Result run(
            Etl etl, Output output, List<Part> parts, List<ExportReader> windows, boolean undo, long bytesPerPass)
            throws IOException {
        // The first pass finds out by itself into how many shares the changes must be cut; hashes make them about
        // equal.
        int passes = 1;
        Fold changes = read(windows, undo, 0, passes, bytesPerPass);
        while (changes == null) {
            passes *= 2;
            changes = read(windows, undo, 0, passes, passes < MOST_PASSES ? bytesPerPass : Long.MAX_VALUE);
        }
        Etl.Result all = null;
        for (int pass = 0; pass < passes; pass++) {
            Etl one = passes == 1 ? etl : etl.withPrefix("pass-%02d-".formatted(pass));
            if (pass > 0) {
                changes = Objects.requireNonNull(read(windows, undo, pass, passes, Long.MAX_VALUE));
            }
            Etl.Result result = one.run(Recipe.copy(output), parts, changes);
            all = all == null ? result : all.plus(result);
        }
        return Objects.requireNonNull(all);
    }

    /** The changes of one pass; null when they are more than {@code most} bytes. */
    private static @Nullable Fold read(List<ExportReader> windows, boolean undo, int pass, int passes, long most)
            throws IOException {
        Changes changes = new Changes(undo);
        List<Name> names = null;
        Attributes keys = new Attributes();
        for (ExportReader window : windows) {
            for (ManifestFile file : window.files()) {
                if (names == null && file.itemCount() > 0) {
                    names = keyNames(window, file);
                }
                ItemKey key = new ItemKey(names == null ? List.of() : names);
                try (InputStream in = window.open(file)) {
                    Lines.read(in, (text, from, to, number) -> {
                        try {
                            ChangeLine change = ChangeLine.read(window.summary().outputFormat(), text, from, to);
                            keys.parseMap(change.keys(), 0, change.keys().length);
                            ByteBuffer of = key.of(keys);
                            if (Math.floorMod(of.hashCode(), passes) == pass && changes.bytes() < most) {
                                changes.add(of, change);
                            }
                        } catch (MalformedException e) {
                            throw new IOException(
                                    "%s line %d, byte %d: %s"
                                            .formatted(window.key(file), number, e.at(), e.getMessage()),
                                    e);
                        }
                    });
                }
                if (changes.bytes() >= most) {
                    return null;
                }
            }
        }
        return new Fold(undo, names == null ? List.of() : names, changes.byKey(), pass, passes);
    }

    /** A quarter of the heap: the rest is for windows, output and what the collector has not got to. */
    private static long bytesPerPass() {
        return Runtime.getRuntime().maxMemory() / 4;
    }

    /** The key attributes, from the first change. */
    private static List<Name> keyNames(ExportReader window, ManifestFile file) throws IOException {
        Set<String> names = new TreeSet<>();
        try (InputStream in = window.open(file)) {
            Lines.read(in, (text, from, to, number) -> {
                if (number == 1) {
                    byte[] keys = ChangeLine.read(window.summary().outputFormat(), text, from, to)
                            .keys();
                    names.addAll(DynamoDbJson.readMap(new Json(keys, 0, keys.length), 0)
                            .keySet());
                }
            });
        }
        return names.stream().map(Name::of).toList();
    }

    @Override
    public Stage before(Stage next) {
        ItemKey key = new ItemKey(keyNames);
        Attributes image = new Attributes();
        return item -> {
            if (keyNames.isEmpty()) {
                return next.accept(item);
            }
            ByteBuffer of = key.of(item);
            if (Math.floorMod(of.hashCode(), passes) != pass) {
                return OTHER_PASS;
            }
            Changes.Entry entry = changes.get(of);
            if (entry == null) {
                return next.accept(item);
            }
            seen.add(of);
            if (undo && !isImage(item, entry.after)) {
                throw new MalformedException("item is not what the last window left: it was changed after it", 0);
            }
            return put(undo ? entry.before : entry.after, image, next);
        };
    }

    /** Items that the full export has not: inserted in a window, or, undoing, deleted in one. */
    @Override
    public long finish(Stage next) throws IOException {
        long rows = 0;
        Attributes image = new Attributes();
        for (Map.Entry<ByteBuffer, Changes.Entry> change : changes.entrySet()) {
            if (!seen.contains(change.getKey())) {
                Changes.Entry entry = change.getValue();
                if (undo && entry.after != null) {
                    throw new IOException("an item that the last window left is gone, so it was changed after it: "
                            + new String(change.getKey().array(), StandardCharsets.UTF_8));
                }
                rows += put(undo ? entry.before : entry.after, image, next);
            }
        }
        return rows;
    }

    private static int put(byte @Nullable [] image, Attributes item, Stage next) throws IOException {
        if (image == null) {
            return 0;
        }
        if (item.parseMap(image, 0, image.length) != image.length) {
            throw new MalformedException("image of a change is not in the compact form", 0);
        }
        return next.accept(item);
    }

    private static boolean isImage(Attributes item, byte @Nullable [] image) {
        if (image == null) {
            return false;
        }
        LineBuilder line = new LineBuilder();
        item.writeMap(line);
        return Arrays.equals(line.array(), 0, line.length(), image, 0, image.length)
                || Condition.same(map(line.array(), line.length()), map(image, image.length));
    }

    private static Map<String, AttributeValue> map(byte[] text, int length) {
        return DynamoDbJson.readMap(new Json(text, 0, length), 0);
    }
}
