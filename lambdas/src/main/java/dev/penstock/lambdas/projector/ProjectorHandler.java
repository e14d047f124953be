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
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(EventJson.read(in).records());
        var failures = handleRequest(event, context).getBatchItemFailures();
        String lowest = failures.isEmpty() ? null : failures.getFirst().getItemIdentifier();
        out.write(("{" + EventJson.failures(lowest) + "}").getBytes(StandardCharsets.UTF_8));
    }

    /** The same with the official event and answer. */
    public StreamsEventResponse handleRequest(DynamodbEvent event, @Nullable Context context) {
        Batch batch = Batch.read(event.getRecords(), diversion);
        if (!batch.isEmpty()) {
            projectors.of(batch.changes().getFirst().table()).apply(batch);
        }
        report(telemetry, batch);
        return batch.response();
    }

    static void report(Telemetry telemetry, Batch batch) {
        String lowest = batch.lowestFailed();
        if (lowest != null) {
            telemetry.warn("delivered again from here", Map.of("sequenceNumber", lowest));
        }
        telemetry.count(Map.of(Metric.Records, batch.changes().size(), Metric.Transient, lowest == null ? 0 : 1));
    }
}
