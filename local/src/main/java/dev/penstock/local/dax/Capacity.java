package dev.penstock.local.dax;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ItemCollectionMetrics;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnItemCollectionMetrics;

/** Consumed capacity, which has one form on the wire in transactions and another elsewhere, and collection sizes. */
final class Capacity {
    private static final int UNITS = 1;
    private static final int READ_UNITS = 2;
    private static final int WRITE_UNITS = 3;
    private static final int TABLE_NAME = 4;
    private static final int TABLE = 5;
    private static final int GLOBAL_INDEXES = 6;
    private static final int LOCAL_INDEXES = 7;

    private Capacity() {}

    static ReturnConsumedCapacity requested(Options options) {
        return switch (options.integer(Options.RETURN_CONSUMED_CAPACITY, 0)) {
            case 1 -> ReturnConsumedCapacity.TOTAL;
            case 2 -> ReturnConsumedCapacity.INDEXES;
            default -> ReturnConsumedCapacity.NONE;
        };
    }

    static ReturnItemCollectionMetrics requestedMetrics(Options options) {
        return options.integer(Options.RETURN_ITEM_COLLECTION_METRICS, 0) == 1
                ? ReturnItemCollectionMetrics.SIZE
                : ReturnItemCollectionMetrics.NONE;
    }

    /** The form of all operations but transactions: a byte string around the bare members. */
    static void write(ConsumedCapacity capacity, CborWriter out) {
        CborWriter inner = new CborWriter();
        inner.text(capacity.tableName()).real(units(capacity.capacityUnits()));
        if (capacity.table() == null) {
            inner.nul();
        } else {
            inner.real(units(capacity.table().capacityUnits()));
        }
        writeIndexes(capacity.hasGlobalSecondaryIndexes(), capacity.globalSecondaryIndexes(), inner);
        writeIndexes(capacity.hasLocalSecondaryIndexes(), capacity.localSecondaryIndexes(), inner);
        out.bytes(inner);
    }

    private static void writeIndexes(
            boolean present,
            Map<String, software.amazon.awssdk.services.dynamodb.model.Capacity> indexes,
            CborWriter out) {
        if (!present) {
            out.nul();
            return;
        }
        out.map(indexes.size());
        indexes.forEach((name, capacity) -> out.text(name).real(units(capacity.capacityUnits())));
    }

    static void writeAll(List<ConsumedCapacity> capacities, CborWriter out) {
        out.array(capacities.size());
        capacities.forEach(capacity -> write(capacity, out));
    }

    /** The form of transactions: maps with numbers as keys. */
    static void writeAllOfTransaction(List<ConsumedCapacity> capacities, CborWriter out) {
        out.array(capacities.size());
        capacities.forEach(capacity -> {
            out.raw(Cbor.MAP_STREAM).integer(TABLE_NAME).text(capacity.tableName());
            writeMembers(capacity.capacityUnits(), capacity.readCapacityUnits(), capacity.writeCapacityUnits(), out);
            if (capacity.table() != null) {
                writeOne(capacity.table(), out.integer(TABLE));
            }
            if (capacity.hasGlobalSecondaryIndexes()) {
                writeOnes(capacity.globalSecondaryIndexes(), out.integer(GLOBAL_INDEXES));
            }
            if (capacity.hasLocalSecondaryIndexes()) {
                writeOnes(capacity.localSecondaryIndexes(), out.integer(LOCAL_INDEXES));
            }
            out.raw(Cbor.BREAK);
        });
    }

    private static void writeOnes(
            Map<String, software.amazon.awssdk.services.dynamodb.model.Capacity> indexes, CborWriter out) {
        out.map(indexes.size());
        indexes.forEach((name, capacity) -> writeOne(capacity, out.text(name)));
    }

    private static void writeOne(software.amazon.awssdk.services.dynamodb.model.Capacity capacity, CborWriter out) {
        out.raw(Cbor.MAP_STREAM);
        writeMembers(capacity.capacityUnits(), capacity.readCapacityUnits(), capacity.writeCapacityUnits(), out);
        out.raw(Cbor.BREAK);
    }

    private static void writeMembers(
            @Nullable Double units, @Nullable Double readUnits, @Nullable Double writeUnits, CborWriter out) {
        if (units != null) {
            out.integer(UNITS).real(units);
        }
        if (readUnits != null) {
            out.integer(READ_UNITS).real(readUnits);
        }
        if (writeUnits != null) {
            out.integer(WRITE_UNITS).real(writeUnits);
        }
    }

    static void write(ItemCollectionMetrics metrics, CborWriter out) {
        CborWriter inner = new CborWriter();
        for (AttributeValue value : metrics.itemCollectionKey().values()) {
            Values.write(value, inner);
        }
        metrics.sizeEstimateRangeGB().forEach(inner::real);
        out.bytes(inner);
    }

    static void writeByTable(Map<String, List<ItemCollectionMetrics>> byTable, CborWriter out) {
        out.map(byTable.size());
        byTable.forEach((table, all) -> {
            out.text(table).array(all.size());
            all.forEach(metrics -> write(metrics, out));
        });
    }

    private static double units(@Nullable Double units) {
        return units == null ? 0 : units;
    }
}
