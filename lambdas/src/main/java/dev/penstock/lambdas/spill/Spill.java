package dev.penstock.lambdas.spill;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Brings together what belongs to one key, whatever there is of it: records go to files by the key's hash, a file that is
 * too large for memory is split again by other bits of it, one that is not is read whole. So memory is bounded by the
 * size of a file, whatever was written; only records of one and the same key are never parted.
 */
public final class Spill implements AutoCloseable {
    /** Bytes of a file that is read whole; as objects they take some five times as much. */
    static final long MOST = 8L << 20;

    private static final int BITS = 5;
    private static final int WAYS = 1 << BITS;
    /** Levels until the 32 bits of the hash are used up. */
    private static final int DEEPEST = 5;

    private static final int BUFFER = 32 << 10;
    /** Bytes of an entry beside its key and value: both lengths and the side. */
    private static final int OVERHEAD = 9;

    private final Path folder;
    private final int level;
    private final long most;
    private final @Nullable DataOutputStream[] files = new DataOutputStream[WAYS];

    /** @param folder for temporary files; what is made there is deleted again */
    public Spill(Path folder) throws IOException {
        this(folder, 0, MOST);
    }

    /** @param most bytes of a file that is read whole */
    Spill(Path folder, int level, long most) throws IOException {
        this.folder = Files.createTempDirectory(Files.createDirectories(folder), "penstock-spill-");
        this.level = level;
        this.most = most;
    }

    /** What was written for a key: which side it is of, and its bytes. */
    public static final class Entry {
        private final int side;
        private final byte[] value;

        public Entry(int side, byte[] value) {
            this.side = side;
            this.value = value;
        }

        public int side() {
            return side;
        }

        /** Not a copy. */
        public byte[] value() {
            return value;
        }
    }

    /** Takes all entries of one key, in the order they were written. */
    @FunctionalInterface
    public interface Sink {
        void key(String key, List<Entry> entries) throws IOException;
    }

    /** Takes an entry of a key of at most some KB. */
    public void add(String key, int side, byte[] value) throws IOException {
        int way = (mixed(key) >>> (BITS * level)) & (WAYS - 1);
        DataOutputStream out = files[way];
        if (out == null) {
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file(way)), BUFFER));
            files[way] = out;
        }
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
        out.writeByte(side);
        out.writeInt(value.length);
        out.write(value);
    }

    /** Reads everything back, key by key; nothing can be added any more. */
    public void keys(Sink sink) throws IOException {
        keys(sink, List::add);
    }

    /**
     * Reads everything back with one entry for each key, which is all that is held of it.
     *
     * @param fold makes one of two entries of a key, the earlier first
     */
    public void folded(BinaryOperator<Entry> fold, Sink sink) throws IOException {
        keys(sink, (entries, entry) -> {
            if (entries.isEmpty()) {
                entries.add(entry);
            } else {
                entries.set(0, fold.apply(entries.getFirst(), entry));
            }
        });
    }

    private void keys(Sink sink, BiConsumer<List<Entry>, Entry> gather) throws IOException {
        closeFiles();
        for (int way = 0; way < WAYS; way++) {
            Path file = file(way);
            if (Files.exists(file)) {
                if (Files.size(file) > most && level < DEEPEST) {
                    split(file, sink, gather);
                } else {
                    whole(file, sink, gather);
                }
                Files.deleteIfExists(file);
            }
        }
    }

    private void split(Path file, Sink sink, BiConsumer<List<Entry>, Entry> gather) throws IOException {
        try (Spill finer = new Spill(folder, level + 1, most)) {
            read(file, (key, entry) -> finer.add(key, entry.side(), entry.value()));
            Files.delete(file);
            finer.keys(sink, gather);
        }
    }

    private static void whole(Path file, Sink sink, BiConsumer<List<Entry>, Entry> gather) throws IOException {
        Map<String, List<Entry>> entries = new LinkedHashMap<>();
        read(file, (key, entry) -> gather.accept(entries.computeIfAbsent(key, ignored -> new ArrayList<>(2)), entry));
        for (Map.Entry<String, List<Entry>> each : entries.entrySet()) {
            sink.key(each.getKey(), each.getValue());
        }
    }

    private interface Each {
        void entry(String key, Entry entry) throws IOException;
    }

    private static void read(Path file, Each each) throws IOException {
        long left = Files.size(file);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
            while (left > 0) {
                byte[] key = in.readNBytes(in.readInt());
                int side = in.readByte();
                byte[] value = in.readNBytes(in.readInt());
                each.entry(new String(key, StandardCharsets.UTF_8), new Entry(side, value));
                left -= OVERHEAD + key.length + value.length;
            }
        }
    }

    private static int mixed(String key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash ^ (hash >>> 16);
    }

    private Path file(int way) {
        return folder.resolve(Integer.toString(way));
    }

    private void closeFiles() throws IOException {
        for (int way = 0; way < WAYS; way++) {
            DataOutputStream out = files[way];
            if (out != null) {
                files[way] = null;
                out.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        closeFiles();
        for (int way = 0; way < WAYS; way++) {
            Files.deleteIfExists(file(way));
        }
        Files.deleteIfExists(folder);
    }
}
