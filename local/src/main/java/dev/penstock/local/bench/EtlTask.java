package dev.penstock.local.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.penstock.lambdas.etl.Etl;
import dev.penstock.lambdas.etl.GroupBy;
import dev.penstock.lambdas.etl.Part;
import dev.penstock.lambdas.etl.Recipe;
import dev.penstock.lambdas.export.ObjectSink;
import dev.penstock.lambdas.export.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/**
 * One engine over one folder of part files, in a process of its own, so that its memory, its compiler and its collector
 * are counted to it alone. Prints a line for each repetition: CPU seconds of the whole process, seconds, result; and at
 * the end the peak of resident memory in MB.
 *
 * <p>Arguments: folder, task, threads, repetitions.
 */
public final class EtlTask {
    private static final String GROUP = "{\"group\":{\"by\":[\"shipTo.country\"],\"sum\":[\"total\"]}}";
    private static final String CSV = """
            {"steps": [{"filter": "entity = 'Order'"}],
             "output": {"format": "CSV", "compression": "NONE", "shuffle": false, "columns": {
               "pk": "pk", "sk": "sk", "status": "status", "createdAt": "createdAt", "total": "total",
               "country": "shipTo.country", "lines": "size(lines)", "coupon": "couponCode"}}}""";
    private static final String ETL = """
            {"steps": [{"filter": "entity = 'Order' AND status <> 'CANCELLED'"}, {"drop": ["ttl"]},
                       {"rename": {"couponCode": "coupon"}}, {"add": {"migrated": {"BOOL": true}}}],
             "output": {"compression": "%s", "level": 1, "parts": 4}}""";

    private final Path folder;
    private final ObjectSource source;
    private final List<Part> parts;
    private final int threads;

    private EtlTask(Path folder, int threads) throws IOException {
        this.folder = folder;
        this.source = ObjectSource.directory(folder);
        this.parts = source.list("data/").stream().map(Part::of).toList();
        this.threads = threads;
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        EtlTask task = new EtlTask(Path.of(arguments[0]), Integer.parseInt(arguments[2]));
        double cpu = 0;
        for (int i = Integer.parseInt(arguments[3]); i > 0; i--) {
            long start = System.nanoTime();
            String result = task.run(arguments[1]);
            double seconds = (System.nanoTime() - start) / 1e9;
            double total = cpuSeconds();
            System.out.printf(Locale.ROOT, "%.3f %.3f %s%n", total - cpu, seconds, result);
            cpu = total;
        }
        System.out.println(peakMegabytes());
    }

    static double cpuSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** As Linux counts it; 0 where nobody does. */
    private static long peakMegabytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    private String run(String task) throws IOException, SQLException {
        Engines others = new Engines(folder);
        return switch (task) {
            case "gunzip" -> gunzip() + " bytes";
            case "group" -> groups(etl(GROUP));
            case "group-jackson" -> others.groupByJackson();
            case "group-objects" -> others.groupByObjects();
            case "group-duckdb" -> others.groupByDuckDb();
            case "csv" -> etl(CSV).counts().rows() + " rows";
            case "csv-duckdb" -> others.csvByDuckDb();
            case "etl-gzip" -> etl(ETL.formatted("GZIP")).counts().rows() + " rows";
            case "etl-zstd" -> etl(ETL.formatted("ZSTD")).counts().rows() + " rows";
            case "etl-none" -> etl(ETL.formatted("NONE")).counts().rows() + " rows";
            case "etl-objects" -> others.etlByObjects();
            default -> throw new IllegalArgumentException("no such task: " + task);
        };
    }

    private long gunzip() throws IOException {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        for (Part part : parts) {
            try (InputStream in = part.codec().decompress(source.open(part.key()))) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    total += n;
                }
            }
        }
        return total;
    }

    private Etl.Result etl(String recipe) throws IOException {
        Etl etl = new Etl(
                source,
                ObjectSink.directory(folder.resolve("out")),
                new Etl.Options(threads, "", List.of(), false),
                read -> {});
        return etl.run(Recipe.parse(recipe, file -> List.of()), parts);
    }

    /** The same text from every engine, so that a reader sees that all agree. */
    private static String groups(Etl.Result result) {
        BigDecimal sum = BigDecimal.ZERO;
        long count = 0;
        for (GroupBy.Row row : result.groups()) {
            if (!row.group().getFirst().isEmpty()) {
                count += row.count();
                sum = sum.add(row.sums().getFirst());
            }
        }
        return count + " orders, " + sum;
    }
}
