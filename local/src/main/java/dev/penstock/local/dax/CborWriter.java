package dev.penstock.local.dax;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes CBOR items into a growing array. Not threadsafe. */
final class CborWriter {
    private byte[] buffer;
    private int size;

    CborWriter() {
        this(256);
    }

    CborWriter(int capacity) {
        buffer = new byte[capacity];
    }

    int size() {
        return size;
    }

    /** The array written to; its first {@link #size()} bytes count, until the next write. */
    byte[] array() {
        return buffer;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /** Empties the writer; an array grown beyond {@code keep} bytes is given back. */
    CborWriter reset(int keep) {
        size = 0;
        if (buffer.length > keep) {
            buffer = new byte[keep];
        }
        return this;
    }

    /** Drops what was written after {@code mark}. */
    void truncate(int mark) {
        size = mark;
    }

    CborWriter raw(int value) {
        ensure(1);
        buffer[size++] = (byte) value;
        return this;
    }

    CborWriter raw(byte[] bytes) {
        return raw(bytes, 0, bytes.length);
    }

    CborWriter raw(byte[] bytes, int from, int length) {
        ensure(length);
        System.arraycopy(bytes, from, buffer, size, length);
        size += length;
        return this;
    }

    CborWriter nul() {
        return raw(Cbor.NULL);
    }

    CborWriter bool(boolean value) {
        return raw(value ? Cbor.TRUE : Cbor.FALSE);
    }

    CborWriter integer(long value) {
        return value >= 0 ? head(Cbor.UNSIGNED, value) : head(Cbor.NEGATIVE, -1 - value);
    }

    CborWriter integer(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            return integer(value.longValue());
        }
        boolean negative = value.signum() < 0;
        byte[] magnitude = (negative ? value.not() : value).toByteArray();
        int zeros = magnitude[0] == 0 ? 1 : 0;
        tag(negative ? Cbor.TAG_BIG_NEGATIVE : Cbor.TAG_BIG_POSITIVE);
        head(Cbor.BYTES, magnitude.length - zeros);
        return raw(magnitude, zeros, magnitude.length - zeros);
    }

    /** An integer where the value is one, else a decimal fraction. */
    CborWriter number(BigDecimal value) {
        if (value.signum() == 0) {
            return integer(0);
        }
        BigDecimal plain = value.scale() > 0 ? value.stripTrailingZeros() : value;
        if (plain.scale() <= 0) {
            return integer(plain.toBigIntegerExact());
        }
        tag(Cbor.TAG_DECIMAL).array(2).integer(-plain.scale());
        return integer(plain.unscaledValue());
    }

    CborWriter real(double value) {
        ensure(9);
        buffer[size++] = (byte) Cbor.DOUBLE;
        return bigEndian(Double.doubleToLongBits(value), 8);
    }

    CborWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return head(Cbor.TEXT, utf8.length).raw(utf8);
    }

    CborWriter bytes(byte[] value) {
        return head(Cbor.BYTES, value.length).raw(value);
    }

    /** The whole content of another writer as one byte string. */
    CborWriter bytes(CborWriter inner) {
        return head(Cbor.BYTES, inner.size).raw(inner.buffer, 0, inner.size);
    }

    CborWriter array(int length) {
        return head(Cbor.ARRAY, length);
    }

    CborWriter map(int pairs) {
        return head(Cbor.MAP, pairs);
    }

    CborWriter tag(long tag) {
        return head(Cbor.TAG, tag);
    }

    private CborWriter head(int major, long value) {
        ensure(9);
        int type = major << 5;
        if (value < 24) {
            return raw(type | (int) value);
        }
        if (value < 0x100) {
            return raw(type | 24).raw((int) value);
        }
        if (value < 0x10000) {
            return raw(type | 25).bigEndian(value, 2);
        }
        if (value < 0x1_0000_0000L) {
            return raw(type | 26).bigEndian(value, 4);
        }
        return raw(type | 27).bigEndian(value, 8);
    }

    private CborWriter bigEndian(long value, int bytes) {
        ensure(bytes);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    private void ensure(int more) {
        if (size + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(size + more, 2 * buffer.length));
        }
    }
}
