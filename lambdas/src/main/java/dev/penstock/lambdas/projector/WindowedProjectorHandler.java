package dev.penstock.lambdas.projector;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbTimeWindowEvent;
import com.amazonaws.services.lambda.runtime.events.TimeWindowEventResponse;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.diversion.Batch;
import dev.penstock.lambdas.diversion.Diversion;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.priming.Priming;
import dev.penstock.lambdas.stream.EventJson;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The same for a source with windowed aggregates. The tumbling window is there because its events alone name the shard;
 * the totals live in the table, so the window's state stays empty.
 */
public final class WindowedProjectorHandler implements RequestStreamHandler {
    private final Projectors projectors;
    private final Diversion diversion;
    private final Telemetry telemetry;

    /** Held here, because who calls it holds it weakly; none in tests. */
    @SuppressWarnings("unused") // kept alive, not read
    private @Nullable Priming priming;

    /** Lambda's door. */
    public WindowedProjectorHandler() {
        this(Environment.ofProcess());
    }

    private WindowedProjectorHandler(Environment environment) {
        this(environment, Telemetry.ofProcess(environment.optional(Environment.CONSUMER, "Projector")));
    }

    private WindowedProjectorHandler(Environment environment, Telemetry telemetry) {
        this(Projectors.of(environment, telemetry), new FailureBucket(environment, telemetry), telemetry);
        priming = Priming.before(environment, () -> Rehearsal.windowed(Storefront.catalog()), telemetry);
    }

    /** With parts of its own, for tools and tests. */
    public WindowedProjectorHandler(Projectors projectors, Diversion diversion, Telemetry telemetry) {
        this.projectors = projectors;
        this.diversion = diversion;
        this.telemetry = telemetry;
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, @Nullable Context context) throws IOException {
        EventJson read = EventJson.read(in);
        DynamodbTimeWindowEvent event = new DynamodbTimeWindowEvent();
        event.setRecords(read.records());
        event.setShardId(read.shardId());
        event.setState(read.state());
        var failures = handleRequest(event, context).getBatchItemFailures();
        String lowest = failures.isEmpty() ? null : failures.getFirst().getItemIdentifier();
        // A response without state fails the invocation, the final one of a window included.
        out.write(("{\"state\":{}," + EventJson.failures(lowest) + "}").getBytes(StandardCharsets.UTF_8));
    }

    /** The same with the official event and answer. */
    public TimeWindowEventResponse handleRequest(DynamodbTimeWindowEvent event, @Nullable Context context) {
        Batch batch = Batch.read(event.getRecords(), diversion);
        boolean redrive = ProjectorHandler.isRedrive(event.getState());
        if (!batch.isEmpty() || (!redrive && !batch.malformed().isEmpty())) {
            String table = batch.isEmpty()
                    ? batch.malformed().getFirst().table()
                    : batch.changes().getFirst().table();
            ProjectorHandler.apply(projectors.of(table), batch, redrive);
            if (redrive) {
                boolean discarded = "true".equals(event.getState().get(ProjectorHandler.DISCARDED));
                projectors.windowed(table).fill(batch, discarded);
            } else if (event.getShardId() != null) {
                projectors.windowed(table).apply(event.getShardId(), batch);
            } else {
                throw new IllegalStateException(
                        "the event names no shard; the mapping of a windowed aggregate needs a tumbling window");
            }
        }
        ProjectorHandler.report(telemetry, batch);
        return new TimeWindowEventResponse(Map.of(), failures(batch.lowestFailed()));
    }

    private static List<TimeWindowEventResponse.BatchItemFailure> failures(@Nullable String lowest) {
        return lowest == null ? List.of() : List.of(new TimeWindowEventResponse.BatchItemFailure(lowest));
    }
}
