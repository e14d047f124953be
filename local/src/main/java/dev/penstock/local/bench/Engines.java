package dev.penstock.local.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.lambdas.etl.Part;
import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.Lines;
import dev.penstock.lambdas.export.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The same tasks by other means, with the JDK's gunzip: what the span engine is compared with. */
final class Engines {
    private static final AttributeValue ORDER = AttributeValue.fromS("Order");
    private static final AttributeValue CANCELLED = AttributeValue.fromS("CANCELLED");

    private final Path folder;
    private final ObjectSource source;
    private final List<Part> parts;

    Engines(Path folder) throws IOException {
        this.folder = folder;
        this.source = ObjectSource.directory(folder);
        this.parts = source.list("data/").stream().map(Part::of).toList();
    }

    private InputStream open(Part part) throws IOException {
        return new GZIPInputStream(source.open(part.key()), 1 << 16);
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

    private static void add(Map<String, Sum> groups, @Nullable String country, @Nullable String total) {
        if (country != null && total != null) {
            groups.merge(country, new Sum(1, new BigDecimal(total)), (all, one) -> all.plus(one.total()));
        }
    }

    String groupByJackson() throws IOException {
        JsonFactory factory = new JsonFactory();
        Map<String, Sum> groups = new HashMap<>();
        for (Part part : parts) {
            try (InputStream in = open(part);
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

    String groupByObjects() throws IOException {
        Map<String, Sum> groups = new HashMap<>();
        for (Part part : parts) {
            try (InputStream in = open(part)) {
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

    String groupByDuckDb() throws SQLException {
        return duckDb("SELECT sum(c)::BIGINT || ' orders, ' || sum(t) FROM (SELECT count(*) c,"
                + " sum(CAST(json_extract_string(json, '$.Item.total.N') AS DECIMAL(38,2))) t"
                + " FROM " + objects() + " WHERE json_extract_string(json, '$.Item.shipTo.M.country.S') IS NOT NULL"
                + " GROUP BY json_extract_string(json, '$.Item.shipTo.M.country.S'))");
    }

    /** On one thread, as the others are measured. */
    private static String duckDb(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 1");
            if (!statement.execute(sql)) {
                return statement.getUpdateCount() + " rows";
            }
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                return result.getString(1);
            }
        }
    }

    private String objects() {
        return "read_ndjson_objects('" + folder.resolve("data") + "/*.json.gz')";
    }

    String csvByDuckDb() throws SQLException, IOException {
        Files.createDirectories(folder.resolve("out"));
        StringBuilder columns = new StringBuilder();
        Map<String, String> paths = new LinkedHashMap<>();
        List.of("pk", "sk", "status", "createdAt").forEach(name -> paths.put(name, name + ".S"));
        paths.put("total", "total.N");
        paths.put("country", "shipTo.M.country.S");
        paths.put("coupon", "couponCode.S");
        paths.forEach((name, path) -> columns.append("json_extract_string(json, '$.Item.")
                .append(path)
                .append("') AS ")
                .append(name)
                .append(", "));
        return duckDb("COPY (SELECT " + columns + "json_array_length(json, '$.Item.lines.L') AS lines FROM " + objects()
                + " WHERE json_extract_string(json, '$.Item.entity.S') = 'Order') TO '"
                + folder.resolve("out/duckdb.csv") + "' (HEADER)");
    }

    /** To zstd level 1, as the span engine writes it. */
    String etlByObjects() throws IOException {
        Files.createDirectories(folder.resolve("out"));
        long[] rows = new long[1];
        LineBuilder line = new LineBuilder();
        for (Part part : parts) {
            Path to = folder.resolve("out/objects.json.zst");
            try (InputStream in = open(part);
                    OutputStream out = Codec.ZSTD.compress(Files.newOutputStream(to), 1)) {
                Lines.read(in, (text, from, end, number) -> {
                    Map<String, AttributeValue> item = DynamoDbJson.readItem(text, from, end);
                    if (ORDER.equals(item.get("entity")) && !CANCELLED.equals(item.get("status"))) {
                        item.remove("ttl");
                        item.put("coupon", item.remove("couponCode"));
                        item.put("migrated", AttributeValue.fromBool(true));
                        DynamoDbJson.writeItem(item, line.clear());
                        line.ascii('\n').writeTo(out);
                        rows[0]++;
                    }
                });
            }
        }
        return rows[0] + " rows";
    }
}
