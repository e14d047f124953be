package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.FunctionClient;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The projectors of a catalog's sources, each made when its table's first record arrives. Threadsafe. */
public final class Projectors {
    /** Calls of one invocation that are under way at a time. */
    private static final int CALLS = 16;

    private final Catalog catalog;
    private final DynamoDbClient client;
    private final TableNames names;
    private final Backoff backoff;
    private final InParallel parallel;
    private final Telemetry telemetry;
    private final Declarations declarations;
    private final Epochs epochs;
    private final Map<String, Projector> bySource = new ConcurrentHashMap<>();
    private final Map<String, WindowedWriter> windowedBySource = new ConcurrentHashMap<>();

    public Projectors(
            Catalog catalog,
            DynamoDbClient client,
            TableNames names,
            Backoff backoff,
            InParallel parallel,
            Telemetry telemetry) {
        this.catalog = catalog;
        this.client = client;
        this.names = names;
        this.backoff = backoff;
        this.parallel = parallel;
        this.telemetry = telemetry;
        this.declarations = new Declarations(client, names);
        this.epochs = new Epochs(client, names);
    }

    static Projectors of(Environment environment, Telemetry telemetry) {
        return new Projectors(
                Storefront.catalog(),
                FunctionClient.dynamoDb(environment),
                TableNames.of(environment),
                Backoff.jittered(),
                InParallel.atMost(CALLS),
                telemetry);
    }

    /**
     * The projector of a table.
     *
     * @param table physical name
     * @throws IllegalStateException when a view or an aggregate on live data is declared otherwise than its version was
     */
    public Projector of(String table) {
        String source = names.logical(table);
        Projector known = bySource.get(source);
        if (known != null) {
            return known;
        }
        // One row remembers both the declarations and the epoch.
        epochs.learn(source, declarations.hold(catalog, source));
        return bySource.computeIfAbsent(
                source,
                name -> new Projector(
                        catalog, catalog.table(name), client, names, epochs, backoff, parallel, telemetry));
    }

    WindowedWriter windowed(String table) {
        return windowedBySource.computeIfAbsent(
                names.logical(table),
                source -> new WindowedWriter(catalog, catalog.table(source), client, names, parallel, telemetry));
    }
}
