package dev.penstock.local.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The last image of every item and every document as of a position of the journal, in one file. With the frames after
 * the position it makes the whole state again, so start-up never replays 35 days.
 *
 * <p>The items may be read while writes go on: an item that changed after the position is put right by the frames that
 * follow, because they hold whole images.
 */
public record Checkpoint(long position, Path file) {
    private static final String SUFFIX = ".checkpoint";
    private static final int ITEMS_PER_FRAME = 100;

    /** Where the writer of a checkpoint puts each item. */
    public interface Sink {
        void item(int table, Map<String, AttributeValue> item);
    }

    /**
     * Writes a checkpoint and deletes the older ones.
     *
     * @param items gives every item there is to the sink; before it returns it waits until all writes it may have seen
     *     are in the journal
     */
    public static Checkpoint write(Journal journal, Consumer<Sink> items) {
        Frame moment = journal.moment();
        Path file = journal.folder().resolve(String.format(Locale.ROOT, "%016d%s", moment.committed(), SUFFIX));
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                Writer writer = new Writer(channel, moment.committed());
                writer.frame(List.of(), moment.documents());
                journal.faults().reached(Faults.Point.CHECKPOINT);
                items.accept(writer);
                writer.flush();
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            for (Path older : files(journal.folder(), SUFFIX)) {
                if (!older.equals(file)) {
                    Files.deleteIfExists(older);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + file, e);
        }
        return new Checkpoint(moment.committed(), file);
    }

    /** The newest one in a folder; one half written by a crash has another name. */
    static @Nullable Checkpoint newest(Path folder) throws IOException {
        List<Path> whole = files(folder, SUFFIX);
        if (whole.isEmpty()) {
            return null;
        }
        Path newest = whole.getLast();
        return new Checkpoint(Long.parseLong(newest.getFileName().toString().substring(0, 16)), newest);
    }

    static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    /** Visits the items, 100 at a time. */
    public void items(Consumer<List<Change>> visitor) {
        forEach(frame -> {
            if (!frame.changes().isEmpty()) {
                visitor.accept(frame.changes());
            }
        });
    }

    void forEach(Consumer<Frame> visitor) {
        try (Segment frames = Segment.frames(file)) {
            frames.scanFrom(0, (offset, payload) -> {
                visitor.accept(Frame.decode(payload));
                return true;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the checkpoint " + file, e);
        }
    }

    private static final class Writer implements Sink {
        private final FileChannel channel;
        private final long position;
        private final List<Change> pending = new ArrayList<>(ITEMS_PER_FRAME);

        Writer(FileChannel channel, long position) {
            this.channel = channel;
            this.position = position;
        }

        @Override
        public void item(int table, Map<String, AttributeValue> item) {
            pending.add(new Change(table, null, item, Cause.USER));
            if (pending.size() == ITEMS_PER_FRAME) {
                flush();
            }
        }

        void flush() {
            frame(pending, List.of());
            pending.clear();
        }

        void frame(List<Change> changes, List<Document> documents) {
            ByteBuffer frame = Frame.encode(changes, documents);
            Frame.stamp(frame, position);
            try {
                while (frame.hasRemaining()) {
                    channel.write(frame);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write a checkpoint", e);
            }
        }
    }
}
