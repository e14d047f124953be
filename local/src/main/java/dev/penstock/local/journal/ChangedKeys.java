package dev.penstock.local.journal;

import java.util.Arrays;

/**
 * The keys that changed in a part of the journal, each with the number of one change. Keys are bytes in one array, so
 * that a million of them takes less memory than the objects of a tenth. Not threadsafe.
 */
final class ChangedKeys {
    private static final int EMPTY = -1;

    private int[] slots = emptySlots(1 << 10);
    private int[] ends = new int[512];
    private long[] numbers = new long[512];
    private byte[] keys = new byte[16 << 10];
    private int size;

    private static int[] emptySlots(int count) {
        int[] slots = new int[count];
        Arrays.fill(slots, EMPTY);
        return slots;
    }

    int size() {
        return size;
    }

    /** Remembers the last change of a key. */
    void putLast(Encoder key, long number) {
        int slot = find(key);
        if (slots[slot] == EMPTY) {
            add(key, number, slot);
        } else {
            numbers[slots[slot]] = number;
        }
    }

    /** Remembers the first change of a key. */
    void putFirst(Encoder key, long number) {
        int slot = find(key);
        if (slots[slot] == EMPTY) {
            add(key, number, slot);
        }
    }

    boolean contains(Encoder key) {
        return size > 0 && slots[find(key)] != EMPTY;
    }

    /** The numbers of the changes, ascending. */
    long[] numbers() {
        long[] sorted = Arrays.copyOf(numbers, size);
        Arrays.sort(sorted);
        return sorted;
    }

    /** The slot of a key, or the one where it belongs. */
    private int find(Encoder key) {
        int mask = slots.length - 1;
        int slot = key.hash() & mask;
        while (slots[slot] != EMPTY && !isAt(slots[slot], key)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean isAt(int index, Encoder key) {
        int from = index == 0 ? 0 : ends[index - 1];
        return ends[index] - from == key.size() && key.equalsRange(keys, from);
    }

    private void add(Encoder key, long number, int slot) {
        int from = size == 0 ? 0 : ends[size - 1];
        int end = Math.addExact(from, key.size());
        if (end > keys.length) {
            keys = Arrays.copyOf(keys, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(keys.length * 2L, end)));
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, size * 2);
            numbers = Arrays.copyOf(numbers, size * 2);
        }
        key.copyTo(keys, from);
        ends[size] = end;
        numbers[size] = number;
        slots[slot] = size++;
        if (size * 2 > slots.length) {
            grow();
        }
    }

    private void grow() {
        slots = emptySlots(slots.length * 2);
        int mask = slots.length - 1;
        for (int index = 0; index < size; index++) {
            int from = index == 0 ? 0 : ends[index - 1];
            int slot = Encoder.hash(keys, from, ends[index]) & mask;
            while (slots[slot] != EMPTY) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = index;
        }
    }
}
