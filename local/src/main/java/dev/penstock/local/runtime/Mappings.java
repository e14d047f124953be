package dev.penstock.local.runtime;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.sources.AwsDestinations;
import dev.penstock.local.sources.Checkpoints;
import dev.penstock.local.sources.EventSourceMappings;
import dev.penstock.local.sources.Invoker;
import dev.penstock.local.sources.Ports;
import dev.penstock.local.store.RegionStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The event source mappings of each region. Threadsafe. */
final class Mappings implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Function<String, RegionStore> stores;
    private final Invoker invoker;
    private final Checkpoints checkpoints;
    private final Function<String, Clients> clients;
    private final Function<String, Metrics> metrics;
    private final Map<String, EventSourceMappings> regions = new ConcurrentHashMap<>();

    Mappings(
            Function<String, RegionStore> stores,
            Invoker invoker,
            Checkpoints checkpoints,
            Function<String, Clients> clients,
            Function<String, Metrics> metrics) {
        this.stores = stores;
        this.invoker = invoker;
        this.checkpoints = checkpoints;
        this.clients = clients;
        this.metrics = metrics;
    }

    EventSourceMappings of(String region) {
        return regions.computeIfAbsent(region, name -> {
            RegionStore store = stores.apply(name);
            return new EventSourceMappings(new Ports(
                    store.streams(),
                    store.streams(),
                    invoker,
                    new AwsDestinations(clients.apply(name)::of),
                    checkpoints,
                    store.clock(),
                    metrics.apply(name),
                    FIRST_PAUSE,
                    LONGEST_PAUSE));
        });
    }

    /** Whether every enabled mapping is done with all that its stream holds. */
    boolean areSettled() {
        return regions.values().stream().allMatch(EventSourceMappings::areSettled);
    }

    @Override
    public void close() {
        regions.values().forEach(EventSourceMappings::close);
    }
}
