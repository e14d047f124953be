package dev.penstock.local.regions;

import java.util.Comparator;

/**
 * Which write an item's present state comes from. The later one wins; of two in the same microsecond, that of the region
 * whose name comes later, so that all replicas decide alike.
 *
 * @param micros commit time in microseconds since the epoch, in the region where it was written
 */
record Version(long micros, String region) implements Comparable<Version> {
    /** Of an item that nobody wrote as far as is known: any write wins over it. */
    static final Version NONE = new Version(0, "");

    private static final Comparator<Version> ORDER =
            Comparator.comparingLong(Version::micros).thenComparing(Version::region);

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }
}
