package dev.penstock.local.runtime;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.dax.DaxApi;
import dev.penstock.local.dax.DaxClusters;
import dev.penstock.local.dax.DaxServer;
import dev.penstock.local.dax.DaxSettings;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.PortInUseException;
import dev.penstock.local.metrics.MetricStore;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The DAX clusters of a runtime: their ports, their API, their metrics. */
final class Dax implements AutoCloseable {
    /** Of encrypted connections, beside DAX's own default port. */
    private static final int TLS_PORT = 9111;

    private final Options options;
    private final DaxClusters clusters;

    /** @param folder of the certificate and of what clusters keep */
    Dax(Options options, Path folder, MovableClock clock, Function<String, DynamoDbClient> tables) {
        this.options = options;
        this.clusters = new DaxClusters(
                tables,
                DaxSettings.defaults()
                        .withPorts(options.daxPort(), tlsPort(options))
                        .withDirectory(folder),
                clock);
    }

    /** @throws PortInUseException when a port is taken */
    static void checkPorts(Options options) {
        PortInUseException.check(options.daxPort(), "--dax-port");
        PortInUseException.check(tlsPort(options), "--dax-port");
    }

    /** 0 for a free one, unless the plain port is the usual one too. */
    private static int tlsPort(Options options) {
        return options.daxPort() == Options.DAX_PORT ? TLS_PORT : 0;
    }

    /**
     * Begins to make the certificate, beside the rest of the start; a cluster that comes earlier waits for it, and says so
     * if it fails. Closing waits for its end.
     */
    static AutoCloseable prepare(Path folder) {
        var certificate = CompletableFuture.runAsync(() -> DaxServer.prepare(folder));
        return () -> certificate.exceptionally(failed -> null).join();
    }

    void addTo(Gateway gateway, ControlService control) {
        gateway.add(new DaxApi(clusters));
        control.on("POST", "dax", (rest, body) -> Map.of("rebooted", clusters.reboot()));
    }

    /** To be called now and then. */
    void publish(MetricStore metrics) {
        clusters.publish((region, cluster, name, value, unit) ->
                metrics.put(region, "AWS/DAX", name, value, unit, Map.of("ClusterId", cluster)));
    }

    /**
     * The home region's cluster, started if there is none.
     *
     * @throws PortInUseException when its port is taken
     */
    DaxServer home() {
        try {
            return clusters.of(options.region());
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof BindException
                    ? new PortInUseException(options.daxPort(), "--dax-port", e)
                    : e;
        }
    }

    @Override
    public void close() {
        clusters.close();
    }
}
