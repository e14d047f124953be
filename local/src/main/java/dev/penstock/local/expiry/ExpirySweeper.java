package dev.penstock.local.expiry;

import dev.penstock.local.clock.Listening;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Deletes expired items, {@code delay} after their expiry: on AWS it takes up to a few days, and until then they can
 * still be read and updated. {@link #doWork} is one step; whoever owns the sweeper calls it from time to time and after
 * the clock moved. Threadsafe.
 */
public final class ExpirySweeper implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ExpirySweeper.class.getName());
    /** Deleted in one step at most, so that a step stays short. */
    static final int STEP = 1_000;

    private final InstantSource clock;
    private final Map<String, Swept> tables = new HashMap<>();
    private volatile Duration delay;

    private record Swept(ExpiringTable table, ExpiryIndex index, Listening following) {}

    /** @param delay zero or more */
    public ExpirySweeper(InstantSource clock, Duration delay) {
        this.clock = clock;
        this.delay = delay;
    }

    /** Deletes this long after expiry from now on. */
    public void delay(Duration changed) {
        delay = changed;
    }

    /** Starts sweeping a table; one that is swept already under this name is replaced. */
    public synchronized void add(String name, ExpiringTable table) {
        remove(name);
        ExpiryIndex index = new ExpiryIndex(table.attribute());
        tables.put(name, new Swept(table, index, table.follow(index)));
    }

    /** Stops sweeping a table: TTL was disabled, or the table deleted. */
    public synchronized void remove(String name) {
        Swept swept = tables.remove(name);
        if (swept != null) {
            swept.following().close();
        }
    }

    /**
     * Deletes what has expired, at most {@value #STEP} items of each table.
     *
     * @return how many items were taken on; 0 when nothing is due
     */
    public int doWork() {
        Map<String, Swept> now;
        synchronized (this) {
            now = Map.copyOf(tables);
        }
        int taken = 0;
        for (Map.Entry<String, Swept> table : now.entrySet()) {
            taken += sweep(table.getKey(), table.getValue());
        }
        return taken;
    }

    private int sweep(String name, Swept swept) {
        Instant now = clock.instant();
        long until = now.minus(delay).getEpochSecond() - 1;
        var due = swept.index().expired(TtlRule.oldest(now), until, STEP);
        int taken = 0;
        for (ExpiryIndex.Expiring item : due) {
            try {
                swept.table().expire(item.key(), item.expiry());
                swept.index().done(item);
                taken++;
            } catch (RuntimeException later) {
                // It stays in the index: the next step tries again.
                LOG.log(Level.WARNING, "cannot delete an expired item of " + name + " now", later);
                break;
            }
        }
        return taken;
    }

    @Override
    public synchronized void close() {
        for (String name : Map.copyOf(tables).keySet()) {
            remove(name);
        }
    }
}
