package dev.penstock.local.dax;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads CBOR items from a part of an array. Whatever the bytes, it ends with a value or a
 * {@link MalformedRequestException} and allocates no more than the input's size. Not threadsafe.
 */
final class CborReader {
    /** Deep enough for an expression of 300 operators, the most that DynamoDB takes. */
    private static final int MAX_SKIP_DEPTH = 1_000;

    private final byte[] input;
    private final int end;
    private int position;

    CborReader(byte[] input) {
        this(input, 0, input.length);
    }

    CborReader(byte[] input, int from, int to) {
        this.input = input;
        this.position = from;
        this.end = to;
    }

    int position() {
        return position;
    }

    /** Goes back to where {@link #position()} was. */
    void back(int to) {
        position = to;
    }

    byte[] input() {
        return input;
    }

    boolean atEnd() {
        return position >= end;
    }

    /** The next item's first byte, which stays unread. */
    int peek() {
        need(1);
        return input[position] & 0xff;
    }

    int peekMajor() {
        return peek() >>> 5;
    }

    boolean tryNull() {
        return tryByte(Cbor.NULL);
    }

    boolean tryBreak() {
        return tryByte(Cbor.BREAK);
    }

    boolean readBoolean() {
        int head = readByte();
        return switch (head) {
            case Cbor.TRUE -> true;
            case Cbor.FALSE -> false;
            default -> throw unexpected("a boolean", head);
        };
    }

    long readInteger() {
        int head = readByte();
        long value = argument(head);
        if (value < 0) {
            throw new MalformedRequestException("integer beyond 63 bits");
        }
        return switch (head >>> 5) {
            case Cbor.UNSIGNED -> value;
            case Cbor.NEGATIVE -> -1 - value;
            default -> throw unexpected("an integer", head);
        };
    }

    int readInt() {
        long value = readInteger();
        if (value != (int) value) {
            throw new MalformedRequestException("integer beyond 32 bits: " + value);
        }
        return (int) value;
    }

    /** A table or index name: some clients send text, some bytes. */
    String readName() {
        return new String(readString(peekMajor() == Cbor.TEXT ? Cbor.TEXT : Cbor.BYTES), StandardCharsets.UTF_8);
    }

    String readText() {
        return new String(readString(Cbor.TEXT), StandardCharsets.UTF_8);
    }

    byte[] readBytes() {
        return readString(Cbor.BYTES);
    }

    /** A reader over the content of the next byte string, without a copy where the string is in one piece. */
    CborReader readNested() {
        if (peek() == (Cbor.BYTES << 5 | Cbor.INDEFINITE)) {
            return new CborReader(readBytes());
        }
        int length = length(Cbor.BYTES);
        CborReader nested = new CborReader(input, position, position + length);
        position += length;
        return nested;
    }

    /** Everything that is left. */
    byte[] readRest() {
        byte[] rest = Arrays.copyOfRange(input, position, end);
        position = end;
        return rest;
    }

    /** Passes over the next item. */
    void skip() {
        skip(0);
    }

    private void skip(int depth) {
        if (depth > MAX_SKIP_DEPTH) {
            throw new MalformedRequestException("nested deeper than " + MAX_SKIP_DEPTH);
        }
        switch (peekMajor()) {
            case Cbor.BYTES -> skipString(Cbor.BYTES);
            case Cbor.TEXT -> skipString(Cbor.TEXT);
            case Cbor.ARRAY -> {
                int length = readArray();
                for (int i = 0; more(length, i); i++) {
                    skip(depth + 1);
                }
            }
            case Cbor.MAP -> {
                int length = readMap();
                for (int i = 0; more(length, i); i++) {
                    skip(depth + 1);
                    skip(depth + 1);
                }
            }
            case Cbor.TAG -> {
                readTag();
                skip(depth + 1);
            }
            default -> argument(readByte());
        }
    }

    private void skipString(int major) {
        if (peek() == (major << 5 | Cbor.INDEFINITE)) {
            readString(major);
        } else {
            int length = length(major);
            position += length;
        }
    }

    int readRawByte() {
        return readByte();
    }

    /** Number of elements, or -1 where a break ends the array. */
    int readArray() {
        return container(Cbor.ARRAY);
    }

    /** Number of pairs, or -1 where a break ends the map. */
    int readMap() {
        return container(Cbor.MAP);
    }

    /** True while a container of {@code length} elements (-1: until the break) has one after the first {@code read}. */
    boolean more(int length, int read) {
        return length < 0 ? !tryBreak() : read < length;
    }

    long readTag() {
        int head = readByte();
        if (head >>> 5 != Cbor.TAG) {
            throw unexpected("a tag", head);
        }
        return argument(head);
    }

    BigDecimal readNumber() {
        return CborNumbers.read(this);
    }

    private byte[] readString(int major) {
        if (peek() != (major << 5 | Cbor.INDEFINITE)) {
            int length = length(major);
            position += length;
            return Arrays.copyOfRange(input, position - length, position);
        }
        position++;
        CborWriter whole = new CborWriter();
        while (!tryBreak()) {
            int length = length(major);
            whole.raw(input, position, length);
            position += length;
        }
        return whole.toByteArray();
    }

    /** Reads the head of a string in one piece, whose content is then sure to be there. */
    private int length(int major) {
        int head = readByte();
        if (head >>> 5 != major) {
            throw unexpected(major == Cbor.TEXT ? "a text" : "a byte string", head);
        }
        return need(argument(head));
    }

    private int container(int major) {
        int head = readByte();
        if (head >>> 5 != major) {
            throw unexpected(major == Cbor.ARRAY ? "an array" : "a map", head);
        }
        if ((head & 0x1f) == Cbor.INDEFINITE) {
            return -1;
        }
        return need(argument(head));
    }

    /** The number that a head byte holds or announces; negative beyond 63 bits. */
    long argument(int head) {
        int info = head & 0x1f;
        if (info < 24) {
            return info;
        }
        return switch (info) {
            case 24 -> bigEndian(1);
            case 25 -> bigEndian(2);
            case 26 -> bigEndian(4);
            case 27 -> bigEndian(8);
            default -> throw unexpected("a known length", head);
        };
    }

    /** The next bytes as one number, the most significant first. */
    long bigEndian(int bytes) {
        need(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = (value << 8) | (input[position++] & 0xff);
        }
        return value;
    }

    private int readByte() {
        need(1);
        return input[position++] & 0xff;
    }

    private boolean tryByte(int value) {
        if (peek() != value) {
            return false;
        }
        position++;
        return true;
    }

    /** Every element takes a byte at least, so no honest length exceeds what is left. */
    private int need(long bytes) {
        if (bytes < 0 || bytes > end - position) {
            throw new MalformedRequestException(
                    "length " + Long.toUnsignedString(bytes) + " with " + (end - position) + " bytes left");
        }
        return (int) bytes;
    }

    static MalformedRequestException unexpected(String wanted, int head) {
        return new MalformedRequestException("expected " + wanted + ", found byte 0x" + Integer.toHexString(head));
    }
}
