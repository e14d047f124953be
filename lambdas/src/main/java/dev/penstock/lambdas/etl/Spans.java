package dev.penstock.lambdas.etl;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds where DynamoDB JSON values end without decoding them, eight bytes at a time. It knows only the compact form
 * that exports have; everything else is {@link #UNUSUAL} and goes the slow, judging way. Bytes inside strings are not
 * judged.
 */
final class Spans {
    static final int UNUSUAL = -1;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    /** <code>{"?"</code> and what follows: a type of one letter. */
    private static final int ONE_LETTER = 0x2200_227b;

    private static final int ONE_LETTER_MASK = 0xff00_ffff;
    private static final int MAX_DEPTH = 64;

    private Spans() {}

    /** Where the string that begins at {@code from} (after its quote) has its closing quote, or UNUSUAL. */
    static int quote(byte[] text, int from, int to) {
        int at = from;
        while (at <= to - 8) {
            long word = (long) LONG.get(text, at);
            long quotes = word ^ QUOTES;
            long slashes = word ^ BACKSLASHES;
            long match = ((quotes - ONES & ~quotes) | (slashes - ONES & ~slashes)) & HIGHS;
            if (match == 0) {
                at += 8;
                continue;
            }
            at += Long.numberOfTrailingZeros(match) >>> 3;
            if (text[at] == '"') {
                return at;
            }
            at += 2;
        }
        while (at < to && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        return at < to ? at : UNUSUAL;
    }

    /** As {@link #quote} for a string of less than eight bytes without escapes; else UNUSUAL. */
    static int shortName(byte[] text, int from, int to) {
        if (from > to - 8) {
            return UNUSUAL;
        }
        long word = (long) LONG.get(text, from);
        long quotes = word ^ QUOTES;
        long slashes = word ^ BACKSLASHES;
        long match = ((quotes - ONES & ~quotes) | (slashes - ONES & ~slashes)) & HIGHS;
        int at = from + (Long.numberOfTrailingZeros(match) >>> 3);
        return match != 0 && text[at] == '"' ? at : UNUSUAL;
    }

    /** Where the typed value <code>{"S":"..."}</code> at {@code from} ends, exclusive, or UNUSUAL. */
    static int value(byte[] text, int from, int to, int depth) {
        if (to - from < 9 || depth > MAX_DEPTH) {
            return UNUSUAL;
        }
        int head = (int) INT.get(text, from);
        if ((head & ONE_LETTER_MASK) == ONE_LETTER && text[from + 4] == ':') {
            byte open = text[from + 5];
            int end;
            if (open == '"') {
                end = quote(text, from + 6, to);
                return end != UNUSUAL && end + 1 < to && text[end + 1] == '}' ? end + 2 : UNUSUAL;
            }
            end = open == '{' ? map(text, from + 5, to, depth + 1) : list(text, from + 5, to, depth + 1);
            return end != UNUSUAL && end < to && text[end] == '}' ? end + 1 : UNUSUAL;
        }
        return longType(text, from, to, head);
    }

    /** BOOL, NULL and the sets. */
    private static int longType(byte[] text, int from, int to, int head) {
        if ((head & 0xffff) != 0x227b || to - from < 11) {
            return UNUSUAL;
        }
        if (text[from + 4] == '"') {
            int end = text[from + 5] == ':' ? strings(text, from + 6, to) : UNUSUAL;
            return end != UNUSUAL && end < to && text[end] == '}' ? end + 1 : UNUSUAL;
        }
        boolean bool = head == 0x4f42_227b && text[from + 4] == 'O' && text[from + 5] == 'L';
        boolean nul = head == 0x554e_227b && text[from + 4] == 'L' && text[from + 5] == 'L';
        if ((!bool && !nul) || text[from + 6] != '"' || text[from + 7] != ':') {
            return UNUSUAL;
        }
        if (matches(text, from + 8, to, "true}")) {
            return from + 13;
        }
        return bool && matches(text, from + 8, to, "false}") ? from + 14 : UNUSUAL;
    }

    private static boolean matches(byte[] text, int from, int to, String ascii) {
        if (to - from < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (text[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where the map of attributes at {@code from} ends, exclusive, or UNUSUAL. */
    static int map(byte[] text, int from, int to, int depth) {
        if (to - from < 2 || text[from] != '{') {
            return UNUSUAL;
        }
        int at = from + 1;
        if (text[at] == '}') {
            return at + 1;
        }
        while (at < to && text[at] == '"') {
            int close = quote(text, at + 1, to);
            if (close == UNUSUAL || close + 1 >= to || text[close + 1] != ':') {
                return UNUSUAL;
            }
            at = value(text, close + 2, to, depth);
            if (at == UNUSUAL || at >= to) {
                return UNUSUAL;
            }
            if (text[at] == '}') {
                return at + 1;
            }
            if (text[at++] != ',') {
                return UNUSUAL;
            }
        }
        return UNUSUAL;
    }

    private static int list(byte[] text, int from, int to, int depth) {
        if (text[from] != '[') {
            return UNUSUAL;
        }
        int at = from + 1;
        if (text[at] == ']') {
            return at + 1;
        }
        while (at < to) {
            at = value(text, at, to, depth);
            if (at == UNUSUAL || at >= to) {
                return UNUSUAL;
            }
            if (text[at] == ']') {
                return at + 1;
            }
            if (text[at++] != ',') {
                return UNUSUAL;
            }
        }
        return UNUSUAL;
    }

    private static int strings(byte[] text, int from, int to) {
        if (text[from] != '[') {
            return UNUSUAL;
        }
        int at = from + 1;
        while (at < to && text[at] == '"') {
            int close = quote(text, at + 1, to);
            if (close == UNUSUAL || close + 1 >= to) {
                return UNUSUAL;
            }
            if (text[close + 1] == ']') {
                return close + 2;
            }
            if (text[close + 1] != ',') {
                return UNUSUAL;
            }
            at = close + 2;
        }
        return UNUSUAL;
    }

    static boolean hasBackslash(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    /** The first eight bytes of a name as one number, zeros after its end: equal names have equal words. */
    static long word(byte[] text, int from, int length) {
        if (from + 8 <= text.length) {
            long word = (long) LONG.get(text, from);
            return length >= 8 ? word : word & ~(-1L << (length << 3));
        }
        long word = 0;
        for (int i = Math.min(length, 8) - 1; i >= 0; i--) {
            word = (word << 8) | (text[from + i] & 0xff);
        }
        return word;
    }
}
