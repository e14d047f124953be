package dev.penstock.lambdas.archive;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.diversion.Batch;
import dev.penstock.lambdas.diversion.Diversion;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.priming.Priming;
import dev.penstock.lambdas.stream.ItemChange;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.warmup.SdkWarmUp;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Archives the items that TTL deletes, one object per batch. Deletes by users are not archived. */
public final class ArchiveHandler implements RequestHandler<DynamodbEvent, StreamsEventResponse> {
    private final Catalog catalog;
    private final TableNames names;
    private final Archive archive;
    private final Diversion diversion;
    private final Telemetry telemetry;

    /** Held here, because who calls it holds it weakly; none in tests. */
    @SuppressWarnings("unused") // kept alive, not read
    private @Nullable Priming priming;

    /** Lambda's door. */
    public ArchiveHandler() {
        this(Environment.ofProcess());
    }

    private ArchiveHandler(Environment environment) {
        this(environment, Telemetry.ofProcess(environment.optional(Environment.CONSUMER, "Archive")));
    }

    private ArchiveHandler(Environment environment, Telemetry telemetry) {
        this(
                Storefront.catalog(),
                TableNames.of(environment),
                new S3Archive(
                        S3Client.builder()
                                .httpClientBuilder(UrlConnectionHttpClient.builder())
                                .build(),
                        environment.required(Environment.ARCHIVE_BUCKET)),
                new FailureBucket(environment, telemetry),
                telemetry);
        priming = Priming.before(environment, () -> SdkWarmUp.warmUp(S3Client.class), telemetry);
    }

    ArchiveHandler(Catalog catalog, TableNames names, Archive archive, Diversion diversion, Telemetry telemetry) {
        this.catalog = catalog;
        this.names = names;
        this.archive = archive;
        this.diversion = diversion;
        this.telemetry = telemetry;
    }

    @Override
    public StreamsEventResponse handleRequest(DynamodbEvent event, Context context) {
        Batch batch = Batch.read(event.getRecords(), diversion);
        List<ItemChange> expired =
                batch.changes().stream().filter(ItemChange::expired).toList();
        if (!expired.isEmpty()) {
            Table table = catalog.table(names.logical(expired.getFirst().table()));
            Table.Retention retention = table.retention();
            if (retention == null) {
                throw new IllegalStateException("table " + table.name() + " has no retention in the catalog");
            }
            String key = ArchiveObject.key(retention.archivePrefix(), expired.getFirst());
            archive.put(key, ArchiveObject.body(expired));
            telemetry.info("archived", Map.of("key", key, "items", Integer.toString(expired.size())));
        }
        telemetry.count(Map.of(Metric.Records, batch.changes().size(), Metric.Archived, expired.size()));
        return batch.response();
    }
}
