package dev.penstock.local.cli;

import dev.penstock.lambdas.archive.ArchivedItems;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.lambdas.export.S3Objects;
import dev.penstock.local.recovery.When;
import dev.penstock.local.redelivery.Site;
import dev.penstock.local.redelivery.SiteOptions;
import dev.penstock.local.verify.ExportVerification;
import dev.penstock.local.verify.Stage;
import dev.penstock.local.verify.StreamLag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Options of {@code verify} that say which exports are compared. */
final class ExportOptions {
    private static final Duration EVERY_ON_AWS = Duration.ofSeconds(15);
    private static final Duration EVERY = Duration.ofMillis(50);
    private static final int CUTS = 3;

    @Option(
            names = "--export-at",
            paramLabel = "TIME",
            description = "export all tables concerned as they were at this second and compare the exports: ISO 8601,"
                    + " -5m, or now; the same time again takes up exports that are there or under way")
    private @Nullable String at;

    @Option(
            names = "--exports",
            paramLabel = "LOCATION",
            description = "compare full exports that are there already: a folder, or s3://bucket/prefix; of several"
                    + " times the latest")
    private @Nullable String location;

    @Option(
            names = "--bucket",
            paramLabel = "BUCKET",
            description = "where exports go, below verify/TIME (default: the stage's export bucket)")
    private @Nullable String bucket;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            description = "time that exports may take (default: ${DEFAULT-VALUE}); they go on after it")
    private Duration patience = Duration.ofHours(2);

    @Option(
            names = "--cuts",
            paramLabel = "N",
            description = "export up to N times where something was written too often to be told (default: 3; 1 on"
                    + " AWS, where each is paid for)")
    private int cuts;

    @Option(
            names = "--temporary",
            paramLabel = "FOLDER",
            description = "for temporary files, some hundred bytes an item (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    boolean areMeant() {
        return at != null || location != null;
    }

    /** Whether exports are to be made, not read only. */
    boolean areAskedFor() {
        return location == null;
    }

    ExportVerification verification(Site site, SiteOptions options, Consumer<String> progress) {
        if (at != null && location != null) {
            throw new IllegalArgumentException("--export-at " + at + " makes exports, --exports " + location
                    + " takes those that are there: give one of them");
        }
        // A local runtime tells when its streams have passed; on AWS metrics do, as well as they can.
        Optional<StreamLag> lag = options.isOnAws()
                ? Optional.of(new StreamLag(options.cloudWatch(), site.prefix(), site.clock()))
                : Optional.empty();
        Map<String, DynamoDbClient> clients = new HashMap<>();
        clients.put(options.region(), site.dynamoDb());
        Stage stage = new Stage(
                Storefront.catalog(),
                site.names(),
                options.region(),
                region -> clients.computeIfAbsent(region, options::dynamoDb),
                site.s3(),
                bucket == null ? site.exports() : bucket,
                (table, item) -> {
                    Table.Retention retention = table.retention();
                    if (retention != null) {
                        ArchivedItems.in(site.s3(), site.archive()).lines(retention.archivePrefix(), item);
                    }
                },
                site.clock(),
                (consumer, time) -> lag.isEmpty() || lag.get().isPast(consumer, time),
                () -> lag.isEmpty() ? site.settled().await() : lag.get().pause(consumers()),
                options.isOnAws() ? EVERY_ON_AWS : EVERY,
                patience);
        return new ExportVerification(stage, folder, progress);
    }

    private static List<String> consumers() {
        return Storefront.catalog().allConsumers().stream()
                .map(dev.penstock.lambdas.catalog.Consumer::name)
                .toList();
    }

    ExportVerification.Report run(ExportVerification verification, Site site, boolean isOnAws) throws IOException {
        if (location == null) {
            int most = cuts > 0 ? cuts : isOnAws ? 1 : CUTS;
            return verification.at(
                    at == null || at.equals("now")
                            ? Optional.empty()
                            : Optional.of(When.parse(at, site.clock().instant())),
                    most,
                    isOnAws);
        }
        if (!location.startsWith("s3://")) {
            return verification.of(ObjectSource.directory(Path.of(location)), "", location);
        }
        String[] parts = location.substring("s3://".length()).split("/", 2);
        return verification.of(new S3Objects(site.s3(), parts[0]), parts.length > 1 ? parts[1] : "", location);
    }
}
