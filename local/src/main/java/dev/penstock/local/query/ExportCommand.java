package dev.penstock.local.query;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportType;

/** {@code export}: a table of the runtime, full at a time or the changes between two. */
@Command(
        name = "export",
        description = "Export a table: full, at a time, or the changes between two times.",
        mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TABLE", description = "name of the table; it needs point-in-time recovery")
    private String table = "";

    @Option(names = "--at", paramLabel = "TIME", description = "the table as it was then; ISO 8601 (default: now)")
    private @Nullable Instant at;

    @Option(names = "--from", paramLabel = "TIME", description = "changes from this time on (inclusive)")
    private @Nullable Instant from;

    @Option(names = "--to", paramLabel = "TIME", description = "changes before this time")
    private @Nullable Instant to;

    @Option(names = "--format", paramLabel = "FORMAT", description = "json or ion (default: ${DEFAULT-VALUE})")
    private String format = "json";

    @Option(names = "--output", paramLabel = "FOLDER", description = "copy the export's objects to this folder too")
    private @Nullable String output;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Mixin
    private final Endpoint endpoint = new Endpoint();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        boolean incremental = from != null || to != null;
        if (incremental && (from == null || to == null || at != null)) {
            throw new ParameterException(
                    spec.commandLine(), "give --at for a full export, or both --from and --to for the changes between");
        }
        ExportFormat lines = switch (format.toLowerCase(Locale.ROOT)) {
            case "json" -> ExportFormat.DYNAMODB_JSON;
            case "ion" -> ExportFormat.ION;
            default -> throw new ParameterException(spec.commandLine(), "--format is json or ion; given: " + format);
        };
        try (endpoint) {
            TableExport export = TableExport.start(endpoint, table, request -> {
                request.exportFormat(lines).exportTime(at);
                if (incremental) {
                    request.exportType(ExportType.INCREMENTAL_EXPORT)
                            .incrementalExportSpecification(
                                    w -> w.exportFromTime(from).exportToTime(to));
                }
            });
            Location manifest = export.await();
            if (output != null) {
                copy(manifest);
            }
            report(export.describe(), spec.commandLine().getOut());
        }
        return 0;
    }

    private void copy(Location manifest) throws IOException {
        Location folder = endpoint.location(Objects.requireNonNull(output));
        String root = manifest.prefix().substring(0, manifest.prefix().lastIndexOf('/') + 1);
        for (String key : manifest.source().list(root)) {
            copy(manifest, key, folder);
        }
        for (var file : manifest.export().files()) {
            copy(manifest, file.dataFileS3Key(), folder);
        }
    }

    private static void copy(Location from, String key, Location to) throws IOException {
        try (OutputStream out = to.sink().create(to.prefix() + key)) {
            out.write(from.source().read(key));
        }
    }

    private void report(ExportDescription done, PrintWriter out) {
        if (json) {
            out.println("{\"exportArn\":\"" + done.exportArn() + "\",\"itemCount\":" + done.itemCount()
                    + ",\"manifest\":\"s3://" + done.s3Bucket() + "/" + done.exportManifest() + "\"}");
        } else {
            out.printf("%d items exported to s3://%s/%s%n", done.itemCount(), done.s3Bucket(), done.exportManifest());
        }
        out.flush();
    }
}
