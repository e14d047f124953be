package dev.penstock.lambdas.export;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Splits a stream into lines without copying them: a window of 256 KB, searched for newlines eight bytes at a time. A
 * longer line makes the window grow, up to {@link #LONGEST}: a 400 KB item escaped byte by byte, old image and new
 * image, fits.
 */
public final class Lines {
    /** Longest line, in bytes. */
    public static final int LONGEST = 16 << 20;

    private static final int WINDOW = 256 << 10;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NEWLINES = 0x0a0a0a0a0a0a0a0aL;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    /** Takes one line: {@code text[start, end)}, valid during the call; its number counts from 1. */
    @FunctionalInterface
    public interface Sink {
        void line(byte[] text, int start, int end, long number) throws IOException;
    }

    private Lines() {}

    /**
     * Gives every line to the sink; the last one may lack its newline. A carriage return before a newline is kept.
     *
     * @return bytes read
     * @throws IOException when a line is longer than {@link #LONGEST}
     */
    public static long read(InputStream in, Sink sink) throws IOException {
        byte[] window = new byte[WINDOW];
        int filled = 0;
        long number = 0;
        long total = 0;
        while (true) {
            if (filled == window.length) {
                if (filled >= LONGEST) {
                    throw new IOException("line " + (number + 1) + " is longer than " + LONGEST + " bytes");
                }
                window = Arrays.copyOf(window, window.length * 2);
            }
            int read = in.readNBytes(window, filled, window.length - filled);
            boolean last = read < window.length - filled;
            total += read;
            int searched = filled;
            filled += read;
            int start = 0;
            int newline = newline(window, searched, filled);
            while (newline < filled) {
                sink.line(window, start, newline, ++number);
                start = newline + 1;
                newline = newline(window, start, filled);
            }
            if (last) {
                if (start < filled) {
                    sink.line(window, start, filled, number + 1);
                }
                return total;
            }
            System.arraycopy(window, start, window, 0, filled - start);
            filled -= start;
        }
    }

    /** Where the next newline is, or {@code to}. */
    public static int newline(byte[] text, int from, int to) {
        int at = from;
        for (; at <= to - 8; at += 8) {
            long word = (long) LONG.get(text, at) ^ NEWLINES;
            long match = word - ONES & ~word & HIGHS;
            if (match != 0) {
                return at + (Long.numberOfTrailingZeros(match) >>> 3);
            }
        }
        while (at < to && text[at] != '\n') {
            at++;
        }
        return at;
    }
}
