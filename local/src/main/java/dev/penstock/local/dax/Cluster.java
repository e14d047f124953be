package dev.penstock.local.dax;

import java.util.function.LongSupplier;

/**
 * What the connections of all nodes use.
 *
 * @param ticker nanoseconds of waiting time, which no one moves
 */
record Cluster(
        Dispatcher dispatcher,
        Items items,
        DaxMetrics metrics,
        Authorizer authorizer,
        DaxLimits limits,
        MemoryBudget memory,
        LongSupplier ticker) {
    long nanoTime() {
        return ticker.getAsLong();
    }
}
