package dev.penstock.local.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.management.OperatingSystemMXBean;
import dev.penstock.lambdas.etl.Etl;
import dev.penstock.lambdas.etl.GroupBy;
import dev.penstock.lambdas.etl.Part;
import dev.penstock.lambdas.etl.Recipe;
import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.Lines;
import dev.penstock.lambdas.export.ObjectSink;
import dev.penstock.lambdas.export.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Measures the span engine beside the JDK's gunzip, Jackson streaming, AttributeValue objects and DuckDB over one
 * generated export, in one process: uncompressed MB per CPU-second of the whole process, best of the repetitions.
 *
 * <p>Arguments: folder, MB (default 64), repetitions (default 3).
 */
public final class EtlBenchmark {
    private static final int PARTS = 8;
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
    private final Map<String, Double> best = new LinkedHashMap<>();
    private long bytes;

    private EtlBenchmark(Path folder) throws IOException {
        this.folder = folder;
        this.source = ObjectSource.directory(folder);
        this.parts = source.list("data/").stream().map(Part::of).toList();
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        Path folder = Path.of(arguments[0]);
        long megabytes = arguments.length > 1 ? Long.parseLong(arguments[1]) : 64;
        int repetitions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        if (!Files.exists(folder.resolve("data"))) {
            long items = ShopExport.write(ObjectSink.directory(folder), PARTS, megabytes * 1_000_000 / PARTS);
            System.out.println("generated " + items + " items");
        }
        EtlBenchmark benchmark = new EtlBenchmark(folder);
        for (int i = 0; i < repetitions; i++) {
            benchmark.once();
        }
        benchmark.print();
    }

    private interface Work {
        Object run() throws IOException, SQLException;
    }

    private void measure(String name, Work work) throws IOException, SQLException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        Object result = work.run();
        double seconds = (system.getProcessCpuTime() - before) / 1e9;
        best.merge(name, bytes / 1e6 / seconds, Math::max);
        System.out.printf("%-34s %6.0f MB/CPU-s   %s%n", name, bytes / 1e6 / seconds, result);
    }

    private void once() throws IOException, SQLException {
        bytes = gunzip();
        measure("gunzip, JDK", this::gunzip);
        measure("group, spans", () -> groups(etl(GROUP, 1)));
        measure("group, spans, 2 threads", () -> groups(etl(GROUP, 2)));
        measure("group, Jackson streaming", this::jackson);
        measure("group, AttributeValue objects", this::objects);
        measure("group, DuckDB", this::duckdb);
        measure("CSV, spans", () -> etl(CSV, 1).counts());
        measure("ETL to gzip 1, spans", () -> etl(ETL.formatted("GZIP"), 1).counts());
        if (Codec.hasZstd()) {
            measure("ETL to zstd 1, spans", () -> etl(ETL.formatted("ZSTD"), 1).counts());
        }
    }

    private long gunzip() throws IOException {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        for (Part part : parts) {
            try (InputStream in = new GZIPInputStream(source.open(part.key()), 1 << 16)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    total += n;
                }
            }
        }
        return total;
    }

    private Etl.Result etl(String recipe, int threads) throws IOException {
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

    private record Sum(long count, BigDecimal total) {
        Sum plus(BigDecimal more) {
            return new Sum(count + 1, total.add(more));
        }
    }

    private static String text(Map<String, Sum> groups) {
        return groups.values().stream().mapToLong(Sum::count).sum() + " orders, "
                + groups.values().stream().map(Sum::total).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private String jackson() throws IOException {
        JsonFactory factory = new JsonFactory();
        Map<String, Sum> groups = new HashMap<>();
        for (Part part : parts) {
            try (InputStream in = new GZIPInputStream(source.open(part.key()), 1 << 16);
                    JsonParser json = factory.createParser(in)) {
                List<String> path = new ArrayList<>();
                String country = null;
                String total = null;
                for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                    switch (token) {
                        case START_OBJECT -> path.add(String.valueOf(json.currentName()));
                        case END_OBJECT -> {
                            path.removeLast();
                            if (path.isEmpty()) {
                                add(groups, country, total);
                                country = null;
                                total = null;
                            }
                        }
                        case VALUE_STRING -> {
                            if (path.size() == 5
                                    && path.get(2).equals("shipTo")
                                    && path.get(4).equals("country")) {
                                country = json.getText();
                            } else if (path.size() == 3 && path.get(2).equals("total")) {
                                total = json.getText();
                            }
                        }
                        default -> {}
                    }
                }
            }
        }
        return text(groups);
    }

    private static void add(Map<String, Sum> groups, @Nullable String country, @Nullable String total) {
        if (country != null && total != null) {
            groups.put(
                    country,
                    groups.getOrDefault(country, new Sum(0, BigDecimal.ZERO)).plus(new BigDecimal(total)));
        }
    }

    private String objects() throws IOException {
        Map<String, Sum> groups = new HashMap<>();
        for (Part part : parts) {
            try (InputStream in = new GZIPInputStream(source.open(part.key()), 1 << 16)) {
                Lines.read(in, (text, from, to, number) -> {
                    Map<String, AttributeValue> item = DynamoDbJson.readItem(text, from, to);
                    AttributeValue shipTo = item.get("shipTo");
                    AttributeValue total = item.get("total");
                    if (shipTo != null && total != null) {
                        AttributeValue country = shipTo.m().get("country");
                        add(groups, country == null ? null : country.s(), total.n());
                    }
                });
            }
        }
        return text(groups);
    }

    private String duckdb() throws SQLException {
        try (Database database = Database.open()) {
            ResultTable one = database.query("SELECT sum(c)::BIGINT, sum(t) FROM (SELECT count(*) c,"
                    + " sum(CAST(json_extract_string(json, '$.Item.total.N') AS DECIMAL(38,2))) t"
                    + " FROM read_ndjson_objects('" + folder.resolve("data") + "/*.json.gz')"
                    + " WHERE json_extract_string(json, '$.Item.shipTo.M.country.S') IS NOT NULL"
                    + " GROUP BY json_extract_string(json, '$.Item.shipTo.M.country.S'))");
            return one.rows().getFirst().getFirst() + " orders, "
                    + one.rows().getFirst().getLast();
        }
    }

    private void print() {
        double limit = best.getOrDefault("gunzip, JDK", 1.0);
        System.out.printf("%n| task | MB/CPU-s | of JDK gunzip |%n|---|---|---|%n");
        best.forEach((name, rate) -> System.out.printf("| %s | %.0f | %.2f |%n", name, rate, rate / limit));
        System.out.println("uncompressed MB: " + bytes / 1_000_000);
    }
}
