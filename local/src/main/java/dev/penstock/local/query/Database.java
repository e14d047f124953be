package dev.penstock.local.query;

import dev.penstock.lambdas.export.LineBuilder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * DuckDB in this process and in memory, with DynamoDB tables in it as SQL tables. Attributes of maps are read with
 * {@code shipTo.country} or {@code shipTo->>'country'}. Not threadsafe.
 */
public final class Database implements AutoCloseable {
    private final Connection connection;

    private Database(Connection connection) {
        this.connection = connection;
    }

    /** @throws SQLException when DuckDB has no native library for this platform */
    public static Database open() throws SQLException {
        return new Database(DriverManager.getConnection("jdbc:duckdb:"));
    }

    /** Gives all items to the sink. */
    @FunctionalInterface
    public interface Items {
        void forEach(Consumer<Map<String, AttributeValue>> sink) throws IOException;
    }

    /** Makes a SQL table of items. Needs room for them on disk while it loads. */
    public void load(String table, Items items) throws SQLException, IOException {
        Path file = Files.createTempFile("penstock-query-", ".json");
        try {
            ColumnTypes types = write(items, file);
            try (Statement statement = connection.createStatement()) {
                String name = ColumnTypes.identifier(table);
                if (types.isEmpty()) {
                    statement.execute("CREATE TABLE " + name + " (nothing VARCHAR)");
                } else {
                    statement.execute("CREATE TABLE " + name + " AS SELECT " + types.selected() + " FROM read_json("
                            + ColumnTypes.literal(file.toString())
                            + ", format = 'newline_delimited', maximum_object_size = 33554432, columns = "
                            + types.readColumns() + ")");
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    private static ColumnTypes write(Items items, Path file) throws IOException {
        ColumnTypes types = new ColumnTypes();
        LineBuilder line = new LineBuilder();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            IOException[] failure = new IOException[1];
            items.forEach(item -> {
                types.see(item);
                PlainJson.write(item, line.clear());
                try {
                    line.ascii('\n').writeTo(out);
                } catch (IOException e) {
                    failure[0] = e;
                }
            });
            if (failure[0] != null) {
                throw failure[0];
            }
        }
        return types;
    }

    /** Runs a query. */
    public ResultTable query(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                columns.add(result.getMetaData().getColumnLabel(i));
            }
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return new ResultTable(columns, rows);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
