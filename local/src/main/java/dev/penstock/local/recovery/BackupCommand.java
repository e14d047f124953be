package dev.penstock.local.recovery;

import dev.penstock.local.redelivery.Site;
import dev.penstock.local.redelivery.SiteOptions;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.model.BackupDescription;

/** {@code backup}: a table as it is now, kept until somebody deletes the backup. */
@Command(
        name = "backup",
        description = "Back up a table as it is now; the backup is kept until somebody deletes it.",
        mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TABLE", description = "name of the table")
    private String table = "";

    @Option(names = "--name", paramLabel = "NAME", description = "of the backup (default: TABLE and the time)")
    private @Nullable String name;

    @Option(names = "--dry-run", description = "print the plan only")
    private boolean dryRun;

    @Option(names = "--json", description = "print one line of JSON at the end")
    private boolean json;

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (options) {
            Site site = options.open();
            table = site.table(table);
            var source = site.dynamoDb()
                    .describeTable(request -> request.tableName(table))
                    .table();
            String backup = name == null
                    ? table + "-"
                            + site.clock()
                                    .instant()
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .toString()
                                    .replace(':', '-')
                    : name;
            if (!json) {
                out.printf("back up %s, about %,d items, as %s%n", table, source.itemCount(), backup);
                out.flush();
            }
            if (dryRun) {
                return 0;
            }
            String arn = site.dynamoDb()
                    .createBackup(request -> request.tableName(table).backupName(backup))
                    .backupDetails()
                    .backupArn();
            new Progress(site.dynamoDb(), json ? new PrintWriter(Writer.nullWriter()) : out).awaitAvailable(arn);
            BackupDescription done = site.dynamoDb()
                    .describeBackup(request -> request.backupArn(arn))
                    .backupDescription();
            if (json) {
                out.printf(
                        "{\"backupArn\":\"%s\",\"itemCount\":%d,\"sizeBytes\":%d}%n",
                        arn,
                        done.sourceTableDetails().itemCount(),
                        done.backupDetails().backupSizeBytes());
            } else {
                out.printf(
                        "%,d items, %,d bytes: %s%n",
                        done.sourceTableDetails().itemCount(),
                        done.backupDetails().backupSizeBytes(),
                        arn);
            }
            return 0;
        }
    }
}
