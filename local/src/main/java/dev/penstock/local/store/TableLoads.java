package dev.penstock.local.store;

import dev.penstock.local.journal.Change;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Fills tables that are still being made, in small steps while requests are served. Threadsafe. */
final class TableLoads {
    /** Items of one step while others work. */
    private static final int POLITE_BATCH = 5;

    private final EngineTables engine;
    private final Tables tables;
    private final WriteGate gate;
    private final Barrier barrier;
    private final Courtesy courtesy;
    private final AtomicInteger underWay = new AtomicInteger();

    TableLoads(EngineTables engine, Tables tables, WriteGate gate, Barrier barrier, Courtesy courtesy) {
        this.engine = engine;
        this.tables = tables;
        this.gate = gate;
        this.barrier = barrier;
        this.courtesy = courtesy;
    }

    /**
     * @param onEnd run once the loader is closed
     * @throws IllegalStateException when the table is active already
     */
    Loader begin(Table table, Runnable onEnd) {
        requireCreating(table);
        underWay.incrementAndGet();
        return new Loader(batch -> load(table, batch), () -> {
            underWay.decrementAndGet();
            onEnd.run();
        });
    }

    boolean isUnderWay() {
        return underWay.get() > 0;
    }

    private void load(Table table, List<Change> batch) {
        for (int from = 0; from < batch.size(); ) {
            int to = courtesy.isBusy() ? Math.min(from + POLITE_BATCH, batch.size()) : batch.size();
            List<Change> step = batch.subList(from, to);
            courtesy.step(() -> barrier.write(() -> {
                requireCreating(table);
                engine.put(step, Map.of(table.number(), table));
                gate.append(step, List.of());
                return table;
            }));
            from = to;
        }
    }

    private void requireCreating(Table table) {
        if (tables.described(table.name()).isActive()) {
            throw new IllegalStateException(table.name() + " is active; only a table in status CREATING is loaded");
        }
    }
}
