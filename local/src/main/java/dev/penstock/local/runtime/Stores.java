package dev.penstock.local.runtime;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.Follower;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.journal.JournalFailure;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The store of each region, opened when it is first used. Threadsafe. */
final class Stores implements AutoCloseable {
    private final MovableClock clock;
    private final Path folder;
    private final @Nullable URI endpoint;
    private final Journal.Options journal;
    private final Consumer<JournalFailure> onFailure;
    private final Consumer<Long> onLoaded;
    private final Consumer<RegionStore> onOpened;
    private final Map<String, RegionStore> stores = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> changes = new ConcurrentHashMap<>();
    private final Owned owned = new Owned();

    /**
     * @param folder of the journals
     * @param onFailure told when a journal can't be written any more
     * @param onOpened told of each region before its first use
     */
    Stores(
            Options options,
            MovableClock clock,
            Path folder,
            Consumer<JournalFailure> onFailure,
            Consumer<RegionStore> onOpened) {
        this.clock = clock;
        this.folder = folder;
        this.endpoint = options.store();
        this.journal = Journal.Options.DEFAULT.withFsync(options.fsync());
        this.onFailure = onFailure;
        this.onLoaded = options.onLoaded();
        this.onOpened = onOpened;
    }

    RegionStore of(String region) {
        return stores.computeIfAbsent(region, this::open);
    }

    /** The regions that have a journal here, open or not. */
    List<String> known() {
        String[] folders = folder.toFile()
                .list((parent, name) -> parent.toPath().resolve(name).toFile().isDirectory());
        return folders == null ? List.of() : Stream.of(folders).sorted().toList();
    }

    /** How many items each open region holds, by the engine's own count. */
    Map<String, Long> itemCounts() {
        return stores.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, region -> itemCount(region.getValue()), Long::sum, TreeMap::new));
    }

    /** How many changes of items each open region has journaled since it was opened. */
    Map<String, Long> changeCounts() {
        var counts = new TreeMap<String, Long>();
        changes.forEach((region, count) -> counts.put(region, count.sum()));
        return counts;
    }

    private static long itemCount(RegionStore store) {
        return store.tables().all().stream()
                .filter(Table::isActive)
                .mapToLong(table -> store.engineDescription(table).itemCount())
                .sum();
    }

    private RegionStore open(String region) {
        RegionStore store = owned.add(RegionStore.open(new RegionStore.Options(
                region,
                clock,
                folder.resolve(region),
                engine(region),
                endpoint != null,
                journal,
                onFailure,
                onLoaded)));
        var count = changes.computeIfAbsent(region, name -> new LongAdder());
        var _ = store.journal().follow(new Follower() {
            @Override
            public void appended(List<Entry> entries, long location) {
                count.add(entries.size());
            }

            @Override
            public void wake(List<Entry> entries) {
                // Counted already.
            }
        });
        onOpened.accept(store);
        return store;
    }

    private DynamoDbClient engine(String region) {
        return endpoint == null
                ? owned.add(EmbeddedEngine.start()).client()
                : owned.add(new Clients(endpoint, region)).of(DynamoDbClient.class);
    }

    @Override
    public void close() {
        owned.close();
    }
}
