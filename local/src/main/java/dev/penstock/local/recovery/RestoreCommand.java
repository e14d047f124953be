package dev.penstock.local.recovery;

import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.local.redelivery.Site;
import dev.penstock.local.redelivery.SiteOptions;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** {@code restore}: a new table, as another was at some second or as a backup holds it, with all its settings. */
@Command(
        name = "restore",
        description = {
            "Make a new table from a table at a past second, or from a backup, and give it the settings of its source.",
            "restore TABLE --to 2026-11-22T10:15:30Z|-5m|latest --as NAME, or restore --from-backup ARN --as NAME."
        },
        mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TABLE", arity = "0..1", description = "the table to go back in time with")
    private @Nullable String table;

    @Option(names = "--to", paramLabel = "TIME", description = "ISO 8601, or -5m for five minutes ago, or latest")
    private @Nullable String to;

    @Option(names = "--from-backup", paramLabel = "ARN", description = "a backup instead of a table and a time")
    private @Nullable String backupArn;

    @Option(names = "--as", paramLabel = "NAME", required = true, description = "name of the new table")
    private String target = "";

    @Option(names = "--dry-run", description = "print the plan only")
    private boolean dryRun;

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if ((backupArn == null) == (table == null || to == null)) {
            throw new ParameterException(spec.commandLine(), "give TABLE and --to TIME, or --from-backup ARN alone");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (options) {
            Site site = options.open();
            table = table == null ? null : site.table(table);
            requireFree(site);
            var completion = new Completion(site, out);
            Runnable begin = backupArn == null ? toTime(site, out) : fromBackup(site, out);
            String source = source(site);
            Optional<TableSettings> settings = completion.settings(source);
            settings.ifPresentOrElse(
                    completion::plan,
                    () -> out.println("  its source is gone and not in the catalog: settings are yours to set"));
            out.flush();
            if (dryRun) {
                return 0;
            }
            begin.run();
            new Progress(site.dynamoDb(), out).awaitActive(target);
            settings.ifPresent(wanted -> completion.complete(wanted, target));
            out.printf("  %-20s %s%n", "ALARMS", Alarms.copy(options.cloudWatch(), source, target));
            out.println(options.isOnAws() ? "restored " + target : restored(site));
            if (!source.equals(target)) {
                out.printf("next: diff %s %s, then repair or cutover%n", source, target);
            }
            return 0;
        }
    }

    private void requireFree(Site site) {
        try {
            site.dynamoDb().describeTable(request -> request.tableName(target));
        } catch (ResourceNotFoundException free) {
            return;
        }
        throw new IllegalArgumentException("a table " + target + " exists already: give another name with --as");
    }

    /** On AWS the count is some hours late. */
    private String restored(Site site) {
        TableDescription table = site.dynamoDb()
                .describeTable(request -> request.tableName(target))
                .table();
        return "restored %s: %,d items".formatted(target, table.itemCount());
    }

    private String source(Site site) {
        return table != null
                ? table
                : site.dynamoDb()
                        .describeBackup(request -> request.backupArn(backupArn))
                        .backupDescription()
                        .sourceTableDetails()
                        .tableName();
    }

    private Runnable toTime(Site site, PrintWriter out) {
        PointInTimeRecoveryDescription recovery = site.dynamoDb()
                .describeContinuousBackups(request -> request.tableName(table))
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription();
        if (recovery.pointInTimeRecoveryStatus() != PointInTimeRecoveryStatus.ENABLED) {
            throw new IllegalStateException(table + " has no point-in-time recovery: restore one of its backups");
        }
        boolean latest = "latest".equals(to);
        Instant time = latest
                ? recovery.latestRestorableDateTime()
                : When.parse(String.valueOf(to), site.clock().instant());
        out.printf(
                "restore %s as it was at %s, as new table %s; restorable are %s to %s%n",
                table, time, target, recovery.earliestRestorableDateTime(), recovery.latestRestorableDateTime());
        if (time.isBefore(recovery.earliestRestorableDateTime()) || time.isAfter(recovery.latestRestorableDateTime())) {
            throw new IllegalArgumentException(time + " is not among the restorable times: give another --to");
        }
        return () -> site.dynamoDb().restoreTableToPointInTime(request -> {
            request.sourceTableName(table).targetTableName(target);
            if (latest) {
                request.useLatestRestorableTime(true);
            } else {
                request.restoreDateTime(time);
            }
        });
    }

    private Runnable fromBackup(Site site, PrintWriter out) {
        var backup = site.dynamoDb()
                .describeBackup(request -> request.backupArn(backupArn))
                .backupDescription();
        out.printf(
                "restore backup %s of %s, %s, %,d items, as new table %s%n",
                backup.backupDetails().backupName(),
                backup.sourceTableDetails().tableName(),
                backup.backupDetails().backupCreationDateTime(),
                backup.sourceTableDetails().itemCount(),
                target);
        return () -> site.dynamoDb()
                .restoreTableFromBackup(request -> request.backupArn(backupArn).targetTableName(target));
    }
}
