package dev.penstock.lambdas.replication;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.diversion.Batch;
import dev.penstock.lambdas.diversion.Diversion;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.priming.Priming;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.warmup.SdkWarmUp;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Keeps the target of one replication, which the environment names. */
public final class ReplicationHandler implements RequestHandler<DynamodbEvent, StreamsEventResponse> {
    /** Calls of one invocation that are under way at a time. */
    private static final int CALLS = 16;

    private final Replicator replicator;
    private final Diversion diversion;
    private final Telemetry telemetry;

    /** Held here, because who calls it holds it weakly; none in tests. */
    @SuppressWarnings("unused") // kept alive, not read
    private @Nullable Priming priming;

    /** Lambda's door. */
    public ReplicationHandler() {
        this(Environment.ofProcess());
    }

    private ReplicationHandler(Environment environment) {
        this(
                Storefront.catalog(),
                environment,
                Telemetry.ofProcess(environment.required(Environment.CONSUMER)),
                client(environment));
        priming = Priming.before(environment, () -> SdkWarmUp.warmUp(DynamoDbClient.class), telemetry);
    }

    private ReplicationHandler(Catalog catalog, Environment environment, Telemetry telemetry, DynamoDbClient client) {
        this(
                replicator(catalog.replication(telemetry.consumer()), catalog, environment, telemetry, client),
                new FailureBucket(environment, telemetry),
                telemetry);
    }

    ReplicationHandler(Replicator replicator, Diversion diversion, Telemetry telemetry) {
        this.replicator = replicator;
        this.diversion = diversion;
        this.telemetry = telemetry;
    }

    private static DynamoDbClient client(Environment environment) {
        return DynamoDbClient.builder()
                .region(Region.of(environment.required(Environment.TARGET_REGION)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static Replicator replicator(
            Replication replication,
            Catalog catalog,
            Environment environment,
            Telemetry telemetry,
            DynamoDbClient client) {
        String table = environment.required(Environment.TARGET_TABLE);
        return new Replicator(
                new CopyWriter(
                        client,
                        table,
                        replication,
                        catalog.table(replication.source()),
                        new ConflictObjects(
                                FailureBucket.lazyClient(),
                                environment.required(Environment.FAILURE_BUCKET),
                                telemetry)),
                environment.required(Environment.TARGET_ORIGIN),
                InParallel.atMost(CALLS),
                telemetry);
    }

    @Override
    public StreamsEventResponse handleRequest(DynamodbEvent event, @Nullable Context context) {
        Batch batch = Batch.read(event.getRecords(), diversion);
        if (!batch.isEmpty()) {
            replicator.apply(batch);
        }
        Map<String, String> again = batch.again();
        if (!again.isEmpty()) {
            telemetry.warn("delivered again from here", again);
        }
        telemetry.count(Map.of(Metric.Records, batch.changes().size(), Metric.Transient, again.isEmpty() ? 0 : 1));
        return batch.response();
    }
}
