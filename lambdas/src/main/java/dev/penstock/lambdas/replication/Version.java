package dev.penstock.lambdas.replication;

import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.ItemChange;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which write a row of a target comes from. The later one wins: by second, then by region; writes of one source within a
 * second are in the order of its stream.
 *
 * @param text {@code second|origin|stream label|sequence number}, which compares as text
 * @param origin {@code REGION/ACCOUNT/TABLE} where it was written
 */
record Version(String text, String origin) implements Comparable<Version> {

    /** Of a write that a stream tells. */
    static Version of(ItemChange change) {
        String origin = change.origin() + "/" + change.table();
        return new Version(
                "%012d|%s|%s|%s"
                        .formatted(
                                change.time().getEpochSecond(),
                                origin,
                                change.label(),
                                Guard.padded(change.sequenceNumber())),
                origin);
    }

    /** Below every write of that source: for items that were there before the replication. */
    static Version before(String origin) {
        return new Version("%012d|%s||".formatted(0, origin), origin);
    }

    /** What a row says of itself; {@code null} when no replication wrote it. */
    static @Nullable Version in(@Nullable Map<String, Value> row) {
        return row != null
                        && row.get(Replication.VERSION) instanceof Value.S text
                        && row.get(Replication.ORIGIN) instanceof Value.S origin
                ? new Version(text.value(), origin.value())
                : null;
    }

    @Override
    public int compareTo(Version other) {
        return text.compareTo(other.text);
    }
}
