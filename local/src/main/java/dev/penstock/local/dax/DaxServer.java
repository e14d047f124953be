package dev.penstock.local.dax;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A DAX cluster in this process, in front of any DynamoDB: the official DAX clients connect to it on 127.0.0.1.
 *
 * <p>Its nodes share the caches, so a write is seen on every node at once. Cache lifetimes follow the clock that is
 * given; waiting for clients follows the machine's. Threadsafe.
 */
public final class DaxServer implements AutoCloseable {
    private final List<DaxNode> nodes = new ArrayList<>();
    private final DaxMetrics metrics = new DaxMetrics();
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService watchdog;
    private final Future<?> sweeps;
    private final AttributeLists lists;
    private final MemoryBudget memory;
    private final Runnable forget;
    private final @Nullable Certificate certificate;

    private DaxServer(
            DynamoDbClient store,
            DaxSettings settings,
            InstantSource clock,
            @Nullable Executor backgroundReads,
            LongSupplier ticker) {
        DaxLimits limits = settings.limits();
        lists = settings.directory() == null
                ? new AttributeLists(limits.attributeListBytes())
                : new AttributeLists(
                        limits.attributeListBytes(), settings.directory().resolve("attribute-lists.cbor"));
        Items items = new Items(lists);
        long half = settings.cacheBytes() / 2;
        DaxState state = new DaxState(
                store,
                new KeySchemas(store, clock),
                items,
                new ItemCache(half, settings.recordTtl(), clock, metrics),
                new QueryCache(half, settings.queryTtl(), clock, metrics),
                metrics);
        forget = () -> {
            state.itemCache().clear();
            state.queryCache().clear();
        };
        Dispatcher dispatcher =
                new Dispatcher(state, this::liveNodes, backgroundReads == null ? background : backgroundReads);
        memory = new MemoryBudget(limits.memory());
        Cluster cluster = new Cluster(
                dispatcher,
                items,
                metrics,
                new Authorizer(settings.credentials(), InstantSource.system()),
                limits,
                memory,
                ticker);
        metrics.gauge(
                "EstimatedDbSize",
                () -> state.itemCache().size() + state.queryCache().size());
        metrics.gauge(
                "CacheMemoryUtilization",
                () -> 100 * (state.itemCache().size() + state.queryCache().size()) / settings.cacheBytes());
        metrics.gauge("ClientConnections", this::connections);
        certificate = settings.tlsPort() == DaxSettings.NO_TLS
                ? null
                : Certificate.in(settings.directory(), InstantSource.system().instant());
        for (int id = 0; id < settings.nodes(); id++) {
            nodes.add(new DaxNode(
                    id,
                    loopback(),
                    id == 0 ? settings.port() : 0,
                    id == 0 ? Math.max(settings.tlsPort(), 0) : 0,
                    certificate == null ? null : certificate.context(),
                    cluster));
        }
        watchdog = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("dax-watchdog").factory());
        sweeps = watchdog.scheduleAtFixedRate(() -> closeOverdue(ticker.getAsLong()), 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Starts the nodes.
     *
     * @param store the DynamoDB behind the cache; it stays the caller's to close
     * @param clock what the lifetimes of cached items and results follow
     * @throws java.io.UncheckedIOException when a port is taken
     */
    public static DaxServer start(DynamoDbClient store, DaxSettings settings, InstantSource clock) {
        return start(store, settings, clock, null, System::nanoTime);
    }

    /** With the executor of the reads that follow a transaction, and the ticker of connections, for tests. */
    static DaxServer start(
            DynamoDbClient store,
            DaxSettings settings,
            InstantSource clock,
            @Nullable Executor backgroundReads,
            LongSupplier ticker) {
        DaxServer server = new DaxServer(store, settings, clock, backgroundReads, ticker);
        try {
            server.nodes.forEach(DaxNode::start);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("127.0.0.1 is an address", e);
        }
    }

    private List<DaxNode> liveNodes() {
        return nodes.stream().filter(DaxNode::isLive).toList();
    }

    /** For {@code Configuration.url}: {@code dax://127.0.0.1:port} of the first live node. */
    public String url() {
        return "dax://127.0.0.1:" + port();
    }

    /** For encrypted connections: {@code daxs://127.0.0.1:port} of the first live node. */
    public String tlsUrl() {
        return "daxs://127.0.0.1:" + firstLive().port(true);
    }

    /** The plain port of the first live node. */
    public int port() {
        return firstLive().port(false);
    }

    private DaxNode firstLive() {
        return liveNodes().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("every node of this DAX cluster is stopped"));
    }

    /** Makes the certificate of a cluster that is to start with this directory: that takes a second, in a process of its own. */
    public static void prepare(Path directory) {
        Certificate.in(directory, InstantSource.system().instant());
    }

    /**
     * Where a cluster with this directory keeps what its clients trust, for a JVM: the JDK's own certificates and this one.
     */
    public static Path trustStore(Path directory) {
        return Certificate.trustStore(directory).toAbsolutePath();
    }

    /** The certificate that clients of the TLS port must trust, in PEM form. */
    public Optional<Path> certificate() {
        return Optional.ofNullable(certificate).map(Certificate::pem);
    }

    public DaxMetrics metrics() {
        return metrics;
    }

    /** Bytes that connections may still take. */
    long memoryLeft() {
        return memory.left();
    }

    /** Open connections of all nodes. */
    public int connections() {
        return nodes.stream().mapToInt(DaxNode::connections).sum();
    }

    /** Those of them that wait for their client's next request. */
    public int idleConnections() {
        return nodes.stream().mapToInt(DaxNode::idleConnections).sum();
    }

    /**
     * Stops a node as if it failed: its ports and connections close, and the others no longer name it.
     *
     * @param id 0 to nodes - 1
     */
    public void stopNode(int id) {
        nodes.get(id).stop();
    }

    /**
     * Starts a stopped node again on its ports.
     *
     * @param id 0 to nodes - 1
     */
    public void startNode(int id) {
        nodes.get(id).start();
    }

    /** Empties the caches, as rebooting every node does: after a table was replaced by another of its name. */
    public void reboot() {
        forget.run();
    }

    void closeOverdue(long nanoTime) {
        nodes.forEach(node -> node.closeOverdue(nanoTime));
    }

    @Override
    public void close() {
        nodes.forEach(DaxNode::close);
        sweeps.cancel(false);
        watchdog.shutdownNow();
        background.shutdownNow();
        lists.close();
    }
}
