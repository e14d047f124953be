package dev.penstock.local.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Writes the journal's compact binary form into a growing array. Not threadsafe. */
final class Encoder {
    static final byte SAME = 0;
    static final byte S = 1;
    static final byte N = 2;
    static final byte B = 3;
    static final byte TRUE = 4;
    static final byte FALSE = 5;
    static final byte NULL = 6;
    static final byte M = 7;
    static final byte L = 8;
    static final byte SS = 9;
    static final byte NS = 10;
    static final byte BS = 11;

    private byte[] bytes;
    private int size;

    Encoder(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    void putByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void putInt(int value) {
        reserve(4);
        size += 4;
        setInt(size - 4, value);
    }

    void setInt(int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, value);
    }

    void putLong(long value) {
        reserve(8);
        ByteBuffer.wrap(bytes).putLong(size, value);
        size += 8;
    }

    /** Seven bits a byte, lowest first; value zero or more. */
    void putCount(int value) {
        int rest = value;
        while (rest > 0x7f) {
            putByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        putByte(rest);
    }

    void putString(String text) {
        putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    void putBytes(byte[] value) {
        putCount(value.length);
        putRaw(ByteBuffer.wrap(value));
    }

    /** Bytes as they are, without their number. */
    void putRaw(ByteBuffer value) {
        int length = value.remaining();
        reserve(length);
        value.get(value.position(), bytes, size, length);
        size += length;
    }

    /** Forgets what was written. */
    void clear() {
        size = 0;
    }

    /** Appends to an array that has room for it. */
    void copyTo(byte[] target, int at) {
        System.arraycopy(bytes, 0, target, at, size);
    }

    boolean equalsRange(byte[] other, int from) {
        return Arrays.equals(bytes, 0, size, other, from, from + size);
    }

    int hash() {
        return hash(bytes, 0, size);
    }

    static int hash(byte[] bytes, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        hash *= 0x9E3779B9;
        return hash ^ (hash >>> 16);
    }

    /** @param base an attribute that is equal in {@code base} is written as a mark only */
    void putItem(Map<String, AttributeValue> item, @Nullable Map<String, AttributeValue> base) {
        putCount(item.size());
        item.forEach((name, value) -> {
            putString(name);
            if (base != null && value.equals(base.get(name))) {
                putByte(SAME);
            } else {
                putValue(value);
            }
        });
    }

    private void putValue(AttributeValue value) {
        switch (value.type()) {
            case S -> putText(S, value.s());
            case N -> putText(N, value.n());
            case B -> {
                putByte(B);
                putBytes(value.b().asByteArrayUnsafe());
            }
            case BOOL -> putByte(value.bool() ? TRUE : FALSE);
            case NUL -> putByte(NULL);
            case M -> {
                putByte(M);
                putItem(value.m(), null);
            }
            case L -> {
                putByte(L);
                putCount(value.l().size());
                value.l().forEach(this::putValue);
            }
            case SS -> putTexts(SS, value.ss());
            case NS -> putTexts(NS, value.ns());
            case BS -> {
                putByte(BS);
                putCount(value.bs().size());
                for (SdkBytes member : value.bs()) {
                    putBytes(member.asByteArrayUnsafe());
                }
            }
            default -> throw new IllegalArgumentException("attribute value without a known type: " + value);
        }
    }

    private void putText(byte tag, String text) {
        putByte(tag);
        putString(text);
    }

    private void putTexts(byte tag, List<String> texts) {
        putByte(tag);
        putCount(texts.size());
        texts.forEach(this::putString);
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
