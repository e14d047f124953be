package dev.penstock.local.query;

import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.local.clients.Await;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ImportStatus;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/** {@code import}: files into a new table by ImportTable, or an export, incrementals folded on top, into any table. */
@Command(
        name = "import",
        description = "Import files into a new table, or an export made by AWS into a local table.",
        mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofHours(1);

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "CSV, DynamoDB JSON or Ion; .gz and .zst are unpacked")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--table", paramLabel = "NAME", required = true, description = "the table to fill")
    private String table = "";

    @Option(
            names = "--key",
            paramLabel = "NAME:TYPE",
            split = ",",
            description = "partition key and sort key of a new table, such as customerId:S,orderId:S")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--from-export",
            paramLabel = "LOCATION",
            description = "a full export: folder or s3://bucket/prefix")
    private @Nullable String fromExport;

    @Option(
            names = "--incremental",
            paramLabel = "LOCATION",
            description = "incremental exports to fold on top; may be repeated")
    private List<String> incrementals = new ArrayList<>();

    @Mixin
    private final Endpoint endpoint = new Endpoint();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (files.isEmpty() == (fromExport == null)) {
            throw new ParameterException(spec.commandLine(), "give either files or --from-export");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (endpoint) {
            return fromExport == null ? importFiles(out) : loadExport(fromExport, out);
        } finally {
            out.flush();
        }
    }

    private int importFiles(PrintWriter out) {
        TableExport.makeBucket(endpoint);
        long total = files.stream().mapToLong(ImportCommand::size).sum();
        String prefix = "import/" + table + "/" + Long.toHexString(System.nanoTime()) + "/";
        for (Path file : files) {
            endpoint.s3()
                    .putObject(
                            put -> put.bucket(TableExport.BUCKET).key(prefix + file.getFileName()),
                            RequestBody.fromFile(file));
        }
        String first = files.getFirst().toString().toLowerCase(Locale.ROOT);
        String arn = endpoint.dynamodb()
                .importTable(request -> request.s3BucketSource(
                                s -> s.s3Bucket(TableExport.BUCKET).s3KeyPrefix(prefix))
                        .inputFormat(format(first))
                        .inputCompressionType(
                                InputCompressionType.fromValue(Codec.of(first).name()))
                        .tableCreationParameters(t -> t.tableName(table)
                                .billingMode(BillingMode.PAY_PER_REQUEST)
                                .keySchema(keySchema())
                                .attributeDefinitions(attributes())))
                .importTableDescription()
                .importArn();
        // Bytes are counted uncompressed: of compressed files nobody knows how many there are.
        boolean plain = Codec.of(first) == Codec.NONE;
        var progress = new ByteProgress(
                "imported", plain ? total : -1, spec.commandLine().getErr(), terminal());
        Await.until(LIMIT, "import " + arn, () -> {
            ImportTableDescription now = describe(arn);
            progress.reached(now.processedSizeBytes());
            return now.importStatus() != ImportStatus.IN_PROGRESS;
        });
        ImportTableDescription done = describe(arn);
        out.printf(
                "read %d = imported %d + errors %d%n",
                done.processedItemCount(), done.importedItemCount(), done.errorCount());
        if (done.importStatus() == ImportStatus.COMPLETED) {
            return 0;
        }
        out.printf("%s: %s%n", done.failureCode(), done.failureMessage());
        return 1;
    }

    private static boolean terminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private ImportTableDescription describe(String arn) {
        return endpoint.dynamodb().describeImport(d -> d.importArn(arn)).importTableDescription();
    }

    private static InputFormat format(String file) {
        if (file.contains(".csv")) {
            return InputFormat.CSV;
        }
        return file.contains(".ion") ? InputFormat.ION : InputFormat.DYNAMODB_JSON;
    }

    private List<String[]> keyParts() {
        List<String[]> parts = keys.stream().map(key -> key.split(":", -1)).toList();
        if (parts.isEmpty()
                || parts.size() > 2
                || parts.stream().anyMatch(part -> part.length != 2 || !part[1].matches("[SNB]"))) {
            throw new ParameterException(
                    spec.commandLine(), "--key is one or two of NAME:TYPE with type S, N or B; given: " + keys);
        }
        return parts;
    }

    private List<KeySchemaElement> keySchema() {
        List<KeySchemaElement> schema = new ArrayList<>();
        for (String[] part : keyParts()) {
            schema.add(KeySchemaElement.builder()
                    .attributeName(part[0])
                    .keyType(schema.isEmpty() ? KeyType.HASH : KeyType.RANGE)
                    .build());
        }
        return schema;
    }

    private List<AttributeDefinition> attributes() {
        return keyParts().stream()
                .map(part -> AttributeDefinition.builder()
                        .attributeName(part[0])
                        .attributeType(part[1])
                        .build())
                .toList();
    }

    private int loadExport(String location, PrintWriter out) throws IOException {
        if (!keys.isEmpty()) {
            endpoint.dynamodb()
                    .createTable(create -> create.tableName(table)
                            .billingMode(BillingMode.PAY_PER_REQUEST)
                            .keySchema(keySchema())
                            .attributeDefinitions(attributes()));
        }
        ExportLoader loader = new ExportLoader(endpoint.dynamodb(), table);
        ExportReader full = endpoint.location(location).export();
        loader.full(full);
        List<ExportReader> windows = new ArrayList<>();
        for (String incremental : incrementals) {
            windows.addAll(endpoint.location(incremental).exports());
        }
        loader.incrementals(full, windows);
        out.printf("%d items loaded, %d changes folded on top%n", loader.items(), loader.changes());
        return 0;
    }
}
