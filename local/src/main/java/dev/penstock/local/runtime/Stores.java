package dev.penstock.local.runtime;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.journal.JournalFailure;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The store of each region, opened when it is first used. Threadsafe. */
final class Stores implements AutoCloseable {
    private final MovableClock clock;
    private final Path folder;
    private final @Nullable URI endpoint;
    private final Consumer<JournalFailure> onFailure;
    private final Consumer<Long> onLoaded;
    private final Consumer<RegionStore> onOpened;
    private final Map<String, RegionStore> stores = new ConcurrentHashMap<>();
    private final Owned owned = new Owned();

    /**
     * @param endpoint of the engine; {@code null}: the embedded one
     * @param onOpened told of each region before its first use
     */
    Stores(
            MovableClock clock,
            Path folder,
            @Nullable URI endpoint,
            Consumer<JournalFailure> onFailure,
            Consumer<Long> onLoaded,
            Consumer<RegionStore> onOpened) {
        this.clock = clock;
        this.folder = folder;
        this.endpoint = endpoint;
        this.onFailure = onFailure;
        this.onLoaded = onLoaded;
        this.onOpened = onOpened;
    }

    RegionStore of(String region) {
        return stores.computeIfAbsent(region, this::open);
    }

    private RegionStore open(String region) {
        RegionStore store = owned.add(RegionStore.open(new RegionStore.Options(
                region,
                clock,
                folder.resolve(region),
                engine(region),
                endpoint != null,
                Journal.Options.DEFAULT,
                onFailure,
                onLoaded)));
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
