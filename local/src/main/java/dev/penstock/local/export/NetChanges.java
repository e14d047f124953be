package dev.penstock.local.export;

import dev.penstock.lambdas.export.Change;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.spill.Spill;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The net change of each key of a window: the first image before and the last image after. Up to {@link #HELD} bytes are
 * in memory; when there are more, what was gathered goes to temporary files, where it meets what follows.
 */
final class NetChanges implements AutoCloseable {
    /** Bytes that the objects of images may take, about. */
    static final long HELD = 64L << 20;

    /** What an attribute costs beside its content: its value, its name, its place in a map. */
    private static final long ATTRIBUTE = 250;

    private final Path folder;
    private final long most;
    private final Map<String, Change> held = new LinkedHashMap<>();
    private long weight;
    private @Nullable Spill spill;

    /** @param folder for temporary files */
    NetChanges(Path folder) {
        this(folder, HELD);
    }

    NetChanges(Path folder, long most) {
        this.folder = folder;
        this.most = most;
    }

    /** Takes net changes, each key once. */
    @FunctionalInterface
    interface Sink {
        void change(Change change) throws IOException;
    }

    /**
     * Adds the next change.
     *
     * @param key the item's key as a text, the same for the same key
     */
    void add(String key, Change change) throws IOException {
        Change before = held.get(key);
        Change net = before == null ? change : then(before, change);
        held.put(key, net);
        weight += weight(net) - (before == null ? -ATTRIBUTE - 2L * key.length() : weight(before));
        if (weight > most) {
            flush();
        }
    }

    /** Gives all net changes; those of keys that are as they were, too. */
    void each(Sink sink) throws IOException {
        if (spill == null) {
            for (Change change : held.values()) {
                sink.change(change);
            }
            return;
        }
        flush();
        spill.folded(
                (earlier, later) -> new Spill.Entry(0, write(then(read(earlier), read(later)))),
                (key, entries) -> sink.change(read(entries.getFirst())));
    }

    private void flush() throws IOException {
        if (spill == null) {
            spill = new Spill(folder);
        }
        for (Map.Entry<String, Change> each : held.entrySet()) {
            spill.add(each.getKey(), 0, write(each.getValue()));
        }
        held.clear();
        weight = 0;
    }

    private static Change then(Change earlier, Change later) {
        return new Change(later.writeTimestampMicros(), later.keys(), earlier.oldImage(), later.newImage());
    }

    private static byte[] write(Change change) {
        LineBuilder line = new LineBuilder();
        DynamoDbJson.writeChange(change, line);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(line.length());
        try {
            line.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("memory can be written", e);
        }
        return bytes.toByteArray();
    }

    private static Change read(Spill.Entry entry) {
        return DynamoDbJson.readChange(entry.value(), 0, entry.value().length);
    }

    private static long weight(Change change) {
        return weight(change.keys()) + weight(change.oldImage()) + weight(change.newImage());
    }

    private static long weight(@Nullable Map<String, AttributeValue> image) {
        long sum = ATTRIBUTE;
        if (image != null) {
            for (Map.Entry<String, AttributeValue> attribute : image.entrySet()) {
                sum += ATTRIBUTE + weight(attribute.getValue());
            }
        }
        return sum;
    }

    private static long weight(AttributeValue value) {
        return switch (value.type()) {
            case S -> 2L * value.s().length();
            case N -> 2L * value.n().length();
            case B -> value.b().asByteArrayUnsafe().length;
            case M -> weight(value.m());
            case L ->
                value.l().stream().mapToLong(each -> ATTRIBUTE + weight(each)).sum();
            case SS ->
                value.ss().stream()
                        .mapToLong(each -> ATTRIBUTE + 2L * each.length())
                        .sum();
            case NS ->
                value.ns().stream()
                        .mapToLong(each -> ATTRIBUTE + 2L * each.length())
                        .sum();
            case BS ->
                value.bs().stream()
                        .mapToLong(each -> ATTRIBUTE + each.asByteArrayUnsafe().length)
                        .sum();
            case BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> 0;
        };
    }

    @Override
    public void close() throws IOException {
        if (spill != null) {
            spill.close();
        }
    }
}
