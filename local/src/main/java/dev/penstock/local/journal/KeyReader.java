package dev.penstock.local.journal;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the key of an item in its encoded form, without decoding the item. Not threadsafe. */
final class KeyReader {
    private static final byte[] NONE = {};

    private final int table;
    private final byte[] partition;
    private final byte @Nullable [] sort;

    KeyReader(int table, KeyNames names) {
        this.table = table;
        this.partition = names.partition().getBytes(StandardCharsets.UTF_8);
        this.sort = names.sort() == null ? null : names.sort().getBytes(StandardCharsets.UTF_8);
    }

    /** Appends what identifies the item in the region: equal keys give equal bytes. Moves the cursor. */
    void read(Decoder item, Encoder key) {
        byte[] first = null;
        byte[] second = sort == null ? NONE : null;
        for (int left = item.takeCount(); left > 0 && (first == null || second == null); left--) {
            int name = item.position();
            boolean isPartition = first == null && item.takeIsText(partition);
            boolean isSort = false;
            if (!isPartition) {
                item.moveTo(name);
                isSort = item.takeIsText(sort == null ? NONE : sort);
            }
            byte tag = (byte) item.takeByte();
            if (isPartition) {
                first = value(tag, item);
            } else if (isSort) {
                second = value(tag, item);
            } else {
                item.skipValue(tag);
            }
        }
        if (first == null || second == null) {
            throw new IllegalStateException("an item of table number " + table + " lacks its key: "
                    + new String(partition, StandardCharsets.UTF_8)
                    + (sort == null ? "" : ", " + new String(sort, StandardCharsets.UTF_8)));
        }
        key.putCount(table);
        key.putBytes(first);
        key.putBytes(second);
    }

    private static byte[] value(byte tag, Decoder item) {
        byte[] value = item.takeBytes();
        return tag == Encoder.N ? canonical(value) : value;
    }

    /** Equal numbers are the same key however they are written. */
    private static byte[] canonical(byte[] number) {
        boolean isPlain = number.length == 1 || (number.length > 0 && number[0] != '0');
        for (int i = 0; isPlain && i < number.length; i++) {
            isPlain = number[i] >= '0' && number[i] <= '9';
        }
        return isPlain
                ? number
                : new BigDecimal(new String(number, StandardCharsets.US_ASCII))
                        .stripTrailingZeros()
                        .toPlainString()
                        .getBytes(StandardCharsets.US_ASCII);
    }
}
