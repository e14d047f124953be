package dev.penstock.local.expiry;

import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Sweeps the tables of a region that have time to live enabled, now and as settings change. {@link #doWork} is one
 * step; whoever owns it calls it from time to time and after the clock moved.
 */
public final class RegionExpiry implements AutoCloseable {
    private final RegionStore store;
    private final ExpirySweeper sweeper;
    private final Map<Integer, String> swept = new HashMap<>();

    /** @param delay how long after its expiry an item is deleted; zero or more */
    public RegionExpiry(RegionStore store, Duration delay) {
        this.store = store;
        this.sweeper = new ExpirySweeper(store.clock(), delay);
    }

    /** Deletes this long after expiry from now on. */
    public void delay(Duration changed) {
        sweeper.delay(changed);
    }

    /** Follows the settings and deletes what is due; answers how many items were taken on. */
    public synchronized int doWork() {
        Map<Integer, String> wanted = new HashMap<>();
        for (Table table : store.tables().all()) {
            TimeToLive setting = TimeToLive.of(store, table);
            if (setting.enabled() && table.isActive()) {
                wanted.put(table.number(), setting.attribute());
                if (!setting.attribute().equals(swept.get(table.number()))) {
                    sweeper.add(name(table.number()), new StoredExpiringTable(store, table, setting.attribute()));
                }
            }
        }
        swept.keySet().stream()
                .filter(number -> !wanted.containsKey(number))
                .forEach(number -> sweeper.remove(name(number)));
        swept.clear();
        swept.putAll(wanted);
        return sweeper.doWork();
    }

    private String name(int number) {
        return store.region() + "/" + number;
    }

    @Override
    public void close() {
        sweeper.close();
    }
}
