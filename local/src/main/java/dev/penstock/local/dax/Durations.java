package dev.penstock.local.dax;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts durations in buckets that are a thirty-second of their value wide, so that a quantile costs no list. Threadsafe. */
final class Durations {
    private static final int STEPS_BITS = 5;
    private static final int STEPS = 1 << STEPS_BITS;

    private final LongAdder[] buckets = new LongAdder[(Long.SIZE - STEPS_BITS) * STEPS];

    Durations() {
        Arrays.setAll(buckets, i -> new LongAdder());
    }

    void add(long nanos) {
        buckets[bucket(Math.max(nanos, 0))].increment();
    }

    long count() {
        return Arrays.stream(buckets).mapToLong(LongAdder::sum).sum();
    }

    /** The duration in microseconds that this share of all is below, to a thirty-second; 0 when there is none. */
    double micros(double quantile) {
        long[] counts = Arrays.stream(buckets).mapToLong(LongAdder::sum).toArray();
        long rank = (long) Math.ceil(quantile * Arrays.stream(counts).sum());
        for (int i = 0; i < counts.length; i++) {
            rank -= counts[i];
            if (rank <= 0 && counts[i] > 0) {
                return upperBound(i) / 1e3;
            }
        }
        return 0;
    }

    /** Values below STEPS have a bucket each; above, the highest bit and the three after it choose. */
    private static int bucket(long nanos) {
        if (nanos < STEPS) {
            return (int) nanos;
        }
        int shift = Long.SIZE - 1 - STEPS_BITS - Long.numberOfLeadingZeros(nanos);
        return (shift << STEPS_BITS) + (int) (nanos >>> shift);
    }

    private static double upperBound(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int shift = (bucket >>> STEPS_BITS) - 1;
        return (double) (STEPS + (bucket & (STEPS - 1)) + 1) * (1L << shift);
    }
}
