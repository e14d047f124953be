package dev.penstock.local.demo;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.verify.Difference;
import dev.penstock.lambdas.verify.Verifier;
import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.redelivery.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Compares every view, aggregate and replicated table of a running runtime with a recomputation from its source. */
public record Verification(Clients clients, Control control) {

    /** @param progress told the name of each table before it is verified */
    public List<Difference> run(Consumer<String> progress) {
        var verifier = new Verifier(
                Storefront.catalog(),
                clients.of(DynamoDbClient.class),
                new TableNames(""),
                new ArchivedItems(clients.of(S3Client.class), ArchivedItems.BUCKET));
        List<Difference> differences = new ArrayList<>(verifier.verify(this::settled, progress));
        try (var there = new RegionClients(clients.endpoint())) {
            differences.addAll(verifier.verifyReplications(there::of, this::settled, progress));
        }
        return differences;
    }

    /**
     * The same of any stage.
     *
     * @param regions clients of other regions, by name
     * @param progress told the name of each table before it is verified
     */
    public static List<Difference> of(Site site, Function<String, DynamoDbClient> regions, Consumer<String> progress) {
        var verifier = new Verifier(
                Storefront.catalog(), site.dynamoDb(), site.names(), new ArchivedItems(site.s3(), site.archive()));
        List<Difference> differences = new ArrayList<>(verifier.verify(site.settled(), progress));
        differences.addAll(verifier.verifyReplications(regions, site.settled(), progress));
        return differences;
    }

    /** Waits until the event source mappings are done with all that was written. */
    private boolean settled() {
        try {
            Await.until(
                    Duration.ofMinutes(2),
                    "the projectors to catch up",
                    () -> control.get("settled").path("settled").asBoolean());
            return true;
        } catch (IllegalStateException late) {
            return false;
        }
    }
}
