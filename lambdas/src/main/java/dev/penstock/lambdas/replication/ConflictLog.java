package dev.penstock.lambdas.replication;

import dev.penstock.lambdas.item.Value;
import java.util.Map;

/** Where a write is kept that another place's later write of the same item beat. */
@FunctionalInterface
interface ConflictLog {
    /**
     * Keeps the write that lost; the same one again replaces itself.
     *
     * @param key in the target
     * @param loser version of the write that lost, {@code unknown} of a row that no replication wrote
     * @param row what it would have made, or made, of the row
     * @throws RuntimeException when it can't be kept now, so that the change must be delivered again
     */
    void lost(Map<String, Value> key, Version winner, String loser, Map<String, Value> row);
}
