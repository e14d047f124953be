package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.item.Value;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/** Tables of a stage as they were at one second, by their names in the catalog. */
public interface TablesAt {
    /** Whether this table was exported. */
    boolean has(String table);

    /**
     * Gives every item of a table once, in any order.
     *
     * @throws IOException when what was exported can't be read, or is not whole
     */
    void items(String table, Consumer<Map<String, Value>> item) throws IOException;

    /** What the target of a replication is called here: tables of other regions are told apart by it. */
    static String target(Replication replication) {
        return replication.target() + " in " + replication.region();
    }
}
