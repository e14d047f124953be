package dev.penstock.lambdas.projector;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.diversion.Batch;
import dev.penstock.lambdas.diversion.Diversion;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.priming.Priming;
import dev.penstock.lambdas.stream.EventJson;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies all views and aggregates of one source table. */
public final class ProjectorHandler implements RequestStreamHandler {
    /**
     * Key of the event's state by which a redrive says, with the value {@code true}, that its records come from the
     * failure bucket, not from a shard.
     */
    public static final String REDRIVE = "redrive";

    /**
     * Key by which a redrive says, with the value {@code true}, that Lambda had given up on the records: whether they were
     * counted is not known then.
     */
    public static final String DISCARDED = "discarded";

    private final Projectors projectors;
    private final Diversion diversion;
    private final Telemetry telemetry;

    /** Held here, because who calls it holds it weakly; none in tests. */
    @SuppressWarnings("unused") // kept alive, not read
    private @Nullable Priming priming;

    /** Lambda's door. */
    public ProjectorHandler() {
        this(Environment.ofProcess());
    }

    private ProjectorHandler(Environment environment) {
        this(environment, Telemetry.ofProcess(environment.optional(Environment.CONSUMER, "Projector")));
    }

    private ProjectorHandler(Environment environment, Telemetry telemetry) {
        this(Projectors.of(environment, telemetry), new FailureBucket(environment, telemetry), telemetry);
        priming = Priming.before(environment, () -> Rehearsal.plain(Storefront.catalog()), telemetry);
    }

    /** With parts of its own, for tools and tests. */
    public ProjectorHandler(Projectors projectors, Diversion diversion, Telemetry telemetry) {
        this.projectors = projectors;
        this.diversion = diversion;
        this.telemetry = telemetry;
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, @Nullable Context context) throws IOException {
        EventJson read = EventJson.read(in);
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(read.records());
        var failures = handle(event, isRedrive(read.state())).getBatchItemFailures();
        String lowest = failures.isEmpty() ? null : failures.getFirst().getItemIdentifier();
        out.write(("{" + EventJson.failures(lowest) + "}").getBytes(StandardCharsets.UTF_8));
    }

    /** The same with the official event and answer. */
    public StreamsEventResponse handleRequest(DynamodbEvent event, @Nullable Context context) {
        return handle(event, false);
    }

    /** The same for records of the failure bucket. */
    StreamsEventResponse redrive(DynamodbEvent event) {
        return handle(event, true);
    }

    private StreamsEventResponse handle(DynamodbEvent event, boolean redrive) {
        Batch batch = Batch.read(event.getRecords(), diversion);
        if (!batch.isEmpty()) {
            apply(projectors.of(batch.changes().getFirst().table()), batch, redrive);
        }
        report(telemetry, batch);
        return batch.response();
    }

    static void apply(Projector projector, Batch batch, boolean redrive) {
        if (redrive) {
            projector.applyAgain(batch);
        } else {
            projector.apply(batch);
        }
    }

    static boolean isRedrive(@Nullable Map<String, String> state) {
        return state != null && "true".equals(state.get(REDRIVE));
    }

    static void report(Telemetry telemetry, Batch batch) {
        Map<String, String> again = batch.again();
        if (!again.isEmpty()) {
            telemetry.warn("delivered again from here", again);
        }
        telemetry.count(Map.of(Metric.Records, batch.changes().size(), Metric.Transient, again.isEmpty() ? 0 : 1));
    }
}
