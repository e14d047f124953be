package dev.penstock.local.recovery;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.lambdas.projector.Epochs;
import dev.penstock.lambdas.projector.Rebuild;
import dev.penstock.local.demo.ArchivedItems;
import dev.penstock.local.redelivery.Site;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * Moves an application to a restored table by giving its items to a new table of the old name: whatever knows the name
 * (functions, permissions, alarms, stacks) needs no change. DynamoDB can't rename a table, so the items travel by an
 * on-demand backup. Only calls that AWS has too, so it runs there as here.
 *
 * <p>It looks at what is there before each step, so it can be run again after an interruption.
 */
final class Cutover {
    private final Site site;
    private final DynamoDbClient client;
    private final String table;
    private final String restored;
    private final Copies copies;
    private final Runnable emptyCaches;
    private final PrintWriter out;
    private final Progress progress;

    Cutover(Site site, String table, String restored, Copies copies, Runnable emptyCaches, PrintWriter out) {
        this.site = site;
        this.client = site.dynamoDb();
        this.table = table;
        this.restored = restored;
        this.copies = copies;
        this.emptyCaches = emptyCaches;
        this.out = out;
        this.progress = new Progress(client, out);
    }

    /** @param apply false: says what would be done */
    void run(boolean apply) {
        TableDescription source =
                client.describeTable(request -> request.tableName(restored)).table();
        Optional<TableDescription> old = find(table);
        old.ifPresent(before -> requireSameKeys(before, source));
        var completion = new Completion(site, out);
        TableSettings settings = completion
                .settings(table)
                .orElseThrow(() -> new IllegalStateException("there is no table " + table
                        + ", and the catalog declares none: nothing says how it should be"));
        Optional<Table> declared = declared();
        List<String> replicas = replicas(old, declared);
        var mappings = new Mappings(site.lambda(), table, out);
        out.printf("replace %s by the items of %s, about %,d%n", table, restored, source.itemCount());
        completion.plan(settings);
        mappings.plan();
        out.printf("  replicas: %s%n", replicas.isEmpty() ? "none" : String.join(", ", replicas));
        declared.ifPresent(each -> out.printf(
                "  copies filled anew: %s%n",
                Copies.of(each).stream().map(copy -> copy.target()).toList()));
        declared.ifPresent(each -> out.printf(
                "  views and aggregates rebuilt: %s%n",
                Storefront.catalog().effectsOf(each.name()).stream()
                        .map(effect -> effect.tableName())
                        .toList()));
        out.flush();
        if (!apply) {
            out.println("nothing was done: add --apply");
            return;
        }
        mappings.disable();
        String backup = backUp();
        old.ifPresent(before -> delete(before, replicas));
        step("restoring " + table + " from " + backup);
        client.restoreTableFromBackup(request -> request.backupArn(backup).targetTableName(table));
        TableDescription made = progress.awaitActive(table);
        completion.complete(settings, table);
        replicas.forEach(this::replicate);
        TableDescription complete = find(table).orElse(made);
        declared.ifPresent(each -> raiseEpoch(each, complete));
        mappings.moveTo(complete.latestStreamArn());
        declared.ifPresent(this::rebuild);
        declared.ifPresent(each -> copies.renew(each, complete));
        step("emptying the caches of DAX");
        emptyCaches.run();
        client.deleteBackup(request -> request.backupArn(backup));
        out.printf("%s has the items of %s; check with verify, then delete %s%n", table, restored, restored);
        out.flush();
    }

    private static void requireSameKeys(TableDescription before, TableDescription source) {
        if (!before.keySchema().equals(source.keySchema())) {
            throw new IllegalArgumentException("the keys of " + source.tableName() + " are " + Keys.names(source)
                    + ", those of " + before.tableName() + " " + Keys.names(before));
        }
    }

    private Optional<TableDescription> find(String name) {
        try {
            return Optional.of(
                    client.describeTable(request -> request.tableName(name)).table());
        } catch (ResourceNotFoundException none) {
            return Optional.empty();
        }
    }

    private Optional<Table> declared() {
        return table.startsWith(site.prefix())
                ? Storefront.catalog().tables().stream()
                        .filter(each -> each.name().equals(site.names().logical(table)))
                        .findFirst()
                : Optional.empty();
    }

    /** Those it has; when it is gone already, DescribeTable of the restored table can't tell, so they are added by hand. */
    private List<String> replicas(Optional<TableDescription> old, Optional<Table> declared) {
        if (old.isEmpty() && declared.filter(Table::isGlobal).isPresent()) {
            out.println("  the table is gone: add its replicas by hand, update-table --replica-updates");
        }
        return old.map(before -> before.replicas().stream()
                        .map(ReplicaDescription::regionName)
                        .filter(region -> !before.tableArn().contains(":" + region + ":"))
                        .toList())
                .orElse(List.of());
    }

    private String backUp() {
        step("backing up " + restored);
        String name = restored + "-cutover-"
                + site.clock()
                        .instant()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace(':', '-');
        String arn = client.createBackup(request -> request.tableName(restored).backupName(name))
                .backupDetails()
                .backupArn();
        progress.awaitAvailable(arn);
        return arn;
    }

    private void delete(TableDescription before, List<String> replicas) {
        if (Boolean.TRUE.equals(before.deletionProtectionEnabled())) {
            client.updateTable(request -> request.tableName(table).deletionProtectionEnabled(false));
            progress.awaitActive(table);
        }
        for (String region : replicas) {
            step("removing the replica in " + region);
            client.updateTable(request -> request.tableName(table)
                    .replicaUpdates(ReplicationGroupUpdate.builder()
                            .delete(delete -> delete.regionName(region))
                            .build()));
            progress.await("replica in " + region, () -> hasReplica(region) ? "DELETING" : null);
        }
        step("deleting " + table + "; with point-in-time recovery it leaves a SYSTEM backup for 35 days");
        client.deleteTable(request -> request.tableName(table));
        progress.awaitDeleted(table);
    }

    private boolean hasReplica(String region) {
        return find(table).stream()
                .flatMap(found -> found.replicas().stream())
                .anyMatch(replica -> replica.regionName().equals(region));
    }

    private void replicate(String region) {
        step("adding the replica in " + region);
        client.updateTable(request -> request.tableName(table)
                .replicaUpdates(ReplicationGroupUpdate.builder()
                        .create(create -> create.regionName(region))
                        .build()));
        progress.await(
                "replica in " + region,
                () -> find(table).stream()
                                .flatMap(found -> found.replicas().stream())
                                .anyMatch(replica -> replica.regionName().equals(region)
                                        && "ACTIVE".equals(replica.replicaStatusAsString()))
                        ? null
                        : "CREATING");
    }

    /** The new stream's sequence numbers don't compare with the old one's. */
    private void raiseEpoch(Table source, TableDescription complete) {
        if (!Storefront.catalog().effectsOf(source.name()).isEmpty()) {
            int epoch = new Epochs(client, site.names()).raise(source.name(), complete.latestStreamArn());
            step("epoch of " + source.name() + " is " + epoch);
        }
    }

    private void rebuild(Table source) {
        Catalog catalog = Storefront.catalog();
        if (catalog.effectsOf(source.name()).isEmpty()) {
            return;
        }
        step("rebuilding what follows from " + source.name());
        Rebuild.Report report = new Rebuild(
                        catalog,
                        source,
                        client,
                        site.names(),
                        new ArchivedItems(site.s3(), site.archive()),
                        site.clock())
                .run(items -> {});
        out.printf("  %,d items, %,d renewed, %,d strays swept%n", report.items(), report.written(), report.swept());
    }

    private void step(String what) {
        out.println("- " + what);
        out.flush();
    }
}
