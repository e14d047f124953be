package dev.penstock.local.dax;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A table and a primary key in its one canonical form. */
final class ItemKey implements Comparable<ItemKey> {
    private final String table;
    private final byte[] key;
    private final int hash;

    ItemKey(String table, byte[] key) {
        this.table = table;
        this.key = key;
        this.hash = 31 * table.hashCode() + Arrays.hashCode(key);
    }

    String table() {
        return table;
    }

    byte[] key() {
        return key;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ItemKey that
                && hash == that.hash
                && table.equals(that.table)
                && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(ItemKey other) {
        int tables = table.compareTo(other.table);
        return tables != 0 ? tables : Arrays.compare(key, other.key);
    }
}
