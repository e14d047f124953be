package dev.penstock.lambdas.projection;

import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a target shows of an item: a function of the item alone. */
public final class CopiedRow {
    private CopiedRow() {}

    /**
     * The row, without the marks of replication; none when the filter refuses the item.
     *
     * @throws PoisonException when the target's key can't be made of the item's
     */
    public static Optional<Map<String, Value>> of(
            Replication replication, Table source, @Nullable Map<String, Value> item) {
        if (item == null || item.containsKey(Replication.REMOVED)) {
            return Optional.empty();
        }
        return ViewRows.of(replication.rows(), source, plain(item)).stream()
                .findFirst()
                .map(row -> Masked.of(row.attributes(), replication.masks()));
    }

    /** A row or item without the marks of replication. */
    public static Map<String, Value> plain(Map<String, Value> row) {
        Map<String, Value> plain = new HashMap<>(row);
        plain.keySet().removeAll(Replication.MARKS);
        return plain;
    }
}
