package dev.penstock.local.regions;

import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.Registry;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The version of every item, deleted ones included, of the replicated tables of one region, as its journal tells them.
 * What the journal has dropped after 35 days is {@link Version#NONE}. Threadsafe.
 */
final class Versions implements Follower {
    private static final String REMEMBERED = "version/";

    private final RegionStore store;
    private final Set<Integer> tracked = ConcurrentHashMap.newKeySet();
    private final Map<ItemKey, Version> versions = new ConcurrentHashMap<>();

    /** A version that left no change behind, because the item was already what it said. */
    record Remembered(ItemKey key, Version version) {}

    Versions(RegionStore store) {
        this.store = store;
        store.journal().follow(this);
    }

    /** Knows the versions of a table from now on, and of its past as far as the journal reaches. */
    void track(Table table) {
        if (!tracked.add(table.number())) {
            return;
        }
        store.journal()
                .changes(number -> number == table.number(), 0, store.journal().last(), entry -> {
                    add(entry);
                    return true;
                });
        store.registry()
                .list(table.document(REMEMBERED), Remembered.class)
                .values()
                .forEach(remembered -> raise(remembered.key(), remembered.version()));
    }

    Version of(ItemKey key) {
        return versions.getOrDefault(key, Version.NONE);
    }

    void raise(ItemKey key, Version version) {
        versions.merge(key, version, (one, other) -> one.compareTo(other) >= 0 ? one : other);
    }

    /** The document that keeps a version which leaves no change behind. */
    static Document remember(Table table, ItemKey key, Version version) {
        String name = table.document(REMEMBERED + key.partition() + "\u0000" + key.sort());
        return Registry.document(name, new Remembered(key, version));
    }

    @Override
    public void appended(List<Entry> entries, long location) {
        for (Entry entry : entries) {
            if (tracked.contains(entry.change().table())) {
                add(entry);
            }
        }
    }

    @Override
    public void wake(List<Entry> entries) {}

    private void add(Entry entry) {
        Version version = entry.change().cause() instanceof Cause.Replication(String region, long micros)
                ? new Version(micros, region)
                : new Version(entry.committed(), store.region());
        store.tables()
                .byNumber(entry.change().table())
                .ifPresent(table -> raise(table.key(entry.change().anyImage()), version));
    }
}
