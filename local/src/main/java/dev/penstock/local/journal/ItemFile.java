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
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items kept in a file in the journal's compact, checksummed form: what a backup holds. */
public final class ItemFile {
    private static final int PER_FRAME = 200;

    private ItemFile() {}

    /**
     * Writes a file, whole or not at all: under a temporary name, forced to disk, then renamed.
     *
     * @param items gives each item to the sink
     */
    public static void write(Path file, Consumer<Consumer<Map<String, AttributeValue>>> items) {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                List<Change> pending = new ArrayList<>(PER_FRAME);
                items.accept(item -> {
                    pending.add(new Change(0, null, item, Cause.USER));
                    if (pending.size() == PER_FRAME) {
                        flush(channel, pending);
                    }
                });
                flush(channel, pending);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /**
     * Visits all items in the order they were written.
     *
     * @throws IllegalStateException when the file is damaged
     */
    public static void read(Path file, Consumer<Map<String, AttributeValue>> visitor) {
        try (Segment frames = Segment.frames(file)) {
            frames.scanFrom(0, (offset, payload) -> {
                Frame.decode(payload).changes().forEach(change -> visitor.accept(change.anyImage()));
                return true;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static void flush(FileChannel channel, List<Change> pending) {
        if (pending.isEmpty()) {
            return;
        }
        ByteBuffer frame = Frame.encode(pending, List.of());
        Frame.stamp(frame, 0);
        pending.clear();
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write items", e);
        }
    }
}
