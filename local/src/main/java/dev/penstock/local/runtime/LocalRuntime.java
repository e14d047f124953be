package dev.penstock.local.runtime;

import dev.penstock.local.assembly.AssemblyException;
import dev.penstock.local.assembly.CloudAssembly;
import dev.penstock.local.assembly.Deployment;
import dev.penstock.local.backup.BackupApi;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.dax.DaxServer;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.expiry.RegionExpiry;
import dev.penstock.local.export.Exports;
import dev.penstock.local.functions.Bootstrap;
import dev.penstock.local.functions.Functions;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.PortInUseException;
import dev.penstock.local.imports.ImportLog;
import dev.penstock.local.imports.Imports;
import dev.penstock.local.journal.JournalFailure;
import dev.penstock.local.lambda.LambdaApi;
import dev.penstock.local.regions.GlobalTables;
import dev.penstock.local.regions.ReplicaOperations;
import dev.penstock.local.sources.Checkpoints;
import dev.penstock.local.sources.FaultInjection;
import dev.penstock.local.sources.FileCheckpoints;
import dev.penstock.local.sources.Invoker;
import dev.penstock.local.sources.QueuedFaults;
import dev.penstock.local.vault.AwsBackup;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * All of Penstock's local side in one object: started, asked for its endpoint and clients, closed. Several run side by
 * side in one JVM, each on ports of its own. Threadsafe.
 */
public final class LocalRuntime implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalRuntime.class.getName());

    private final Options options;
    private final long startedNanos = System.nanoTime();
    private final MovableClock clock;
    private final ControlService control = new ControlService();
    private final Owned owned = new Owned();
    private final Map<String, Clients> clients = new ConcurrentHashMap<>();
    private final Gateway gateway;
    private final Ticker ticker;
    private @Nullable Dax dax;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String status = "starting";
    private Deployment.Report report = new Deployment.Report(List.of(), Map.of(), Map.of());
    private Duration startTime = Duration.ZERO;

    private LocalRuntime(Options options) {
        this.options = options;
        this.clock = new MovableClock(options.clock());
        this.ticker = new Ticker(clock);
        this.gateway =
                Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), options.region());
    }

    /**
     * Starts everything and returns once it is ready; on failure what was started is closed again.
     *
     * @throws PortInUseException when a port is taken
     * @throws FolderInUseException when another runtime works on the data folder
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

    /** Opens the parts in such an order that closing them backwards drains them: sources, functions, port, data. */
    private void start() {
        Dax.checkPorts(options);
        var assembly = options.assembly() == null ? null : CloudAssembly.read(options.assembly());
        var folder = owned.add(Folder.of(options.dataDirectory()));
        if (assembly != null || options.daxPort() != 0) {
            owned.add(Dax.prepare(folder.resolve("dax")));
        }
        var stores = owned.add(new Stores(options, clock, folder.resolve("journal"), this::journalFailed, store -> {
            var expiry = owned.add(new RegionExpiry(store, options.expiryDelay()));
            ticker.add(expiry::doWork);
        }));
        stores.of(options.region());
        owned.add(gateway);
        var services = owned.add(AwsServices.open(gateway, clock, options.dataDirectory(), this::clients));
        var functions = owned.add(new Functions(
                Functions.Options.of(folder.resolve("functions"), endpoint().toString())
                        .withVariable(
                                Bootstrap.TRUST_STORE,
                                DaxServer.trustStore(folder.resolve("dax")).toString())
                        .withIdle(options.functionIdle()),
                (function, stream, line) -> services.logSink(function.region()).line(function, stream, line),
                services::functionMetrics));
        ticker.add(functions::doWork);
        var checkpoints =
                folder.isTemporary() ? Checkpoints.inMemory() : new FileCheckpoints(folder.resolve("checkpoints"));
        var faults = new QueuedFaults();
        var mappings = owned.add(new Mappings(
                stores::of,
                new FaultInjection(Invoker.of(functions), faults, functions::kill),
                checkpoints,
                this::clients,
                services::functionMetrics));
        var code = new Code(assembly, region -> clients(region).of(S3Client.class));
        // Platform threads: what computes for long on a virtual one keeps requests waiting.
        var tasks = owned.add(Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("task-", 0).factory()));
        var backups = backups(stores, folder, tasks);
        gateway.control(control)
                .add(dynamoDb(stores, services, backups, tasks))
                .add(awsBackup(folder, services, backups))
                .add(owned.add(new LambdaApi(functions, mappings::of, clock, folder.resolve("code"), code)));
        services.addTo(control);
        ControlCommands.add(control, this, mappings::areSettled, stores::itemCounts);
        control.get("journal", stores::changeCounts);
        FaultCommands.add(control, faults);
        var clusters = owned.add(new Dax(
                options, folder.resolve("dax"), clock, region -> clients(region).of(DynamoDbClient.class)));
        dax = clusters;
        clusters.addTo(gateway, control);
        ticker.add(() -> clusters.publish(services.metrics()));
        ShardCommands.add(control, stores.of(options.region()));
        new ConsoleData(this, mappings).addTo(control);
        ticker.add(services.schedules()::doWork);
        if (assembly != null) {
            report = Deployment.deploy(assembly, this::clients, options.region());
        }
        if (options.daxPort() != 0) {
            dax(); // unless the stacks have made a cluster
        }
        startTime = Duration.ofNanos(System.nanoTime() - startedNanos);
        status = "ready";
    }

    /** What of each region can be brought back; opened before the region's first backup. */
    private Function<String, BackupApi.Region> backups(Stores stores, Folder folder, ExecutorService tasks) {
        var regions = new ConcurrentHashMap<String, BackupApi.Region>();
        Function<String, BackupApi.Region> backups = region -> regions.computeIfAbsent(
                region,
                name -> BackupApi.Region.open(
                        stores.of(name), folder.resolve("backups").resolve(name), tasks));
        ticker.add(() -> regions.values().forEach(region -> region.backups().doWork()));
        return backups;
    }

    private AwsBackup awsBackup(Folder folder, AwsServices services, Function<String, BackupApi.Region> backups) {
        var vaults = folder.resolve("vaults");
        var awsBackup =
                owned.add(new AwsBackup(backups, vaults, services.schedules(), services.events(), services.metrics()));
        ticker.add(awsBackup::doWork);
        awsBackup.resume(options.region());
        Folder.children(vaults).forEach(awsBackup::resume);
        return awsBackup;
    }

    private DynamoDb dynamoDb(
            Stores stores, AwsServices services, Function<String, BackupApi.Region> backups, ExecutorService tasks) {
        var dynamoDb = new DynamoDb(stores::of, clock);
        new BackupApi(backups).addTo(dynamoDb);
        var globalTables = owned.add(new GlobalTables(stores::of, Duration.ZERO))
                .measured((table, from, to, age) -> services.metrics()
                        .put(
                                from,
                                "AWS/DynamoDB",
                                "ReplicationLatency",
                                Math.max(0, age.toNanos() / 1e6),
                                "Milliseconds",
                                Map.of("TableName", table, "ReceivingRegion", to)));
        new ReplicaOperations(globalTables).addTo(dynamoDb);
        ControlCommands.add(control, globalTables);
        stores.known().forEach(region -> globalTables.resume(stores.of(region)));
        var exports = new Exports(services.objects(), tasks);
        exports.addTo(dynamoDb);
        var imports = new Imports(
                services.objects(),
                (region, stream, message) -> services.logs().append(region, ImportLog.GROUP, stream, message),
                tasks);
        imports.addTo(dynamoDb);
        exports.resume(stores.of(options.region()));
        imports.resume(stores.of(options.region()));
        return dynamoDb;
    }

    /** Nothing may be acknowledged any more: the port is closed at once, the rest on a thread of its own. */
    private void journalFailed(JournalFailure failure) {
        LOG.log(Level.ERROR, "the journal can't be written, so the runtime stops: " + failure.getMessage(), failure);
        status = "failed";
        Thread.ofPlatform().name("penstock-stop").start(this::close);
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

    /**
     * The home region's DAX cluster: the one of the stacks, or else one with the default settings. With a free port that
     * one is started by the first call: few tests need it.
     *
     * @throws PortInUseException when its port is taken
     */
    public DaxServer dax() {
        if (dax == null) {
            throw new IllegalStateException("the runtime has not started");
        }
        return dax.home();
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
        ticker.close();
        owned.close();
        gateway.close(); // again, for a start that failed before the gateway was owned
        clients.values().forEach(Clients::close);
        closed.countDown();
    }

    /** Returns when this runtime has been closed, by whomever: a journal that can't be written closes it too. */
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }
}
