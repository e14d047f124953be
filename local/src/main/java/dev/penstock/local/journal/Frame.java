package dev.penstock.local.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        Encoder out = new Encoder(1024);
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

    static long committed(ByteBuffer payload) {
        return payload.getLong(payload.position());
    }

    static Frame decode(ByteBuffer payload) {
        Decoder in = new Decoder(payload);
        long committed = in.takeLong();
        int count = in.takeCount();
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int table = in.takeCount();
            in.takeInt();
            changes.add(decodeChange(table, in));
        }
        int documentCount = in.takeCount();
        List<Document> documents = new ArrayList<>(documentCount);
        for (int i = 0; i < documentCount; i++) {
            String name = in.takeString();
            documents.add(new Document(name, in.takeByte() == 0 ? null : in.takeString()));
        }
        return new Frame(committed, changes, documents);
    }

    /** Only the changes of some tables, without decoding the others. */
    static List<Entry> decodeEntries(ByteBuffer payload, IntPredicate tables) {
        Decoder in = new Decoder(payload);
        long committed = in.takeLong();
        int count = in.takeCount();
        List<Entry> entries = new ArrayList<>(1);
        for (int i = 0; i < count; i++) {
            int table = in.takeCount();
            int length = in.takeInt();
            if (tables.test(table)) {
                entries.add(new Entry(committed + i, committed, decodeChange(table, in)));
            } else {
                in.skip(length);
            }
        }
        return entries;
    }

    private static Change decodeChange(int table, Decoder in) {
        int flags = in.takeByte();
        Cause cause = (flags & EXPIRY) != 0
                ? Cause.EXPIRY
                : (flags & REPLICATION) != 0 ? new Cause.Replication(in.takeString(), in.takeLong()) : Cause.USER;
        @Nullable Map<String, AttributeValue> before = (flags & HAS_BEFORE) == 0 ? null : in.takeItem(null);
        @Nullable Map<String, AttributeValue> after = (flags & HAS_AFTER) == 0 ? null : in.takeItem(before);
        return new Change(table, before, after, cause);
    }
}
