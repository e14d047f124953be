package dev.penstock.local.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads what {@link Encoder} wrote. Not threadsafe. */
final class Decoder {
    private final ByteBuffer bytes;

    Decoder(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    int takeByte() {
        return bytes.get();
    }

    int takeInt() {
        return bytes.getInt();
    }

    long takeLong() {
        return bytes.getLong();
    }

    void skip(int length) {
        bytes.position(bytes.position() + length);
    }

    int position() {
        return bytes.position();
    }

    void moveTo(int position) {
        bytes.position(position);
    }

    /** What stands between two positions, as a view. */
    ByteBuffer between(int from, int to) {
        return bytes.slice(from, to - from);
    }

    /** Steps over a text and answers whether it was this one. */
    boolean takeIsText(byte[] text) {
        int length = takeCount();
        int from = bytes.position();
        skip(length);
        if (length != text.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes.get(from + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** Steps over a value whose tag was read. */
    void skipValue(byte tag) {
        switch (tag) {
            case Encoder.SAME, Encoder.TRUE, Encoder.FALSE, Encoder.NULL -> {}
            case Encoder.S, Encoder.N, Encoder.B -> skip(takeCount());
            case Encoder.M -> skipItem();
            case Encoder.L -> {
                for (int left = takeCount(); left > 0; left--) {
                    skipValue(bytes.get());
                }
            }
            case Encoder.SS, Encoder.NS, Encoder.BS -> {
                for (int left = takeCount(); left > 0; left--) {
                    skip(takeCount());
                }
            }
            default -> throw new IllegalStateException("unknown type tag " + tag + " at " + bytes.position());
        }
    }

    void skipItem() {
        for (int left = takeCount(); left > 0; left--) {
            skip(takeCount());
            skipValue(bytes.get());
        }
    }

    int takeCount() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalStateException("count of more than 5 bytes at " + bytes.position());
    }

    String takeString() {
        int length = takeCount();
        int from = bytes.position();
        skip(length);
        return bytes.hasArray()
                ? new String(bytes.array(), bytes.arrayOffset() + from, length, StandardCharsets.UTF_8)
                : StandardCharsets.UTF_8.decode(bytes.slice(from, length)).toString();
    }

    byte[] takeBytes() {
        byte[] value = new byte[takeCount()];
        bytes.get(value);
        return value;
    }

    Map<String, AttributeValue> takeItem(@Nullable Map<String, AttributeValue> base) {
        int count = takeCount();
        Map<String, AttributeValue> item = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            String name = takeString();
            byte tag = bytes.get();
            item.put(name, tag == Encoder.SAME ? fromBase(base, name) : takeValue(tag));
        }
        return item;
    }

    private static AttributeValue fromBase(@Nullable Map<String, AttributeValue> base, String name) {
        return Objects.requireNonNull(base == null ? null : base.get(name), name);
    }

    private AttributeValue takeValue(byte tag) {
        return switch (tag) {
            case Encoder.S -> AttributeValue.fromS(takeString());
            case Encoder.N -> AttributeValue.fromN(takeString());
            case Encoder.B -> AttributeValue.fromB(takeBinary());
            case Encoder.TRUE -> AttributeValue.fromBool(true);
            case Encoder.FALSE -> AttributeValue.fromBool(false);
            case Encoder.NULL -> AttributeValue.fromNul(true);
            case Encoder.M -> AttributeValue.fromM(takeItem(null));
            case Encoder.L -> AttributeValue.fromL(takeList(() -> takeValue(bytes.get())));
            case Encoder.SS -> AttributeValue.fromSs(takeList(this::takeString));
            case Encoder.NS -> AttributeValue.fromNs(takeList(this::takeString));
            case Encoder.BS -> AttributeValue.fromBs(takeList(this::takeBinary));
            default -> throw new IllegalStateException("unknown type tag " + tag + " at " + bytes.position());
        };
    }

    private SdkBytes takeBinary() {
        return SdkBytes.fromByteArrayUnsafe(takeBytes());
    }

    private <T> List<T> takeList(Supplier<T> element) {
        int count = takeCount();
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }
}
