package dev.penstock.local.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What one request, transaction or control call left in the journal; it is there wholly or not at all. On disk:
 * length, CRC-32C of the payload, payload.
 *
 * @param committed microseconds since the epoch, and the number of the first change; the others count up from it
 */
record Frame(long committed, List<Change> changes, List<Document> documents) {
    static final int HEADER = 8;
    /** No request reaches this; a greater length on disk is damage. */
    static final int MAX_PAYLOAD = 256 << 20;

    private static final int HAS_BEFORE = 1;
    private static final int HAS_AFTER = 2;
    private static final int EXPIRY = 4;
    private static final int REPLICATION = 8;

    /** The number of its last change. */
    long last() {
        return committed + Math.max(changes.size(), 1) - 1;
    }

    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(changes.size());
        for (int i = 0; i < changes.size(); i++) {
            entries.add(new Entry(committed + i, committed, changes.get(i)));
        }
        return entries;
    }

    /** With header, ready to be written once it is {@linkplain #stamp stamped}. */
    static ByteBuffer encode(List<Change> changes, List<Document> documents) {
        Encoder out = new Encoder(1024 * Math.clamp(changes.size(), 1, 100));
        out.putInt(0);
        out.putInt(0);
        out.putLong(0);
        out.putCount(changes.size());
        changes.forEach(change -> encode(change, out));
        out.putCount(documents.size());
        documents.forEach(document -> encode(document, out));
        ByteBuffer frame = out.toBuffer();
        frame.putInt(0, out.size() - HEADER);
        return frame;
    }

    /** Items of one table, as {@link #putItem} writes them, under a mark in place of the commit time. */
    static ByteBuffer encode(long mark, int count, Encoder items) {
        Encoder out = new Encoder(items.size() + 32);
        out.putInt(0);
        out.putInt(0);
        out.putLong(0);
        out.putCount(count);
        out.putRaw(items.toBuffer());
        out.putCount(0);
        ByteBuffer frame = out.toBuffer();
        frame.putInt(0, out.size() - HEADER);
        stamp(frame, mark);
        return frame;
    }

    /** Writes what {@link #encode(List, List)} writes for an item that came to be. */
    static void putItem(int table, Consumer<Encoder> item, Encoder out) {
        out.putCount(table);
        out.putInt(0);
        int start = out.size();
        out.putByte(HAS_AFTER);
        item.accept(out);
        out.setInt(start - 4, out.size() - start);
    }

    /** Sets the commit time, which is known only when it is this frame's turn, and the checksum. */
    static void stamp(ByteBuffer frame, long committed) {
        frame.putLong(HEADER, committed);
        frame.putInt(4, checksum(frame.slice(HEADER, frame.limit() - HEADER)));
    }

    static int checksum(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }

    private static void encode(Change change, Encoder out) {
        Map<String, AttributeValue> before = change.before();
        Map<String, AttributeValue> after = change.after();
        out.putCount(change.table());
        out.putInt(0);
        int start = out.size();
        int flags = (before == null ? 0 : HAS_BEFORE) | (after == null ? 0 : HAS_AFTER);
        switch (change.cause()) {
            case Cause.User() -> out.putByte(flags);
            case Cause.Expiry() -> out.putByte(flags | EXPIRY);
            case Cause.Replication(String region, long micros) -> {
                out.putByte(flags | REPLICATION);
                out.putString(region);
                out.putLong(micros);
            }
        }
        if (before != null) {
            out.putItem(before, null);
        }
        if (after != null) {
            out.putItem(after, before);
        }
        out.setInt(start - 4, out.size() - start);
    }

    private static void encode(Document document, Encoder out) {
        out.putString(document.name());
        String json = document.json();
        out.putByte(json == null ? 0 : 1);
        if (json != null) {
            out.putString(json);
        }
    }

    /** Told the place of a change in its frame; the cursor may be moved at will. */
    interface Walker {
        void change(int index, int table, Decoder change);
    }

    /** Goes from change to change without decoding them. */
    static void walk(ByteBuffer payload, Walker walker) {
        Decoder in = new Decoder(payload.duplicate());
        in.takeLong();
        int count = in.takeCount();
        for (int i = 0; i < count; i++) {
            int table = in.takeCount();
            int length = in.takeInt();
            int next = in.position() + length;
            walker.change(i, table, in);
            in.moveTo(next);
        }
    }

    /** The image after a change as it stands there; {@code null} when it is missing or refers to the one before. */
    static @Nullable ByteBuffer plainAfter(Decoder change) {
        int flags = toImages(change);
        if ((flags & (HAS_BEFORE | HAS_AFTER)) != HAS_AFTER) {
            return null;
        }
        int from = change.position();
        change.skipItem();
        return change.between(from, change.position());
    }

    /** Moves the cursor of a {@link Walker} to the first image, which is written out in full; answers the flags. */
    static int toImages(Decoder change) {
        int flags = change.takeByte();
        if ((flags & REPLICATION) != 0) {
            change.skip(change.takeCount());
            change.takeLong();
        }
        return flags;
    }

    static long committed(ByteBuffer payload) {
        return payload.getLong(payload.position());
    }

    /** How many changes there are. */
    static int count(ByteBuffer payload) {
        Decoder in = new Decoder(payload.duplicate());
        in.takeLong();
        return in.takeCount();
    }

    /** The documents, without decoding the changes. */
    static List<Document> documents(ByteBuffer payload) {
        Decoder in = new Decoder(payload.duplicate());
        in.takeLong();
        for (int left = in.takeCount(); left > 0; left--) {
            in.takeCount();
            in.skip(in.takeInt());
        }
        int documentCount = in.takeCount();
        List<Document> documents = new ArrayList<>(documentCount);
        for (int i = 0; i < documentCount; i++) {
            String name = in.takeString();
            documents.add(new Document(name, in.takeByte() == 0 ? null : in.takeString()));
        }
        return documents;
    }

    /** Only the changes of some tables, without decoding the others. */
    static List<Entry> decodeEntries(ByteBuffer payload, IntPredicate tables) {
        long committed = committed(payload);
        List<Entry> entries = new ArrayList<>(1);
        walk(payload, (index, table, change) -> {
            if (tables.test(table)) {
                entries.add(new Entry(committed + index, committed, decodeChange(table, change)));
            }
        });
        return entries;
    }

    static Change decodeChange(int table, Decoder in) {
        int flags = in.takeByte();
        Cause cause = (flags & EXPIRY) != 0
                ? Cause.EXPIRY
                : (flags & REPLICATION) != 0 ? new Cause.Replication(in.takeString(), in.takeLong()) : Cause.USER;
        @Nullable Map<String, AttributeValue> before = (flags & HAS_BEFORE) == 0 ? null : in.takeItem(null);
        @Nullable Map<String, AttributeValue> after = (flags & HAS_AFTER) == 0 ? null : in.takeItem(before);
        return new Change(table, before, after, cause);
    }
}
