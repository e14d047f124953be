package dev.penstock.local.expiry;

import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;

/** The TTL setting of a table, kept in the journal. */
public record TimeToLive(String attribute, boolean enabled) {

    /** Disabled, without attribute, if it was never set. */
    public static TimeToLive of(RegionStore store, Table table) {
        return store.registry().get(table.document("ttl"), TimeToLive.class).orElse(new TimeToLive("", false));
    }

    public void save(RegionStore store, Table table) {
        store.registry().put(table.document("ttl"), this);
    }
}
