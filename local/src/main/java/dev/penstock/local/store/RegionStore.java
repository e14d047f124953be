package dev.penstock.local.store;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.journal.JournalFailure;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.journal.Registry;
import dev.penstock.local.streams.JournalShards;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.ExecuteTransactionRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteTransactionResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/**
 * All that one region holds: tables, items, streams, and the journal from which they are rebuilt at each start.
 *
 * <p>Read items from {@link #engine()}; never write to it: writes go through the methods here, so that each leaves its
 * frame in the journal before it is answered. Threadsafe.
 */
public final class RegionStore implements AutoCloseable {

    private final String region;
    private final MovableClock clock;
    private final DynamoDbClient engine;
    private final EngineTables engineTables;
    private final Journal journal;
    private final Tables tables;
    private final JournalShards streams;
    private final Barrier barrier = new Barrier();
    private final Courtesy courtesy = new Courtesy();
    private final WriteGate gate;
    private final ItemWrites items;
    private final BatchWrites batches;
    private final ReplicatedWrites replicated;
    private final Transactions transactions;
    private final Statements statements;
    private final TableLifecycle lifecycle;
    private final TableLoads loads;
    private final ItemCounts counts = new ItemCounts(this::engineDescription, System::nanoTime);
    private final Maintenance maintenance;
    private final Resharding resharding;

    /**
     * How a region is opened.
     *
     * @param folder of its journal; created if missing
     * @param engine keeps the items; empty at first, unless {@code engineKeepsItems}
     * @param engineKeepsItems an engine that outlives this process: its tables are adopted, and only those it lost are
     *     loaded from the journal
     * @param onFailure told when the journal can't be written any more; must stop the runtime
     * @param onLoaded told how many items were loaded so far
     */
    public record Options(
            String region,
            MovableClock clock,
            Path folder,
            DynamoDbClient engine,
            boolean engineKeepsItems,
            Journal.Options journal,
            Consumer<JournalFailure> onFailure,
            Consumer<Long> onLoaded) {

        /** With the embedded engine's client and otherwise the usual settings. */
        public Options(String region, MovableClock clock, Path folder, DynamoDbClient engine) {
            this(region, clock, folder, engine, false, Journal.Options.DEFAULT, failure -> {}, count -> {});
        }
    }

    private RegionStore(Options options) {
        this.region = options.region();
        this.clock = options.clock();
        this.engine = options.engine();
        this.engineTables = new EngineTables(engine);
        this.journal = Journal.open(options.folder(), clock, options.journal());
        this.tables = new Tables(journal.registry());
        this.streams = new JournalShards(journal, clock);
        this.gate = new WriteGate(
                engine,
                tables,
                journal,
                barrier,
                options.journal().faults(),
                options.engineKeepsItems() ? null : new KnownItems(tables.nextNumber()),
                options.onFailure());
        this.items = new ItemWrites(gate);
        this.batches = new BatchWrites(gate);
        this.replicated = new ReplicatedWrites(gate);
        ClientTokens tokens = new ClientTokens(journal.registry(), clock);
        this.transactions = new Transactions(gate, tokens);
        this.statements = new Statements(gate, tokens);
        this.lifecycle = new TableLifecycle(engine, clock, journal, tables, streams, barrier);
        this.loads = new TableLoads(engineTables, tables, gate, barrier, courtesy);
        this.maintenance = new Maintenance(this);
        this.resharding = new Resharding(this);
    }

    /** Opens the region and rebuilds what its journal holds. */
    public static RegionStore open(Options options) {
        RegionStore store = new RegionStore(options);
        try {
            // What is recorded can't be in the future: after a restart the clock goes on from there.
            Duration ahead = Duration.between(store.clock.instant(), Micros.toInstant(store.journal.last()));
            if (ahead.isPositive()) {
                store.clock.advance(ahead);
            }
            new Recovery(store.region, store.engine, store.journal, store.tables)
                    .run(options.engineKeepsItems(), options.onLoaded());
            store.streams.recover();
            store.journal.follow(store.maintenance);
            store.journal.follow(store.resharding);
            return store;
        } catch (RuntimeException e) {
            store.journal.close();
            throw e;
        }
    }

    public String region() {
        return region;
    }

    public MovableClock clock() {
        return clock;
    }

    /** For reading only. */
    public DynamoDbClient engine() {
        return engine;
    }

    public Journal journal() {
        return journal;
    }

    /** Named documents of any feature, durable. */
    public Registry registry() {
        return journal.registry();
    }

    public Tables tables() {
        return tables;
    }

    /** Both the shard reader and the directory of streams. */
    public JournalShards streams() {
        return streams;
    }

    public PutItemResponse put(PutItemRequest request) {
        return items.put(request);
    }

    public UpdateItemResponse update(UpdateItemRequest request) {
        return items.update(request);
    }

    public DeleteItemResponse delete(DeleteItemRequest request) {
        return items.delete(request, Cause.USER);
    }

    /** A delete that is not a user's: the stream shows why. */
    public DeleteItemResponse delete(DeleteItemRequest request, Cause cause) {
        return items.delete(request, cause);
    }

    public BatchWriteItemResponse batchWrite(BatchWriteItemRequest request) {
        return batches.write(request);
    }

    /**
     * Makes an item what it became in another region, if that write wins here; its stream shows it without identity.
     *
     * @param item the new image, or for a delete at least the key
     * @param wins asked while the item is locked
     * @param remember appended when nothing changes, so that it is known that the write won
     * @return whether it won
     * @throws dev.penstock.local.gateway.AwsError TransactionConflictException while a transaction holds the item
     */
    public boolean replicate(
            Table table,
            Map<String, AttributeValue> item,
            boolean deleted,
            Cause.Replication origin,
            Predicate<ItemKey> wins,
            Document remember) {
        journal.observe(origin.micros());
        return replicated.apply(table, item, deleted, origin, wins, remember);
    }

    /** A repetition under the same client token within ten minutes changes nothing. */
    public TransactWriteItemsResponse transactWrite(TransactWriteItemsRequest request) {
        return transactions.write(request);
    }

    /** PartiQL; a write must name the key of its item. */
    public ExecuteStatementResponse execute(ExecuteStatementRequest request) {
        return statements.execute(request);
    }

    public BatchExecuteStatementResponse execute(BatchExecuteStatementRequest request) {
        return statements.execute(request);
    }

    public ExecuteTransactionResponse execute(ExecuteTransactionRequest request) {
        return statements.execute(request);
    }

    /** Gives every item of a table as it is now to the consumer; what changes meanwhile is seen or not. */
    public void scan(Table table, Consumer<Map<String, AttributeValue>> visitor) {
        Scan.of(engine, table.name(), page -> page.forEach(visitor));
    }

    /** The state of a table at any time that the journal covers. */
    public PointInTime pointInTime() {
        return new PointInTime(this);
    }

    /**
     * Makes a table; it is durable when this returns. A stream that its description asks for is enabled at once.
     *
     * @param described with name and ARN; with status CREATING it takes no requests until {@link #activate}, and is
     *     removed again if the process ends before that
     * @param further documents about the table, to become durable with it
     */
    public Table create(TableDescription described, Function<Table, List<Document>> further) {
        return create(described, further, () -> engineTables.create(described));
    }

    /** As {@link #create(TableDescription, Function)}, made in the engine by the caller. */
    public Table create(TableDescription described, Function<Table, List<Document>> documents, Runnable make) {
        return lifecycle.create(described, documents, make);
    }

    /**
     * Fills a table that is still being made: no stream shows it, no reader sees a half of it. The table is complete
     * once {@link Loader#finish} has returned.
     *
     * @throws IllegalStateException when the table is active already
     */
    public Loader load(Table table) {
        return loads.begin(table, maintenance::loaded);
    }

    boolean isLoading() {
        return loads.isUnderWay();
    }

    /** Opens a table that was created in status CREATING. */
    public Table activate(Table table) {
        return declare(
                table,
                table.description().toBuilder().tableStatus(TableStatus.ACTIVE).build(),
                List.of());
    }

    /** Changes what is declared about a table; the engine's part, if any, has been done by the caller. */
    public Table declare(Table table, TableDescription changed, List<Document> further) {
        return lifecycle.declare(table, changed, further);
    }

    /** Changes capacity or indexes of a table in the engine, while no write is under way. */
    public void updateEngine(UpdateTableRequest update) {
        alone(() -> {
            engineTables.update(update);
            return update;
        });
    }

    /** What the engine says about a table, with counts and sizes that may be a minute old where it is large. */
    public TableDescription counted(Table table) {
        return counts.of(table);
    }

    /** What the engine says about a table: counts and sizes. Waits while an index is being made. */
    public TableDescription engineDescription(Table table) {
        return barrier.write(() -> engine.describeTable(describe -> describe.tableName(table.name()))
                .table());
    }

    /** Enables the stream of a table under a new label and answers the table as it is then described. */
    public Table enableStream(Table table, StreamViewType view) {
        return lifecycle.enableStream(table, view);
    }

    /** Disables the stream of a table; its records can be read for 24 hours more. */
    public Table disableStream(Table table) {
        return lifecycle.disableStream(table);
    }

    /** Splits a shard in two, while no write is under way. */
    public void splitShard(String streamArn, String shardId) {
        alone(() -> {
            streams.split(streamArn, shardId);
            return shardId;
        });
    }

    /** Merges two shards that are neighbours, while no write is under way. */
    public void mergeShards(String streamArn, String shardId, String neighbour) {
        alone(() -> {
            streams.merge(streamArn, shardId, neighbour);
            return shardId;
        });
    }

    /** Above how many records within an hour a shard is split; below a tenth of it, neighbours are merged. */
    public void reshardAbove(long recordsPerHour) {
        resharding.above(recordsPerHour);
    }

    /**
     * Calls a listener with each table before it is deleted, while no write is under way: a backup of it can still be
     * made. What it answers becomes durable with the deletion; what it throws keeps the table.
     */
    public void beforeDelete(Function<Table, List<Document>> listener) {
        lifecycle.beforeDelete(listener);
    }

    /** Deletes a table and all documents kept under {@link Table#document}. */
    public void delete(Table table) {
        lifecycle.delete(table);
    }

    /** Runs a change of control state while no write is under way. */
    public <T> T alone(Supplier<T> change) {
        return barrier.alone(change);
    }

    /** Whether the calling thread is in {@link #alone}. */
    boolean isAlone() {
        return barrier.isAlone();
    }

    /** Tell it each request for items: background work gives way to them. */
    public Courtesy courtesy() {
        return courtesy;
    }

    /** Writes a checkpoint and drops what is too old, now rather than when the journal has grown. */
    public void checkpoint() {
        maintenance.run();
    }

    @Override
    public void close() {
        resharding.close();
        maintenance.close();
        barrier.alone(() -> {
            journal.close();
            return journal;
        });
    }
}
