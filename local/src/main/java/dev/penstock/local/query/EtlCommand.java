package dev.penstock.local.query;

import dev.penstock.lambdas.etl.Etl;
import dev.penstock.lambdas.etl.Fold;
import dev.penstock.lambdas.etl.GroupBy;
import dev.penstock.lambdas.etl.Output;
import dev.penstock.lambdas.etl.Part;
import dev.penstock.lambdas.etl.Recipe;
import dev.penstock.lambdas.export.ExportReader;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code etl}: an export or loose part files through a recipe; or incrementals folded in, or a window undone. */
@Command(
        name = "etl",
        description = "Filter, project, rename, mask, explode, flatten, group or fold exports by a recipe.",
        mixinStandardHelpOptions = true)
public final class EtlCommand implements Callable<Integer> {
    @Option(names = "--from", paramLabel = "LOCATION", required = true, description = "folder or s3://bucket/prefix")
    private String from = "";

    @Option(
            names = "--to",
            paramLabel = "LOCATION",
            description = "where the result is written (default: nowhere, --dry-run)")
    private @Nullable String to;

    @Option(names = "--recipe", paramLabel = "FILE", description = "what to do, in JSON (default: copy)")
    private @Nullable Path recipe;

    @Option(names = "--fold", paramLabel = "LOCATION", description = "lay these incremental exports over the full one")
    private List<String> fold = new ArrayList<>();

    @Option(names = "--undo", paramLabel = "LOCATION", description = "take these incremental exports back")
    private List<String> undo = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "NAME",
            split = ",",
            description = "key attributes, named when a line is rejected")
    private List<String> keys = new ArrayList<>();

    @Option(names = "--threads", paramLabel = "N", description = "part files at a time (default: number of cores)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--dry-run", description = "count, write nothing")
    private boolean dryRun;

    private final boolean terminal =
            Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);

    @Mixin
    private final Endpoint endpoint = new Endpoint();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Exit code 1 when lines were rejected. */
    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (endpoint) {
            Etl.Result result = run();
            result.groups().forEach(row -> print(row, out));
            out.println(result.counts());
            out.flush();
            return result.counts().rejected() == 0 ? 0 : 1;
        }
    }

    private Etl.Result run() throws IOException {
        Recipe rules = recipe == null
                ? Recipe.copy(Output.importable(threads))
                : Recipe.parse(Files.readString(recipe), EtlCommand::lines);
        boolean counts = dryRun || to == null;
        if (counts && !dryRun && rules.by() == null) {
            throw new ParameterException(spec.commandLine(), "give --to, or --dry-run to count only");
        }
        Location source = endpoint.location(from);
        Location sink = endpoint.location(to == null ? from : to);
        if (!counts && !sink.source().list(folder(sink.prefix()) + "part-").isEmpty()) {
            throw new IOException(
                    to + " holds part files of an earlier run, which an import would take too; give an empty place");
        }
        boolean alone = fold.isEmpty() && undo.isEmpty();
        List<Part> parts = alone ? parts(source) : List.of();
        // Where windows are folded, files are read in passes: how much there is to read is not known before.
        long total = alone ? source.size(parts.stream().map(Part::key).toList()) : -1;
        var progress = new ByteProgress("read", total, spec.commandLine().getErr(), terminal);
        Etl etl = new Etl(
                source.source(),
                sink.sink(),
                new Etl.Options(threads, folder(sink.prefix()), keys, counts),
                terminal ? progress : bytes -> {});
        if (alone) {
            return etl.run(rules, parts);
        }
        if (!fold.isEmpty() && !undo.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give either --fold or --undo");
        }
        List<ExportReader> windows = new ArrayList<>();
        for (String window : fold.isEmpty() ? undo : fold) {
            windows.addAll(endpoint.location(window).exports());
        }
        return fold.isEmpty()
                ? Fold.undo(etl, rules.output(), source.export(), windows)
                : Fold.forward(etl, rules.output(), source.export(), windows);
    }

    private static String folder(String prefix) {
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    /** The files of the newest export there or, without a manifest, all files. */
    private static List<Part> parts(Location source) throws IOException {
        if (!ExportReader.find(source.source(), source.prefix()).isEmpty()) {
            return Part.of(source.export());
        }
        List<String> files = source.source().list(source.prefix());
        if (files.isEmpty()) {
            throw new IOException("no files at " + source.text());
        }
        return files.stream().map(Part::of).toList();
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ", which the recipe names", e);
        }
    }

    private static void print(GroupBy.Row row, PrintWriter out) {
        out.println(String.join(",", row.group()) + "," + row.count()
                + row.sums().stream().map(sum -> "," + sum.toPlainString()).reduce("", String::concat));
    }
}
