package dev.penstock.local.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One file of the journal. Its name holds its place in the log and the number of its first change:
 * {@code 00000012-1790000000000000.log}. One writer, any number of readers.
 */
final class Segment implements AutoCloseable {
    private static final int CHUNK = 1 << 20;

    final int id;
    final long first;
    private final Path file;
    private final FileChannel channel;
    private final Marks marks;
    private volatile long end;

    private Segment(int id, long first, Path file, FileChannel channel, Marks marks) {
        this.id = id;
        this.first = first;
        this.file = file;
        this.channel = channel;
        this.marks = marks;
    }

    /** Told each frame of a scan; answers whether to go on. */
    interface Visitor {
        boolean visit(long offset, ByteBuffer payload);
    }

    static Segment create(Path folder, int id, long first) throws IOException {
        Path file = folder.resolve(String.format(Locale.ROOT, "%08d-%016d.log", id, first));
        return new Segment(id, first, file, open(file, StandardOpenOption.CREATE_NEW), new Marks());
    }

    /** @param last only in the last segment can the end be torn by a crash: it is cut off there */
    static Segment recover(Path file, boolean last) throws IOException {
        String name = file.getFileName().toString();
        int id = Integer.parseInt(name.substring(0, 8));
        long first = Long.parseLong(name.substring(9, name.length() - 4));
        Segment segment = new Segment(id, first, file, open(file, StandardOpenOption.WRITE), new Marks());
        long size = segment.channel.size();
        segment.end = size;
        if (last) {
            segment.end = segment.scan(0, size, (offset, payload) -> true);
            segment.channel.truncate(segment.end);
        }
        return segment;
    }

    /** The frames that are there now, readable though the file is deleted meanwhile. */
    Segment reader() throws IOException {
        Segment reader = new Segment(id, first, file, FileChannel.open(file, StandardOpenOption.READ), marks);
        reader.end = end;
        return reader;
    }

    private static FileChannel open(Path file, StandardOpenOption option) throws IOException {
        return FileChannel.open(file, option, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    long end() {
        return end;
    }

    Path file() {
        return file;
    }

    /** Appends one stamped frame and answers its offset. */
    long append(ByteBuffer frame, long committed) throws IOException {
        long at = end;
        long position = at;
        while (frame.hasRemaining()) {
            position += channel.write(frame, position);
        }
        marks.add(committed, at);
        end = position;
        return at;
    }

    void force() throws IOException {
        channel.force(false);
    }

    /** The payload of the frame at an offset that {@link #append} or a scan told. */
    ByteBuffer read(long offset) {
        ByteBuffer header = readFully(offset, Frame.HEADER);
        return readFully(offset + Frame.HEADER, header.getInt(0));
    }

    /** Visits, in order, the frames whose commit time is {@code from} or later, and possibly some before it. */
    void scanFrom(long from, Visitor visitor) {
        AtomicBoolean stopped = new AtomicBoolean();
        long to = end;
        long reached = scan(marks.before(from), to, (offset, payload) -> {
            stopped.set(!visitor.visit(offset, payload));
            return !stopped.get();
        });
        if (reached < to && !stopped.get()) {
            throw new IllegalStateException(file + " is damaged at byte " + reached
                    + ": a frame there has a wrong length or checksum. Restore the file, or move the data folder away");
        }
    }

    /** Answers the offset after the last whole frame before {@code to}; stops early when the visitor says so. */
    private long scan(long from, long to, Visitor visitor) {
        long chunkStart = from;
        ByteBuffer chunk = readFully(from, (int) Math.min(CHUNK, to - from));
        long offset = from;
        while (offset + Frame.HEADER <= to) {
            int at = (int) (offset - chunkStart);
            int length = chunk.remaining() - at >= Frame.HEADER ? chunk.getInt(at) : -1;
            boolean whole = length >= 0 && chunk.remaining() - at - Frame.HEADER >= length;
            if (!whole) {
                int needed = length < 0 ? Frame.HEADER : Frame.HEADER + Math.min(length, Frame.MAX_PAYLOAD);
                if (offset + needed > to || (at == 0 && length < 0 && chunk.remaining() >= Frame.HEADER)) {
                    return offset;
                }
                chunkStart = offset;
                chunk = readFully(offset, (int) Math.min(Math.max(CHUNK, needed), to - offset));
                continue;
            }
            ByteBuffer payload = chunk.slice(at + Frame.HEADER, length);
            if (length < 10 || chunk.getInt(at + 4) != Frame.checksum(payload)) {
                return offset;
            }
            marks.add(Frame.committed(payload), offset);
            if (!visitor.visit(offset, payload)) {
                return offset;
            }
            offset += Frame.HEADER + length;
        }
        return offset;
    }

    private ByteBuffer readFully(long offset, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new IOException(file + " ends before " + (offset + length));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal: " + file, e);
        }
        return buffer.flip();
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
