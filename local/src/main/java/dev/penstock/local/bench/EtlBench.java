package dev.penstock.local.bench;

import dev.penstock.lambdas.export.ObjectSink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench etl}: the ETL engine beside others over one generated export. */
@Command(
        name = "etl",
        description = {
            "Measure the ETL engine beside gunzip, Jackson, AttributeValue objects and DuckDB.",
            "Generates an export once, then runs each task in processes of its own."
        },
        mixinStandardHelpOptions = true)
public final class EtlBench implements Callable<Integer> {
    private static final int PARTS = 16;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "holds the generated export; kept (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("target/bench-etl");

    @Option(names = "--megabytes", paramLabel = "N", description = "uncompressed (default: ${DEFAULT-VALUE})")
    private long megabytes = 1024;

    @Option(names = "--rounds", paramLabel = "N", description = "all tasks this often (default: ${DEFAULT-VALUE})")
    private int rounds = 2;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            description = "of a task in its process; the first is cold (default: ${DEFAULT-VALUE})")
    private int repetitions = 2;

    @Option(names = "--isal", paramLabel = "FILE", description = "ISA-L's library, if it is not installed")
    private @Nullable Path isal;

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            description = "only tasks whose name contains it, such as threads or zstd")
    private String only = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Map<String, Measured> measured = new LinkedHashMap<>();

    /**
     * The best of all repetitions.
     *
     * @param cold MB per CPU-second of a first repetition, the start of the process included
     * @param rate MB per CPU-second
     * @param seconds of one pass
     * @param peak resident memory in MB
     */
    private record Measured(double cold, double rate, double seconds, long peak, String result) {
        Measured best(Measured other) {
            return new Measured(
                    Math.max(cold, other.cold),
                    Math.max(rate, other.rate),
                    Math.min(seconds, other.seconds),
                    Math.max(peak, other.peak),
                    result);
        }
    }

    /** @param heap of the JVM; other engines get what they ask for */
    private record Run(String name, String task, int threads, boolean isal, String heap) {
        static Run own(String name, String task, int threads, boolean isal) {
            return new Run(name, task, threads, isal, "-Xmx128m");
        }

        static Run other(String name, String task) {
            return new Run(name, task, 1, false, "-Xmx2g");
        }
    }

    private List<Run> runs() {
        boolean isal = this.isal != null;
        List<Run> runs = new ArrayList<>(List.of(
                Run.own("gunzip, JDK", "gunzip", 1, false),
                Run.own("group, spans", "group", 1, false),
                Run.own("group, spans, 2 threads", "group", 2, false),
                Run.other("group, Jackson streaming", "group-jackson"),
                Run.other("group, AttributeValue objects", "group-objects"),
                Run.other("group, DuckDB", "group-duckdb"),
                Run.own("CSV, spans", "csv", 1, false),
                Run.other("CSV, DuckDB", "csv-duckdb"),
                Run.own("ETL to gzip 1, spans", "etl-gzip", 1, false),
                Run.own("ETL to zstd 1, spans", "etl-zstd", 1, false),
                Run.own("ETL to zstd 1, spans, 2 threads", "etl-zstd", 2, false),
                Run.other("ETL to zstd 1, AttributeValue objects", "etl-objects")));
        if (isal) {
            runs.addAll(List.of(
                    Run.own("gunzip, ISA-L", "gunzip", 1, true),
                    Run.own("group, spans, ISA-L", "group", 1, true),
                    Run.own("CSV, spans, ISA-L", "csv", 1, true),
                    Run.own("ETL without compression, spans, ISA-L", "etl-none", 1, true),
                    Run.own("ETL to zstd 1, spans, ISA-L", "etl-zstd", 1, true),
                    Run.own("ETL to zstd 1, spans, ISA-L, 2 threads", "etl-zstd", 2, true)));
        }
        runs.removeIf(run -> !run.name().contains(only));
        return runs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (!Files.exists(folder.resolve("data"))) {
            long items = ShopExport.write(ObjectSink.directory(folder), PARTS, megabytes * 1_000_000 / PARTS);
            out.printf("generated %,d items in %d part files%n", items, PARTS);
        }
        for (int round = 0; round < rounds; round++) {
            for (Run run : runs()) {
                Measured one = measure(run);
                measured.merge(run.name(), one, Measured::best);
                out.printf("%-40s %6.0f MB/CPU-s  %4d MB  %s%n", run.name(), one.rate(), one.peak(), one.result());
                out.flush();
            }
        }
        print(out);
        return 0;
    }

    private Measured measure(Run run) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:+UseSerialGC",
                        run.heap(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dpenstock.isal=" + (run.isal() ? isal : "none"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EtlTask.class.getName(),
                        folder.toString(),
                        run.task(),
                        Integer.toString(run.threads()),
                        Integer.toString(repetitions))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines;
        try (BufferedReader output = process.inputReader()) {
            lines = output.lines().toList();
        }
        if (process.waitFor() != 0 || lines.size() != repetitions + 1) {
            throw new IOException("task " + run.task() + " failed: " + lines);
        }
        long peak = Long.parseLong(lines.getLast());
        double uncompressed = uncompressed();
        Measured best = null;
        for (String line : lines.subList(0, repetitions)) {
            String[] columns = line.split(" ", 3);
            double rate = uncompressed / 1e6 / Double.parseDouble(columns[0]);
            Measured one =
                    new Measured(best == null ? rate : 0, rate, Double.parseDouble(columns[1]), peak, columns[2]);
            best = best == null ? one : best.best(one);
        }
        return Objects.requireNonNull(best);
    }

    /** The last four bytes of a gzip file are its length; a part is far from 4 GB. */
    private long uncompressed() throws IOException {
        try (var files = Files.list(folder.resolve("data"))) {
            return files.mapToLong(EtlBench::length).sum();
        }
    }

    private static long length(Path file) {
        try (var channel = Files.newByteChannel(file)) {
            var trailer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            channel.position(channel.size() - 4).read(trailer);
            return Integer.toUnsignedLong(trailer.getInt(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(PrintWriter out) throws IOException {
        double jdk = rate("gunzip, JDK");
        double library = rate("gunzip, ISA-L");
        out.printf("%n%,d MB uncompressed, best of %d%n%n", uncompressed() / 1_000_000, rounds * repetitions);
        out.println("| task | MB/CPU-s | first pass | of JDK gunzip | of ISA-L gunzip | seconds | peak MB |");
        out.println("|---|---|---|---|---|---|---|");
        measured.forEach((name, one) -> out.printf(
                "| %s | %.0f | %.0f | %s | %s | %.1f | %d |%n",
                name,
                one.rate(),
                one.cold(),
                jdk == 0 ? "" : "%.2f".formatted(one.rate() / jdk),
                library == 0 ? "" : "%.2f".formatted(one.rate() / library),
                one.seconds(),
                one.peak()));
        out.println();
        ratio("group-by, JDK alone, of JDK gunzip", "group, spans", "gunzip, JDK", 0.58, out);
        ratio("CSV, JDK alone, of JDK gunzip", "CSV, spans", "gunzip, JDK", 0.52, out);
        faster("group-by: 2 threads, times as fast as one", "group, spans", out);
        faster("ETL to zstd: 2 threads, times as fast as one", "ETL to zstd 1, spans", out);
        ratio("group-by, of ISA-L gunzip", "group, spans, ISA-L", "gunzip, ISA-L", 0.36, out);
        if (measured.containsKey("ETL to zstd 1, spans, ISA-L")) {
            Bar.least("ETL to zstd 1 with ISA-L, MB/CPU-s", rate("ETL to zstd 1, spans, ISA-L"), 230)
                    .print(out);
        }
        long peak = runs().stream()
                .filter(run -> run.heap().equals("-Xmx128m"))
                .mapToLong(run -> of(run.name()).peak())
                .max()
                .orElse(0);
        Bar.most("peak resident memory of the engine, MB", (double) peak, 256).print(out);
    }

    private Measured of(String name) {
        return Objects.requireNonNull(measured.get(name), name);
    }

    private double rate(String name) {
        return measured.containsKey(name) ? of(name).rate() : 0;
    }

    /** Nothing when one of the two was left out. */
    private void ratio(String bar, String name, String of, double least, PrintWriter out) {
        if (measured.containsKey(name) && measured.containsKey(of)) {
            Bar.least(bar, rate(name) / rate(of), least).print(out);
        }
    }

    private void faster(String bar, String name, PrintWriter out) {
        String twice = name + ", 2 threads";
        if (measured.containsKey(name) && measured.containsKey(twice)) {
            Bar.least(bar, of(name).seconds() / of(twice).seconds(), 1.8).print(out);
        }
    }
}
