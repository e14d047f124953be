package dev.penstock.local.store;

import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.streams.ItemSize;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Capacity;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

/**
 * What a transaction consumes, from the items before and after. Each item, checked ones too, is written twice, once to
 * prepare and once to commit; an index is written once, as outside a transaction. A repetition under the same token
 * only reads (Developer Guide, "Capacity management for transactions"; the index rule from answers of AWS shown in
 * rusoto issue 1919). The engine reports the last item only.
 */
final class TransactionCapacity {
    private static final int WRITE_UNIT = 1024;
    private static final int READ_UNIT = 4096;

    /** By table name; sorted, so that answers are the same in every run. */
    private final Map<String, Units> byTable = new TreeMap<>();

    /** Of one table: of its own and of each index by name, and what a repetition reads. */
    private static final class Units {
        private double table;
        private double reads;
        private final Map<String, Double> globals = new TreeMap<>();
        private final Map<String, Double> locals = new TreeMap<>();

        private double all() {
            return table + sum(globals) + sum(locals);
        }

        private static double sum(Map<String, Double> units) {
            return units.values().stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    static TransactionCapacity of(
            Collection<Action> actions,
            Map<ItemKey, Map<String, AttributeValue>> before,
            Map<ItemKey, Map<String, AttributeValue>> after) {
        TransactionCapacity capacity = new TransactionCapacity();
        actions.forEach(action -> capacity.add(action, before.get(action.key()), after.get(action.key())));
        return capacity;
    }

    private void add(
            Action action, @Nullable Map<String, AttributeValue> before, @Nullable Map<String, AttributeValue> after) {
        Units units = byTable.computeIfAbsent(action.table().name(), name -> new Units());
        long largest = Math.max(size(before), size(after));
        units.table += 2 * units(largest, WRITE_UNIT);
        units.reads += 2 * units(largest, READ_UNIT);
        for (IndexKeys.Index index : IndexKeys.of(action.table())) {
            double written = written(index, before, after);
            if (written > 0) {
                (index.isGlobal() ? units.globals : units.locals).merge(index.name(), written, Double::sum);
            }
        }
    }

    private static double written(
            IndexKeys.Index index,
            @Nullable Map<String, AttributeValue> before,
            @Nullable Map<String, AttributeValue> after) {
        var old = index.entry(before).orElse(null);
        var now = index.entry(after).orElse(null);
        if (Images.same(old, now)) {
            return 0;
        }
        boolean isMoved = old != null
                && now != null
                && index.keys().stream().anyMatch(key -> !Objects.equals(old.get(key), now.get(key)));
        return isMoved
                ? units(size(old), WRITE_UNIT) + units(size(now), WRITE_UNIT)
                : units(Math.max(size(old), size(now)), WRITE_UNIT);
    }

    private static long size(@Nullable Map<String, AttributeValue> item) {
        return item == null ? 0 : ItemSize.of(item);
    }

    private static double units(long bytes, int unit) {
        return Math.max(1, Math.ceilDiv(bytes, unit));
    }

    /** Read units by table that a repetition under the same token consumes. */
    Map<String, Double> reads() {
        Map<String, Double> reads = new LinkedHashMap<>();
        byTable.forEach((name, units) -> reads.put(name, units.reads));
        return reads;
    }

    TransactWriteItemsResponse addTo(TransactWriteItemsResponse response, @Nullable ReturnConsumedCapacity wanted) {
        if (wanted == null || wanted == ReturnConsumedCapacity.NONE) {
            return response;
        }
        boolean byIndex = wanted == ReturnConsumedCapacity.INDEXES;
        List<ConsumedCapacity> consumed = byTable.entrySet().stream()
                .map(entry -> {
                    Units units = entry.getValue();
                    ConsumedCapacity.Builder capacity = ConsumedCapacity.builder()
                            .tableName(entry.getKey())
                            .capacityUnits(units.all())
                            .writeCapacityUnits(units.all());
                    if (byIndex) {
                        capacity.table(written(units.table));
                        if (!units.globals.isEmpty()) {
                            capacity.globalSecondaryIndexes(written(units.globals));
                        }
                        if (!units.locals.isEmpty()) {
                            capacity.localSecondaryIndexes(written(units.locals));
                        }
                    }
                    return capacity.build();
                })
                .toList();
        return response.toBuilder().consumedCapacity(consumed).build();
    }

    private static Map<String, Capacity> written(Map<String, Double> units) {
        Map<String, Capacity> written = new TreeMap<>();
        units.forEach((name, number) -> written.put(name, written(number)));
        return written;
    }

    private static Capacity written(double units) {
        return Capacity.builder().capacityUnits(units).writeCapacityUnits(units).build();
    }

    /** What a repetition under the same token answers. */
    static TransactWriteItemsResponse ofReplay(@Nullable ReturnConsumedCapacity wanted, Map<String, Double> reads) {
        if (wanted == null || wanted == ReturnConsumedCapacity.NONE) {
            return TransactWriteItemsResponse.builder().build();
        }
        return TransactWriteItemsResponse.builder()
                .consumedCapacity(reads.entrySet().stream()
                        .map(table -> {
                            double units = table.getValue();
                            ConsumedCapacity.Builder capacity = ConsumedCapacity.builder()
                                    .tableName(table.getKey())
                                    .capacityUnits(units)
                                    .readCapacityUnits(units);
                            return wanted == ReturnConsumedCapacity.INDEXES
                                    ? capacity.table(read ->
                                                    read.capacityUnits(units).readCapacityUnits(units))
                                            .build()
                                    : capacity.build();
                        })
                        .toList())
                .build();
    }
}
