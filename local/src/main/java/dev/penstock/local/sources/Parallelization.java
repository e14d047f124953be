package dev.penstock.local.sources;

import dev.penstock.local.streams.StreamRecord;

/**
 * ParallelizationFactor: up to that many batches of one shard at a time. Changes of one item stay in order, because an
 * item always goes the same lane.
 *
 * @param factor 1 to 10
 */
record Parallelization(int factor) {
    /** The lane of a change, 0 to factor - 1, the same for each change of an item in any run. */
    int laneOf(StreamRecord change) {
        if (factor == 1) {
            return 0;
        }
        // Map and AttributeValue hash by content; the mix spreads keys that differ only in their last digits.
        int hash = change.keys().hashCode();
        return Math.floorMod(hash ^ (hash >>> 16), factor);
    }
}
