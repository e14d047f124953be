package dev.penstock.lambdas.tables;

import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import java.util.Map;
import java.util.function.Consumer;

/** Items that TTL has deleted, from the archive: effects that survive expiry are recomputed from these too. */
@FunctionalInterface
public interface ExpiredItems {
    /** Gives each archived item of the table once. */
    void forEach(Table table, Consumer<Map<String, Value>> item);
}
