package dev.penstock.local.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The files of a journal, in order; frames are appended to the newest. A frame's location, one number, is its segment
 * and the offset in it. One writer, any number of readers.
 */
final class Segments implements AutoCloseable {
    private static final int OFFSET_BITS = 40;

    private final Path folder;
    private final Journal.Options options;
    private final ConcurrentSkipListMap<Integer, Segment> byId = new ConcurrentSkipListMap<>();

    Segments(Path folder, Journal.Options options) {
        this.folder = folder;
        this.options = options;
    }

    /** Opens what is there, cutting a frame that a crash tore at its end. */
    void recover() throws IOException {
        List<Path> files = Checkpoint.files(folder, ".log");
        for (int i = 0; i < files.size(); i++) {
            Segment segment = Segment.recover(files.get(i), i == files.size() - 1);
            byId.put(segment.id, segment);
        }
    }

    /** Appends one stamped frame and answers its location. */
    long append(ByteBuffer frame, long committed) throws IOException {
        Segment segment = writable(committed);
        return location(segment, segment.append(frame, committed));
    }

    private Segment writable(long first) throws IOException {
        var newest = byId.lastEntry();
        if (newest != null && newest.getValue().end() < options.segmentBytes()) {
            return newest.getValue();
        }
        if (newest != null && options.fsync()) {
            newest.getValue().force();
        }
        Segment segment = Segment.create(folder, newest == null ? 1 : newest.getKey() + 1, first);
        byId.put(segment.id, segment);
        return segment;
    }

    /** Forces all that was appended to disk; older segments were forced when they were full. */
    void force() throws IOException {
        byId.lastEntry().getValue().force();
    }

    /** The changes of the frame at a location; none when it was trimmed. */
    List<Entry> read(long location) {
        Segment segment = byId.get((int) (location >>> OFFSET_BITS));
        if (segment == null) {
            return List.of();
        }
        return Frame.decodeEntries(segment.read(location & ((1L << OFFSET_BITS) - 1)), table -> true);
    }

    /**
     * Visits, in order, the frames whose commit time is {@code from} or later, and possibly some before it.
     *
     * @param visitor is given locations
     */
    void scan(long from, Segment.Visitor visitor) {
        AtomicBoolean more = new AtomicBoolean(true);
        for (Segment segment : from(from)) {
            if (more.get()) {
                segment.scanFrom(from, (offset, payload) -> {
                    more.set(visitor.visit(location(segment, offset), payload));
                    return more.get();
                });
            }
        }
    }

    /** Readers of all that is there now from a time on, to be closed by the caller. */
    List<Segment> readers(long time) throws IOException {
        List<Segment> readers = new ArrayList<>();
        try {
            for (Segment segment : from(time)) {
                readers.add(segment.reader());
            }
            return readers;
        } catch (IOException | RuntimeException e) {
            readers.forEach(Segment::close);
            throw e;
        }
    }

    /** Deletes the segments in which no change is younger than a time. */
    void trim(long horizon) throws IOException {
        List<Segment> all = List.copyOf(byId.values());
        for (int i = 0; i + 1 < all.size() && all.get(i + 1).first <= horizon; i++) {
            byId.remove(all.get(i).id);
            all.get(i).close();
            Files.deleteIfExists(all.get(i).file());
        }
    }

    /** The segments that can hold frames of that time or later. */
    private List<Segment> from(long time) {
        List<Segment> all = List.copyOf(byId.values());
        int first = 0;
        while (first + 1 < all.size() && all.get(first + 1).first <= time) {
            first++;
        }
        return all.subList(first, all.size());
    }

    private static long location(Segment segment, long offset) {
        return ((long) segment.id << OFFSET_BITS) | offset;
    }

    @Override
    public void close() {
        byId.values().forEach(Segment::close);
    }
}
