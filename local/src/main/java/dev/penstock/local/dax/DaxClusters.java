package dev.penstock.local.dax;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The clusters of a runtime, by region and name. The first has the configured ports, others free ones. Threadsafe. */
public final class DaxClusters implements AutoCloseable {
    /** Of the cluster that is started where none was created. */
    public static final String DEFAULT_NAME = "penstock-local";

    private final Function<String, DynamoDbClient> stores;
    private final DaxSettings settings;
    private final InstantSource clock;
    private final Map<Name, DaxServer> running = new LinkedHashMap<>();

    private record Name(String region, String cluster) {}

    /** Where counters go. */
    @FunctionalInterface
    public interface MetricSink {
        /** @param unit as CloudWatch names it */
        void put(String region, String cluster, String name, double value, String unit);
    }

    /**
     * @param stores the DynamoDB of a region; they stay the caller's to close
     * @param settings ports and folder of the first cluster, and what clusters have unless they say otherwise
     */
    public DaxClusters(Function<String, DynamoDbClient> stores, DaxSettings settings, InstantSource clock) {
        this.stores = stores;
        this.settings = settings;
        this.clock = clock;
    }

    /** Starts a cluster; the one of that name if it runs already. */
    synchronized DaxServer start(String region, String cluster, int nodes, Duration recordTtl, Duration queryTtl) {
        return running.computeIfAbsent(new Name(region, cluster), name -> {
            DaxSettings own = settings.withNodes(nodes).withTtls(recordTtl, queryTtl);
            return DaxServer.start(
                    stores.apply(region),
                    running.isEmpty() ? own : own.withPorts(0, settings.tlsPort() == DaxSettings.NO_TLS ? -1 : 0),
                    clock);
        });
    }

    synchronized Optional<DaxServer> find(String region, String cluster) {
        return Optional.ofNullable(running.get(new Name(region, cluster)));
    }

    /**
     * The region's first cluster; where there is none, one with the default settings is started.
     *
     * @throws java.io.UncheckedIOException when a port is taken
     */
    public synchronized DaxServer of(String region) {
        return running.entrySet().stream()
                .filter(entry -> entry.getKey().region().equals(region))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(
                        () -> start(region, DEFAULT_NAME, settings.nodes(), settings.recordTtl(), settings.queryTtl()));
    }

    /** Empties the caches of all clusters; false where none runs. */
    public synchronized boolean reboot() {
        running.values().forEach(DaxServer::reboot);
        return !running.isEmpty();
    }

    /** Gives away what each cluster counted since the last call, and its gauges as they are. */
    public synchronized void publish(MetricSink sink) {
        running.forEach((name, server) -> server.metrics()
                .publish((metric, value, unit) -> sink.put(name.region(), name.cluster(), metric, value, unit)));
    }

    @Override
    public synchronized void close() {
        running.values().forEach(DaxServer::close);
    }
}
