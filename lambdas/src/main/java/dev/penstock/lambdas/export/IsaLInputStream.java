package dev.penstock.lambdas.export;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.ZipException;

/** Gzip members as one stream of bytes, through {@link IsaL}. Not threadsafe; holds half a megabyte until it is closed. */
final class IsaLInputStream extends InputStream {
    private static final int IN = 1 << 16;
    private static final int OUT = 1 << 18;

    /** Members of {@code struct inflate_state} of igzip_lib.h, ISA-L 2.x on 64 bits, whose size is 87,368. */
    private static final long NEXT_OUT = 0;

    private static final long AVAIL_OUT = 8;
    private static final long NEXT_IN = 16;
    private static final long AVAIL_IN = 32;
    private static final long BLOCK_STATE = 21_160;
    private static final long CRC_FLAG = 21_172;
    private static final long STATE_SIZE = 1 << 17;
    /** {@code ISAL_GZIP}: reads the header, checks CRC and length. */
    private static final int GZIP = 1;

    private static final int FINISHED = 5;

    private final IsaL library;
    private final InputStream in;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(STATE_SIZE, 64);
    private final MemorySegment packed = arena.allocate(IN, 64);
    private final MemorySegment unpacked = arena.allocate(OUT, 64);
    private final byte[] buffer = new byte[IN];
    private int start;
    private int end;
    private boolean done;

    IsaLInputStream(IsaL library, InputStream in) {
        this.library = library;
        this.in = in;
        library.init(state);
        state.set(ValueLayout.JAVA_INT, CRC_FLAG, GZIP);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (start == end && !done) {
            unpack();
        }
        if (start == end) {
            return -1;
        }
        int taken = Math.min(length, end - start);
        MemorySegment.copy(unpacked, ValueLayout.JAVA_BYTE, start, into, from, taken);
        start += taken;
        return taken;
    }

    /** One call of the library: fills what it can, or takes in more. */
    private void unpack() throws IOException {
        if (available(AVAIL_IN) == 0 && !fill()) {
            throw new EOFException("unexpected end of the gzip data");
        }
        state.set(ValueLayout.ADDRESS, NEXT_OUT, unpacked);
        state.set(ValueLayout.JAVA_INT, AVAIL_OUT, OUT);
        int result = library.inflate(state);
        if (result < 0) {
            throw new ZipException("not gzip, or damaged (ISA-L " + result + ")");
        }
        start = 0;
        end = OUT - available(AVAIL_OUT);
        if (available(BLOCK_STATE) == FINISHED) {
            nextMember();
        }
    }

    /** Another member may follow; anything else behind a member is ignored, as the JDK does. */
    private void nextMember() throws IOException {
        done = available(AVAIL_IN) == 0 && !fill();
        if (!done) {
            long next = state.get(ValueLayout.JAVA_LONG, NEXT_IN) - packed.address();
            done = packed.get(ValueLayout.JAVA_BYTE, next) != 0x1f;
            library.reset(state);
            state.set(ValueLayout.JAVA_INT, CRC_FLAG, GZIP);
        }
    }

    private int available(long member) {
        return state.get(ValueLayout.JAVA_INT, member);
    }

    private boolean fill() throws IOException {
        int read = in.read(buffer);
        if (read <= 0) {
            return false;
        }
        MemorySegment.copy(buffer, 0, packed, ValueLayout.JAVA_BYTE, 0, read);
        state.set(ValueLayout.ADDRESS, NEXT_IN, packed);
        state.set(ValueLayout.JAVA_INT, AVAIL_IN, read);
        return true;
    }

    @Override
    public void close() throws IOException {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        in.close();
    }
}
