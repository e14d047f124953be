package dev.penstock.local.store;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * Counts and sizes of tables, as DescribeTable tells them. The engine reads all rows to count them while everyone else
 * waits, some 10 ms for 60,000 items, so a large table is counted once a minute at most; AWS does so every six hours.
 * Threadsafe.
 */
final class ItemCounts {
    /** Up to so many items a table is counted whenever it is described. */
    static final long SMALL = 10_000;

    static final Duration KEPT = Duration.ofMinutes(1);

    private final Function<Table, TableDescription> count;
    private final LongSupplier nanoTime;
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    private record Counted(int table, TableDescription description, long at) {}

    /** @param count asks the engine */
    ItemCounts(Function<Table, TableDescription> count, LongSupplier nanoTime) {
        this.count = count;
        this.nanoTime = nanoTime;
    }

    /** The engine's description of a table, a minute old at most where the table is large. */
    TableDescription of(Table table) {
        Counted last = counted.get(table.name());
        if (last != null && last.table() == table.number() && nanoTime.getAsLong() - last.at() < KEPT.toNanos()) {
            return last.description();
        }
        TableDescription now = count.apply(table);
        if (now.itemCount() > SMALL) {
            counted.put(table.name(), new Counted(table.number(), now, nanoTime.getAsLong()));
        } else {
            counted.remove(table.name());
        }
        return now;
    }
}
