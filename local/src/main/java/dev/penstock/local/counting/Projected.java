package dev.penstock.local.counting;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbTimeWindowEvent;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.diversion.Diversion;
import dev.penstock.lambdas.projector.ProjectorHandler;
import dev.penstock.lambdas.projector.Projectors;
import dev.penstock.lambdas.projector.WindowedProjectorHandler;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Penstock's two modes, by the handlers that are deployed. */
final class Projected implements Strategy {
    private static final int CALLS = 16;
    private static final Diversion NONE = (record, reason) -> {
        throw new IllegalStateException("nothing is to be diverted here: " + reason);
    };

    private final boolean windowed;
    private final Catalog catalog;

    private Projected(boolean windowed) {
        this.windowed = windowed;
        String name = windowed ? "Windowed" : "Contributed";
        var aggregate = Aggregate.named(name + "Counts", name + "Events")
                .groupBy("feature")
                .measure(Measure.count("events"), Measure.sum("durationMs", "durationMs"));
        this.catalog = new Catalog(
                List.of(Table.named(name + "Events")
                        .key("tenantDay")
                        .sort("eventId")
                        .appendOnly()
                        .build()),
                List.of(),
                List.of((windowed ? aggregate.windowed() : aggregate).build()),
                List.of());
    }

    static Projected contribution() {
        return new Projected(false);
    }

    static Projected windowed() {
        return new Projected(true);
    }

    @Override
    public String name() {
        return windowed ? "Penstock, windowed" : "Penstock, contribution";
    }

    @Override
    public List<Table> tables() {
        return catalog.derivedTables();
    }

    /** Name of the source that its stream must tell of. */
    String source() {
        return catalog.tables().getFirst().name();
    }

    @Override
    public String counts() {
        return catalog.aggregates().getFirst().tableName();
    }

    @Override
    public Function start(DynamoDbClient client) {
        var projectors = new Projectors(
                catalog, client, new TableNames(""), Backoff.jittered(), InParallel.atMost(CALLS), Telemetry.silent());
        projectors.of(source());
        return windowed ? windowed(projectors) : contribution(projectors);
    }

    private static Function contribution(Projectors projectors) {
        var handler = new ProjectorHandler(projectors, NONE, Telemetry.silent());
        return (shardId, batch) -> {
            var event = new DynamodbEvent();
            event.setRecords(batch);
            complete(handler.handleRequest(event, null).getBatchItemFailures());
        };
    }

    private static Function windowed(Projectors projectors) {
        var handler = new WindowedProjectorHandler(projectors, NONE, Telemetry.silent());
        return (shardId, batch) -> {
            var event = new DynamodbTimeWindowEvent();
            event.setRecords(batch);
            event.setShardId(shardId);
            event.setState(Map.of());
            complete(handler.handleRequest(event, null).getBatchItemFailures());
        };
    }

    private static void complete(List<?> failures) {
        if (!failures.isEmpty()) {
            throw new IllegalStateException("the handler reports failures: " + failures);
        }
    }
}
