package dev.penstock.lambdas.etl;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What windows together did to the items of one pass: the image before the first and the image after the last. */
final class Changes {
    /** Objects, arrays and table slots of an entry, about. */
    private static final int OVERHEAD = 200;

    private final boolean undo;
    private final Map<ByteBuffer, Entry> byKey = new HashMap<>();
    private long bytes;

    /** One item. */
    static final class Entry {
        byte @Nullable [] before;
        byte @Nullable [] after;
        private long written;
    }

    /** @param undo needs both images; folding forward needs what is after alone */
    Changes(boolean undo) {
        this.undo = undo;
    }

    /** Adds what a window did; windows come in order, and of one window the later write counts. */
    void add(ByteBuffer key, ChangeLine change) {
        Entry entry = byKey.get(key);
        if (entry == null) {
            entry = new Entry();
            if (undo) {
                entry.before = change.oldImage();
                bytes += length(entry.before);
            }
            byKey.put(key, entry);
            bytes += OVERHEAD + key.capacity();
        } else if (change.writeTimestampMicros() < entry.written) {
            return;
        }
        bytes += length(change.newImage()) - length(entry.after);
        entry.after = change.newImage();
        entry.written = change.writeTimestampMicros();
    }

    private static int length(byte @Nullable [] image) {
        return image == null ? 0 : image.length;
    }

    Map<ByteBuffer, Entry> byKey() {
        return byKey;
    }

    /** Memory held, about. */
    long bytes() {
        return bytes;
    }
}
