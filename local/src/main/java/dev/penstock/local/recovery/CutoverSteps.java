package dev.penstock.local.recovery;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.lambdas.projector.Epochs;
import dev.penstock.lambdas.projector.Rebuild;
import dev.penstock.local.demo.ArchivedItems;
import dev.penstock.local.recovery.CutoverRun.Place;
import dev.penstock.local.recovery.CutoverRun.Step;
import dev.penstock.local.redelivery.Site;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BackupInUseException;
import software.amazon.awssdk.services.dynamodb.model.BackupNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableAlreadyExistsException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableInUseException;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** The steps of a cut-over. Each looks at what is there first, as the run before may have been killed in its middle. */
final class CutoverSteps {
    private static final int MOST_PAGES = 1_000;

    private final Site site;
    private final DynamoDbClient client;
    private final Cutover.Regions regions;
    private final Copies copies;
    private final Runnable emptyCaches;
    private final Optional<Table> declared;
    private final PrintWriter out;
    private final Progress progress;

    /** @param declared the table in the catalog; empty: it is none of the catalog's sources */
    CutoverSteps(
            Site site,
            Cutover.Regions regions,
            Copies copies,
            Runnable emptyCaches,
            Optional<Table> declared,
            PrintWriter out) {
        this.site = site;
        this.client = site.dynamoDb();
        this.regions = regions;
        this.copies = copies;
        this.emptyCaches = emptyCaches;
        this.declared = declared;
        this.out = out;
        this.progress = new Progress(client, out);
    }

    /** What is known after it. */
    CutoverRun perform(Step step, CutoverRun run) {
        switch (step) {
            case DISABLE_MAPPINGS ->
                run.places().forEach(place -> mappings(run, place).disable(place.mappings()));
            case BACK_UP -> {
                return run.backedUp(backUp(run));
            }
            case DELETE_OLD -> deleteOld(run);
            case RESTORE -> restore(run);
            case COMPLETE_SETTINGS ->
                new Completion(site, out).complete(run.home().settings(), run.table());
            case ADD_REPLICAS -> run.replicas().forEach(place -> replicate(run, place));
            case RAISE_EPOCH -> declared.ifPresent(each -> raiseEpoch(each, describe(client, run.table())));
            case MOVE_MAPPINGS -> run.places().forEach(place -> moveMappings(run, place));
            case REBUILD_VIEWS -> declared.ifPresent(this::rebuild);
            case RENEW_COPIES -> declared.ifPresent(each -> copies.renew(each, describe(client, run.table())));
            case EMPTY_CACHES -> {
                say("emptying the caches of DAX");
                emptyCaches.run();
            }
            case DELETE_BACKUP -> backups(run).forEach(this::deleteBackup);
        }
        return run;
    }

    private String backUp(CutoverRun run) {
        List<String> before = backups(run);
        String arn;
        if (before.isEmpty()) {
            say("backing up " + run.restored());
            arn = client.createBackup(
                            request -> request.tableName(run.restored()).backupName(run.backupName()))
                    .backupDetails()
                    .backupArn();
        } else {
            arn = before.getFirst();
        }
        progress.awaitAvailable(arn);
        return arn;
    }

    /** Its backups: a run that was killed before it could write one down leaves it behind. */
    private List<String> backups(CutoverRun run) {
        List<String> found = new ArrayList<>();
        String last = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            String from = last;
            var answer =
                    client.listBackups(list -> list.tableName(run.restored()).exclusiveStartBackupArn(from));
            answer.backupSummaries().stream()
                    .filter(backup -> backup.backupName().equals(run.backupName())
                            && backup.backupStatus() != BackupStatus.DELETED)
                    .forEach(backup -> found.add(backup.backupArn()));
            last = answer.lastEvaluatedBackupArn();
            if (last == null) {
                return found;
            }
        }
        throw new IllegalStateException("more than " + MOST_PAGES + " pages of backups of " + run.restored());
    }

    private void deleteBackup(String arn) {
        try {
            client.deleteBackup(request -> request.backupArn(arn));
        } catch (BackupNotFoundException gone) {
            out.println("  " + arn + " is gone already");
        }
    }

    private void deleteOld(CutoverRun run) {
        if (run.oldTableId() == null) {
            return;
        }
        var replicas = new Replicas(client, regions.dynamoDb(), progress, run.table());
        for (Place place : run.replicas()) {
            if (old(run).isPresent()) {
                say("removing the replica in " + place.region());
                replicas.remove(place.region());
            }
        }
        say("deleting " + run.table() + "; with point-in-time recovery it leaves a SYSTEM backup for 35 days");
        progress.await(
                "deletion of " + run.table(), () -> old(run).map(this::delete).orElse(null));
    }

    /** The table that is replaced, while it is there: the new one of its name has another id. */
    private Optional<TableDescription> old(CutoverRun run) {
        return find(run.table()).filter(found -> found.tableId().equals(run.oldTableId()));
    }

    private String delete(TableDescription old) {
        if (old.tableStatus() != TableStatus.ACTIVE) {
            return old.tableStatusAsString();
        }
        try {
            if (Boolean.TRUE.equals(old.deletionProtectionEnabled())) {
                client.updateTable(request -> request.tableName(old.tableName()).deletionProtectionEnabled(false));
                return "protection goes off";
            }
            client.deleteTable(request -> request.tableName(old.tableName()));
            return "DELETING";
        } catch (ResourceInUseException changing) {
            return "changing";
        } catch (ResourceNotFoundException gone) {
            return "gone"; // The next look will say so too.
        }
    }

    private void restore(CutoverRun run) {
        String backup = Objects.requireNonNull(run.backupArn(), "the record names no backup");
        say("restoring " + run.table() + " from " + backup);
        progress.await("restore of " + run.table(), () -> {
            if (find(run.table()).isPresent()) {
                return old(run).isPresent() ? "the old table is still shown" : null;
            }
            try {
                client.restoreTableFromBackup(
                        request -> request.backupArn(backup).targetTableName(run.table()));
                return null;
            } catch (TableAlreadyExistsException | TableInUseException | BackupInUseException begun) {
                return "begun";
            }
        });
        requireOurs(progress.awaitActive(run.table()));
    }

    /** What a restore has made has none of the things that a restore drops; whoever else made one gave it some. */
    private void requireOurs(TableDescription made) {
        TableSettings settings = TableSettings.of(client, made.tableName());
        if (!settings.tags().isEmpty() || settings.streamView() != null || made.hasReplicas()) {
            throw new IllegalStateException(
                    "there is a table " + made.tableName() + " that this cut-over did not make, " + settings
                            + ": delete it, if nobody needs it, then run the cut-over again");
        }
    }

    private void replicate(CutoverRun run, Place place) {
        say("adding the replica in " + place.region());
        new Replicas(client, regions.dynamoDb(), progress, run.table()).add(place.replica());
        new Completion(site, out).complete(regions.dynamoDb().apply(place.region()), place.settings(), run.table());
    }

    /** The new stream's sequence numbers don't compare with the old one's. */
    private void raiseEpoch(Table source, TableDescription made) {
        if (!Storefront.catalog().effectsOf(source.name()).isEmpty()) {
            int epoch = new Epochs(client, site.names()).raise(source.name(), made.latestStreamArn());
            say("epoch of " + source.name() + " is " + epoch);
        }
    }

    private void moveMappings(CutoverRun run, Place place) {
        if (!place.mappings().isEmpty()) {
            DynamoDbClient there =
                    run.isHome(place) ? client : regions.dynamoDb().apply(place.region());
            @Nullable String stream = describe(there, run.table()).latestStreamArn();
            mappings(run, place).moveTo(stream, place.mappings());
        }
    }

    private Mappings mappings(CutoverRun run, Place place) {
        return new Mappings(run.isHome(place) ? site.lambda() : regions.lambda().apply(place.region()), progress, out);
    }

    private void rebuild(Table source) {
        Catalog catalog = Storefront.catalog();
        if (catalog.effectsOf(source.name()).isEmpty()) {
            return;
        }
        say("rebuilding what follows from " + source.name());
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

    private Optional<TableDescription> find(String name) {
        try {
            return Optional.of(describe(client, name));
        } catch (ResourceNotFoundException none) {
            return Optional.empty();
        }
    }

    private static TableDescription describe(DynamoDbClient client, String name) {
        return client.describeTable(request -> request.tableName(name)).table();
    }

    private void say(String what) {
        out.println("- " + what);
        out.flush();
    }
}
