package dev.penstock.local.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A file of items in the journal's compact, checksummed form: a backup, or a checkpoint. Once open it can be read to
 * its end though it is deleted meanwhile.
 */
public final class ItemFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ItemFile.class.getName());

    /** Of a backup, which holds one table. */
    private static final int THE_TABLE = 0;

    private static final int START = Frame.HEADER + Long.BYTES;

    private final Path file;
    private final FileChannel channel;

    private ItemFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Writes a file, whole or not at all: under a temporary name, forced to disk, then renamed.
     *
     * @param items gives each item to the sink
     */
    public static void write(Path file, Consumer<Consumer<Map<String, AttributeValue>>> items) {
        writeFrames(file, frames -> items.accept(item -> frames.item(THE_TABLE, item)));
    }

    /** The name of a file while it is being written: its own and {@code .tmp}. */
    public static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + ".tmp");
    }

    static void writeFrames(Path file, Consumer<ItemFrames> content) {
        Path temporary = temporary(file);
        boolean isWhole = false;
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ItemFrames frames = new ItemFrames(channel);
                content.accept(frames);
                frames.finish();
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            isWhole = true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        } finally {
            if (!isWhole) {
                discard(temporary);
            }
        }
    }

    /** A disk that is full is not left fuller. */
    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot delete the half-written " + temporary, e);
        }
    }

    /**
     * Visits all items of a backup in the order they were written.
     *
     * @throws IllegalStateException when the file is damaged
     */
    public static void read(Path file, Consumer<Map<String, AttributeValue>> visitor) {
        try (ItemFile items = open(file)) {
            items.items(table -> true, (table, item) -> visitor.accept(item.item()));
        }
    }

    static ItemFile open(Path file) {
        try {
            return new ItemFile(file, FileChannel.open(file, StandardOpenOption.READ));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    interface Visitor {
        void item(int table, Stored item);
    }

    /** Visits the items of some tables; the frames of others are not even read. */
    void items(IntPredicate tables, Visitor visitor) {
        frames(
                mark -> mark >= 0 || tables.test((int) ~mark),
                payload -> Frame.walk(payload, (index, table, change) -> {
                    if (tables.test(table)) {
                        ByteBuffer item = Frame.plainAfter(change);
                        if (item == null) {
                            throw damaged("an item is written as a change");
                        }
                        visitor.item(table, new Stored.Bytes(item));
                    }
                }));
    }

    /** Visits the documents. */
    void documents(Consumer<Document> visitor) {
        frames(mark -> mark >= 0, payload -> Frame.documents(payload).forEach(visitor));
    }

    private interface Wanted {
        boolean test(long mark);
    }

    private void frames(Wanted wanted, Consumer<ByteBuffer> visitor) {
        try {
            long end = channel.size();
            ByteBuffer start = ByteBuffer.allocate(START);
            for (long at = 0; at < end; ) {
                fill(start.clear(), at, end);
                int length = start.getInt(0);
                if (length < Long.BYTES || length > Frame.MAX_PAYLOAD || at + Frame.HEADER + length > end) {
                    throw damaged("a frame at byte " + at + " has the length " + length);
                }
                if (wanted.test(start.getLong(Frame.HEADER))) {
                    ByteBuffer payload = ByteBuffer.allocate(length);
                    fill(payload, at + Frame.HEADER, end);
                    if (Frame.checksum(payload.flip()) != start.getInt(4)) {
                        throw damaged("the frame at byte " + at + " has a wrong checksum");
                    }
                    visitor.accept(payload);
                }
                at += Frame.HEADER + length;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void fill(ByteBuffer buffer, long at, long end) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw damaged("it ends within a frame, at byte " + end);
            }
        }
    }

    private IllegalStateException damaged(String what) {
        return new IllegalStateException(file + " is damaged: " + what + ". Restore the file, or move it away");
    }

    long bytes() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }
}
