package dev.penstock.local.cli;

import dev.penstock.local.dax.DaxCommand;
import dev.penstock.local.query.EtlCommand;
import dev.penstock.local.query.ExportCommand;
import dev.penstock.local.query.ImportCommand;
import dev.penstock.local.query.QueryCommand;
import dev.penstock.local.recovery.BackupCommand;
import dev.penstock.local.recovery.CutoverCommand;
import dev.penstock.local.recovery.DiffCommand;
import dev.penstock.local.recovery.RepairCommand;
import dev.penstock.local.recovery.RestoreCommand;
import dev.penstock.local.redelivery.BackfillCommand;
import dev.penstock.local.redelivery.FoldCommand;
import dev.penstock.local.redelivery.MailsCommand;
import dev.penstock.local.redelivery.RebuildCommand;
import dev.penstock.local.redelivery.RedriveCommand;
import dev.penstock.local.redelivery.VersionsCommand;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.TypeConversionException;

/** {@code scripts/penstock}: everything around a DynamoDB table, on a laptop. */
@Command(
        name = "penstock",
        description = "Everything around a DynamoDB table, on a laptop.",
        mixinStandardHelpOptions = true,
        version = "penstock 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "0:done",
            "1:failed; the reason is the last line",
            "2:wrong option",
            "3:verify found differences, or retention something overdue"
        },
        footer = {"", "See README.md. PENSTOCK_DEBUG=1 shows the stack trace of a failure."},
        subcommands = {
            Up.class,
            Demo.class,
            Verify.class,
            RetentionCommand.class,
            RedriveCommand.class,
            RebuildCommand.class,
            BackfillCommand.class,
            FoldCommand.class,
            VersionsCommand.class,
            MailsCommand.class,
            RegionsCommand.class,
            Bench.class,
            DaxCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DiffCommand.class,
            RepairCommand.class,
            CutoverCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            QueryCommand.class,
            EtlCommand.class,
            Cdk.Synth.class,
            Cdk.Deploy.class,
            Cdk.Destroy.class,
            HelpCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        quietLibraries();
        System.exit(commandLine().execute(arguments));
    }

    /** The command line with its handling of failures: one line that says what to do. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setUsageHelpAutoWidth(true)
                .registerConverter(Duration.class, Main::duration)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    commandLine.getErr().println("penstock: " + oneLine(failure));
                    if (System.getenv("PENSTOCK_DEBUG") != null) {
                        failure.printStackTrace(commandLine.getErr());
                    }
                    return ExitCode.SOFTWARE;
                });
    }

    /** Warnings and worse, one line each, on the error stream; -Djava.util.logging.config.file overrides it. */
    private static void quietLibraries() {
        if (System.getProperty("java.util.logging.config.file") == null) {
            System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %3$s: %5$s%6$s%n");
            Logger.getLogger("").setLevel(Level.WARNING);
        }
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no duration; allowed is ISO 8601, as PT15M (15 minutes), PT2H or P1D");
        }
    }

    private static String oneLine(Throwable failure) {
        if (String.valueOf(failure.getMessage()).startsWith("Unable to load credentials")) {
            return "no AWS credentials in the environment: sign in (aws sso login, AWS_PROFILE), or leave out --stage for"
                    + " the local runtime";
        }
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return message.lines().findFirst().orElse(failure.toString());
    }
}
