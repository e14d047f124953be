package dev.penstock.local.store;

import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Checkpoint;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.Journal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Fills an empty engine from the journal: the newest checkpoint, then the last image of every key changed since. */
final class Recovery {
    private final EngineTables engine;
    private final Journal journal;
    private final Tables tables;
    private long loaded;

    Recovery(DynamoDbClient engine, Journal journal, Tables tables) {
        this.engine = new EngineTables(engine);
        this.journal = journal;
        this.tables = tables;
    }

    /** @param engineKeepsItems then only the declarations are put in order */
    void run(boolean engineKeepsItems, Consumer<Long> onLoaded) {
        dropHalfMade();
        if (engineKeepsItems) {
            return;
        }
        Map<Integer, Table> byNumber = new HashMap<>();
        for (Table table : tables.all()) {
            engine.create(table.description());
            byNumber.put(table.number(), table);
        }
        Checkpoint checkpoint = journal.openedFrom();
        if (checkpoint != null) {
            checkpoint.items(items -> {
                engine.write(items, byNumber);
                loaded += items.size();
                onLoaded.accept(loaded);
            });
        }
        List<Change> tail = new ArrayList<>(lastChanges(checkpoint == null ? 0 : checkpoint.position(), byNumber)
                .values());
        engine.write(tail, byNumber);
        onLoaded.accept(loaded + tail.size());
    }

    /** A table whose restore or import did not end before the process did is not left looking complete. */
    private void dropHalfMade() {
        for (Table table : tables.all()) {
            if (!table.isActive()) {
                journal.append(List.of(), tables.removing(table));
                tables.remove(table);
            }
        }
    }

    private Map<ItemKey, Change> lastChanges(long after, Map<Integer, Table> byNumber) {
        Map<ItemKey, Change> last = new LinkedHashMap<>();
        journal.changes(byNumber::containsKey, after, Long.MAX_VALUE, entry -> {
            Change change = entry.change();
            Table table = byNumber.get(change.table());
            if (table != null) {
                last.put(table.key(change.anyImage()), change);
            }
            return true;
        });
        return last;
    }
}
