package dev.penstock.lambdas.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.DynamodbTimeWindowEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.TimeWindowEventResponse;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.diversion.Diversion;
import dev.penstock.lambdas.diversion.RecordJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.testing.Engine;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.testing.StreamedTable;
import dev.penstock.lambdas.verify.Difference;
import dev.penstock.lambdas.verify.Verifier;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Source tables, handlers and verification on one engine. */
final class Shop implements AutoCloseable {
    static final String LABEL = "2026-11-22T09:00:00.000";

    final Catalog catalog;
    final Engine engine;
    final StreamedTable orders;
    final StreamedTable usage;
    final List<Map<String, Value>> expired = new ArrayList<>();
    final List<String> poison = new ArrayList<>();
    /** What was diverted, as often as it was. */
    final List<DynamodbStreamRecord> diverted = new ArrayList<>();

    private final Breakage breakage;
    private InParallel parallel = InParallel.oneByOne();
    private Catalog deployed;
    private DynamoDbClient client;
    private ProjectorHandler handler;
    private WindowedProjectorHandler windowed;

    Shop() {
        this(ChaosCatalog.catalog());
    }

    Shop(Catalog catalog) {
        this(catalog, Breakage.NOTHING);
    }

    /** With one safeguard missing. */
    Shop(Catalog catalog, Breakage breakage) {
        this.breakage = breakage;
        this.catalog = catalog;
        this.deployed = catalog;
        this.engine = new Engine(catalog);
        this.orders = new StreamedTable(engine.client(), table("Orders"), LABEL);
        this.usage = new StreamedTable(engine.client(), table("UsageEvents"), LABEL);
        this.client = breakage.wrap(engine.client());
        restart();
    }

    Table table(String name) {
        return catalog.table(name);
    }

    /** The functions' client from now on. */
    void use(DynamoDbClient other) {
        client = other;
        restart();
    }

    /** What happens around the functions' calls from now on. */
    void faults(FaultyClient.Around around) {
        use(breakage.wrap(FaultyClient.wrap(engine.client(), around, request -> request)));
    }

    /** Past all faults, with the safeguard missing that is. */
    DynamoDbClient breakable() {
        return breakage.wrap(engine.client());
    }

    DynamoDbClient client() {
        return engine.client();
    }

    /** A deployment: the functions have this catalog from now on. */
    void declare(Catalog other) {
        deployed = other;
        restart();
    }

    /** The functions' calls overlap from now on, as they do in Lambda. */
    void sideBySide() {
        parallel = InParallel.atMost(16);
        restart();
    }

    /** New execution environments: nothing in memory survives. */
    void restart() {
        Projectors projectors = new Projectors(
                deployed,
                Granted.wrap(deployed, client),
                new TableNames(""),
                Backoff.none(),
                parallel,
                Telemetry.silent());
        Diversion diversion = (record, reason) -> {
            poison.add(reason);
            diverted.add(record);
        };
        handler = new ProjectorHandler(projectors, diversion, Telemetry.silent());
        windowed = new WindowedProjectorHandler(projectors, diversion, Telemetry.silent());
    }

    StreamsEventResponse deliver(List<DynamodbStreamRecord> records) {
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(records);
        return handler.handleRequest(event, null);
    }

    StreamsEventResponse deliver(DynamodbStreamRecord... records) {
        return deliver(List.of(records));
    }

    TimeWindowEventResponse deliver(String shard, List<DynamodbStreamRecord> records) {
        DynamodbTimeWindowEvent event = new DynamodbTimeWindowEvent();
        event.setRecords(records);
        event.setShardId(shard);
        event.setState(Map.of());
        event.setIsFinalInvokeForWindow(false);
        event.setIsWindowTerminatedEarly(false);
        return windowed.handleRequest(event, null);
    }

    /** What Lambda reads: the bytes that the function writes for the bytes of the event. */
    String answer(List<DynamodbStreamRecord> records) throws IOException {
        return answer(handler, "{\"Records\":[" + json(records) + "]}");
    }

    /** The same of the windowed projector. */
    String answer(String shard, List<DynamodbStreamRecord> records) throws IOException {
        return answer(windowed, "{\"Records\":[" + json(records) + "],\"shardId\":\"" + shard + "\",\"state\":{}}");
    }

    private static String json(List<DynamodbStreamRecord> records) {
        return records.stream().map(RecordJson::write).collect(Collectors.joining(","));
    }

    private static String answer(RequestStreamHandler function, String event) throws IOException {
        var out = new ByteArrayOutputStream();
        function.handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), out, null);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The functions that are running, which keep what they have in memory over a restart of others. */
    Functions functions() {
        return new Functions(handler);
    }

    /** Environments that were there before a restart. */
    record Functions(ProjectorHandler handler) {
        StreamsEventResponse deliver(List<DynamodbStreamRecord> records) {
            DynamodbEvent event = new DynamodbEvent();
            event.setRecords(records);
            return handler.handleRequest(event, null);
        }

        StreamsEventResponse redrive(List<DynamodbStreamRecord> records) {
            DynamodbEvent event = new DynamodbEvent();
            event.setRecords(records);
            return handler.redrive(event);
        }
    }

    /** What a redrive sends to the projector of orders. */
    StreamsEventResponse redriveOrders(List<DynamodbStreamRecord> records) {
        return functions().redrive(records);
    }

    /**
     * The orders are those of a restored table from now on, as after a cut-over: a new stream, a new epoch, and a
     * rebuild.
     */
    void cutOver(String label, List<Map<String, Value>> items) {
        orders.restored(label, items);
        new Epochs(engine.client(), new TableNames("")).raise("Orders", orders.streamArn());
        rebuild("Orders", engine.client());
    }

    /** What a redrive sends to the windowed projector. */
    void redrive(List<DynamodbStreamRecord> records) {
        redrive(records, false);
    }

    TimeWindowEventResponse redrive(List<DynamodbStreamRecord> records, boolean discarded) {
        DynamodbTimeWindowEvent event = new DynamodbTimeWindowEvent();
        event.setRecords(records);
        event.setState(
                Map.of(ProjectorHandler.REDRIVE, "true", ProjectorHandler.DISCARDED, Boolean.toString(discarded)));
        return windowed.handleRequest(event, null);
    }

    /** Folds old rows of all windowed aggregates; returns how many are gone. */
    long fold() {
        return fold(client);
    }

    long fold(DynamoDbClient with) {
        Instant now = breakage.foldsAtOnce() ? usage.now().plus(Folding.HORIZON.multipliedBy(2)) : usage.now();
        return deployed.aggregates().stream()
                .filter(aggregate -> aggregate.mode() == Aggregate.Mode.WINDOWED)
                .mapToLong(aggregate -> new Folding(aggregate, with, new TableNames(""), Backoff.none())
                        .run(now, false, () -> true)
                        .folded())
                .sum();
    }

    /** Rebuilds all views and contribution aggregates of a source that are deployed. */
    Rebuild.Report rebuild(String source) {
        return rebuild(source, breakable());
    }

    Rebuild.Report rebuild(String source, DynamoDbClient with) {
        return rebuild(source, with, items -> {});
    }

    Rebuild.Report rebuild(String source, DynamoDbClient with, LongConsumer progress) {
        StreamedTable time = source.equals("Orders") ? orders : usage;
        return new Rebuild(deployed, table(source), with, new TableNames(""), this::expiredItems, time::now)
                .run(progress);
    }

    /** TTL deletes what is overdue of what the projectors keep of a source: filled holes, control rows, tombstones. */
    void forget(StreamedTable source) {
        String name = source == orders ? "Orders" : "UsageEvents";
        Set<String> own = new HashSet<>(Set.of(Catalog.holesName(name), Catalog.controlName(name)));
        catalog.effectsOf(name).forEach(effect -> own.add(effect.tableName()));
        for (Table table : catalog.derivedTables()) {
            String expires = table.ttlAttribute();
            if (own.contains(table.name()) && expires != null) {
                for (Map<String, Value> row : rows(table.name())) {
                    if (row.get(expires) instanceof Value.N time
                            && time.value().longValueExact() < source.now().getEpochSecond()) {
                        Map<String, Value> key = new HashMap<>(row);
                        key.keySet().retainAll(table.keyNames());
                        engine.client()
                                .deleteItem(
                                        delete -> delete.tableName(table.name()).key(Items.toSdk(key)));
                    }
                }
            }
        }
    }

    /** TTL deletes an item, and the archive keeps it. */
    void expireUsage(Map<String, Value> key) {
        Map<String, Value> item = usage.get(key);
        if (!item.isEmpty()) {
            expired.add(item);
            usage.expire(key);
        }
    }

    /** What the archive holds. */
    void expiredItems(Table table, Consumer<Map<String, Value>> item) {
        if (table.name().equals("UsageEvents")) {
            expired.forEach(item);
        }
    }

    List<Difference> differences() {
        return new Verifier(catalog, engine.client(), new TableNames(""), this::expiredItems)
                .verify(() -> true, ignored -> {});
    }

    void assertExact() {
        assertEquals(List.of(), differences());
    }

    /** Rows of a table, without the attributes that only the projector reads. */
    List<Map<String, Value>> rows(String table) {
        return engine.client().scan(request -> request.tableName(table)).items().stream()
                .map(Items::fromSdk)
                .toList();
    }

    @Override
    public void close() {
        engine.close();
    }
}
