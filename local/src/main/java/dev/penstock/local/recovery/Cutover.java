package dev.penstock.local.recovery;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.local.recovery.CutoverRun.Place;
import dev.penstock.local.recovery.CutoverRun.Step;
import dev.penstock.local.redelivery.Site;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Moves an application to a restored table by giving its items to a new table of the old name: whatever knows the name
 * (functions, permissions, alarms, stacks) needs no change. DynamoDB can't rename a table, so the items travel by an
 * on-demand backup. Only calls that AWS has too, so it runs there as here.
 *
 * <p>What the table was is written down before the first change, and each step when it is done, so that a run that was
 * interrupted anywhere is finished by the next one.
 */
final class Cutover {
    private final Site site;
    private final Regions regions;
    private final String table;
    private final String restored;
    private final Copies copies;
    private final Runnable emptyCaches;
    private final PrintWriter out;
    private final CutoverRecord record;

    /** The clients of a region. */
    record Regions(Function<String, DynamoDbClient> dynamoDb, Function<String, LambdaClient> lambda) {}

    Cutover(
            Site site,
            Regions regions,
            String table,
            String restored,
            Copies copies,
            Runnable emptyCaches,
            PrintWriter out) {
        this.site = site;
        this.regions = regions;
        this.table = table;
        this.restored = restored;
        this.copies = copies;
        this.emptyCaches = emptyCaches;
        this.out = out;
        this.record = new CutoverRecord(site.dynamoDb(), new Progress(site.dynamoDb(), out), table);
    }

    /**
     * Does what is left to do.
     *
     * @param apply false: says what would be done
     * @throws IllegalArgumentException when the tables don't fit, or another cut-over of the table is under way
     */
    void run(boolean apply) {
        Optional<CutoverRun> earlier = record.find();
        earlier.ifPresent(this::requireSame);
        CutoverRun run = earlier.orElseGet(this::look);
        plan(run, earlier.isPresent());
        if (!apply) {
            out.println("nothing was done: add --apply");
            return;
        }
        if (earlier.isEmpty()) {
            record.begin(run);
        }
        var steps = new CutoverSteps(site, regions, copies, emptyCaches, declared(), out);
        List<Step> left = List.copyOf(EnumSet.range(run.next(), Step.DELETE_BACKUP));
        for (int i = 0; i < left.size(); i++) {
            run = steps.perform(left.get(i), run);
            if (i + 1 < left.size()) {
                run = run.goingOnWith(left.get(i + 1));
                record.save(run);
            }
        }
        record.delete();
        out.printf("%s has the items of %s; check with verify, then delete %s%n", table, restored, restored);
        out.flush();
    }

    private void requireSame(CutoverRun earlier) {
        if (!earlier.restored().equals(restored)) {
            throw new IllegalArgumentException("a cut-over of %s to %s began at %s and is not over: finish it with"
                            .formatted(table, earlier.restored(), earlier.started())
                    + " cutover %s %s --apply, then cut over to %s".formatted(table, earlier.restored(), restored));
        }
    }

    /** All that must be known before the first change. */
    private CutoverRun look() {
        TableDescription source = describe(site.dynamoDb(), restored);
        Optional<TableDescription> old = find();
        old.ifPresent(before -> requireFitting(before, source));
        var settings = new Completion(site, out)
                .settings(table)
                .orElseThrow(() -> new IllegalStateException("there is no table " + table
                        + ", and the catalog declares none: nothing says how it should be"));
        String home = region(source);
        return new CutoverRun(
                table,
                restored,
                site.clock().instant(),
                Step.DISABLE_MAPPINGS,
                old.map(TableDescription::tableId).orElse(null),
                null,
                new Place(
                        ReplicaDescription.builder().regionName(home).build(),
                        settings,
                        Mappings.of(site.lambda(), table)),
                replicas(old, home));
    }

    /** Those it has; when it is gone already, DescribeTable of the restored table can't tell, so they are added by hand. */
    private List<Place> replicas(Optional<TableDescription> old, String home) {
        if (old.isEmpty() && declared().filter(Table::isGlobal).isPresent()) {
            out.println("  the table is gone: add its replicas by hand, update-table --replica-updates");
        }
        return old.map(before -> before.replicas().stream()
                        .filter(replica -> !home.equals(replica.regionName()))
                        .map(this::place)
                        .toList())
                .orElse(List.of());
    }

    private Place place(ReplicaDescription replica) {
        DynamoDbClient there = regions.dynamoDb().apply(replica.regionName());
        return new Place(
                Replicas.withKey(replica, describe(there, table)),
                TableSettings.of(there, table),
                Mappings.of(regions.lambda().apply(replica.regionName()), table));
    }

    private void plan(CutoverRun run, boolean isContinued) {
        if (isContinued) {
            out.printf(
                    "continue the cut-over of %s to %s that began at %s, with step %s; table %s has its record%n",
                    table, restored, run.started(), run.next(), record.name());
        } else {
            out.printf(
                    "replace %s by the items of %s, about %,d%n",
                    table, restored, describe(site.dynamoDb(), restored).itemCount());
        }
        var completion = new Completion(site, out);
        for (Place place : run.places()) {
            if (!run.isHome(place)) {
                out.printf("  replica in %s, with its key and limits:%n", place.region());
            }
            completion.plan(place.settings());
            out.printf(
                    "  mappings: %s%n",
                    place.mappings().isEmpty()
                            ? "none"
                            : place.mappings().stream().map(Mappings::describe).toList());
        }
        if (run.replicas().isEmpty()) {
            out.println("  replicas: none");
        }
        declared().ifPresent(each -> {
            out.printf(
                    "  copies filled anew: %s%n",
                    Copies.of(each).stream().map(copy -> copy.target()).toList());
            out.printf(
                    "  views and aggregates rebuilt: %s%n",
                    Storefront.catalog().effectsOf(each.name()).stream()
                            .map(effect -> effect.tableName())
                            .toList());
        });
        out.flush();
    }

    private static void requireFitting(TableDescription before, TableDescription source) {
        if (!before.keySchema().equals(source.keySchema())) {
            throw new IllegalArgumentException("the keys of " + source.tableName() + " are " + Keys.names(source)
                    + ", those of " + before.tableName() + " " + Keys.names(before));
        }
        if (before.multiRegionConsistency() == MultiRegionConsistency.STRONG) {
            throw new IllegalArgumentException(before.tableName()
                    + " is strongly consistent over its regions, which only an empty table can become: use repair");
        }
    }

    private Optional<TableDescription> find() {
        try {
            return Optional.of(describe(site.dynamoDb(), table));
        } catch (ResourceNotFoundException none) {
            return Optional.empty();
        }
    }

    private static TableDescription describe(DynamoDbClient client, String name) {
        return client.describeTable(request -> request.tableName(name)).table();
    }

    private static String region(TableDescription table) {
        return table.tableArn().split(":", -1)[3];
    }

    private Optional<Table> declared() {
        return table.startsWith(site.prefix())
                ? Storefront.catalog().tables().stream()
                        .filter(each -> each.name().equals(site.names().logical(table)))
                        .findFirst()
                : Optional.empty();
    }
}
