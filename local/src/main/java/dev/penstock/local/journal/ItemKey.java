package dev.penstock.local.journal;

import java.util.Comparator;

/**
 * The primary key of an item in a canonical form, so that equal keys are equal text ({@code 1} and {@code 1.0}).
 *
 * @param sort empty when the table has no sort key
 */
public record ItemKey(int table, String partition, String sort) implements Comparable<ItemKey> {
    private static final Comparator<ItemKey> ORDER = Comparator.comparingInt(ItemKey::table)
            .thenComparing(ItemKey::partition)
            .thenComparing(ItemKey::sort);

    @Override
    public int compareTo(ItemKey other) {
        return ORDER.compare(this, other);
    }
}
