package dev.penstock.local.journal;

import java.util.Arrays;
import java.util.Objects;

/** A growing list of longs, cheap enough to hold one per change of a day. Not threadsafe. */
public final class Longs {
    private long[] values = new long[16];
    private int size;

    public void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    public long get(int index) {
        return values[Objects.checkIndex(index, size)];
    }

    public int size() {
        return size;
    }

    /** The index of the first value that is {@code bound} or more, in a list that is sorted; size if there is none. */
    public int firstFrom(long bound) {
        // Not Arrays.binarySearch: among equal values it finds any.
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (values[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Drops the first {@code count} values. */
    public void dropFirst(int count) {
        values = Arrays.copyOfRange(values, count, Math.max(size, count + 16));
        size -= count;
    }
}
