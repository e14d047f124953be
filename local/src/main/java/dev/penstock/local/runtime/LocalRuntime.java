package dev.penstock.local.runtime;

import dev.penstock.local.assembly.AssemblyException;
import dev.penstock.local.assembly.CloudAssembly;
import dev.penstock.local.assembly.Deployment;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.PortInUseException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All of Penstock's local side in one object: started, asked for its endpoint and clients, closed. Several run side by
 * side in one JVM, each on ports of its own. Threadsafe.
 */
public final class LocalRuntime implements AutoCloseable {
    private final Options options;
    private final MovableClock clock;
    private final ControlService control = new ControlService();
    private final Owned owned = new Owned();
    private final Map<String, Clients> clients = new ConcurrentHashMap<>();
    private final Gateway gateway;
    private final long startedNanos = System.nanoTime();
    private volatile String status = "starting";
    private Deployment.Report report = new Deployment.Report(List.of(), Map.of(), Map.of());
    private Duration startTime = Duration.ZERO;

    private LocalRuntime(Options options) {
        this.options = options;
        this.clock = new MovableClock(options.clock());
        this.gateway = owned.add(Gateway.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), options.region()));
    }

    /**
     * Starts everything and returns once it is ready; on failure what was started is closed again.
     *
     * @throws PortInUseException when a port is taken
     * @throws AssemblyException when the cloud assembly can't be provisioned
     */
    public static LocalRuntime start(Options options) {
        var runtime = new LocalRuntime(options);
        try {
            runtime.start();
            return runtime;
        } catch (RuntimeException | Error e) {
            runtime.close();
            throw e;
        }
    }

    private void start() {
        ControlCommands.add(control, this);
        gateway.control(control);
        var assembly = options.assembly();
        if (assembly != null) {
            report = Deployment.deploy(CloudAssembly.read(assembly), this::clients, options.region());
        }
        startTime = Duration.ofNanos(System.nanoTime() - startedNanos);
        status = "ready";
    }

    /** What clients use as endpoint: {@code http://localhost:4566}. */
    public URI endpoint() {
        return gateway.endpoint();
    }

    /** The home region. */
    public String region() {
        return options.region();
    }

    /** The only clock. */
    public MovableClock clock() {
        return clock;
    }

    /** Official clients of the home region; closed with the runtime. */
    public Clients clients() {
        return clients(options.region());
    }

    /** Official clients of a region; closed with the runtime. */
    public Clients clients(String region) {
        return clients.computeIfAbsent(region, name -> new Clients(endpoint(), name));
    }

    /** What the stacks brought about. */
    public Deployment.Report report() {
        return report;
    }

    /** {@code starting} or {@code ready}. */
    public String status() {
        return status;
    }

    /** From the start of the runtime to ready, in seconds. */
    public double startSeconds() {
        return startTime.toMillis() / 1e3;
    }

    /** Where data is kept, in words. */
    public String data() {
        var directory = options.dataDirectory();
        return directory == null ? "in memory" : directory.toString();
    }

    @Override
    public void close() {
        clients.values().forEach(Clients::close);
        owned.close();
    }
}
