package dev.penstock.local.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes items to a file, in frames of some 64 KB. All items of a frame are of one table, and a mark at its beginning
 * says of which, so that whoever wants one table steps over the frames of the others. Not threadsafe.
 */
final class ItemFrames {
    private static final int FRAME_BYTES = 64 << 10;

    private final FileChannel channel;
    private final Map<Integer, Pending> pending = new HashMap<>();

    private static final class Pending {
        private final Encoder items = new Encoder(FRAME_BYTES + (FRAME_BYTES >> 2));
        private int count;
    }

    ItemFrames(FileChannel channel) {
        this.channel = channel;
    }

    /** The mark of a frame of items: always negative, as no time of the journal is. */
    static long mark(int table) {
        return ~(long) table;
    }

    void documents(List<Document> documents) {
        ByteBuffer frame = Frame.encode(List.of(), documents);
        Frame.stamp(frame, 0);
        write(frame);
    }

    void item(int table, Map<String, AttributeValue> item) {
        item(table, new Stored.Whole(item));
    }

    void item(int table, Stored item) {
        Pending frame = pending.computeIfAbsent(table, number -> new Pending());
        Frame.putItem(table, item::writeTo, frame.items);
        frame.count++;
        if (frame.items.size() >= FRAME_BYTES) {
            flush(table, frame);
        }
    }

    /** Writes what is left. */
    void finish() {
        pending.forEach((table, frame) -> {
            if (frame.count > 0) {
                flush(table, frame);
            }
        });
    }

    private void flush(int table, Pending frame) {
        write(Frame.encode(mark(table), frame.count, frame.items));
        frame.items.clear();
        frame.count = 0;
    }

    private void write(ByteBuffer frame) {
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write items", e);
        }
    }
}
