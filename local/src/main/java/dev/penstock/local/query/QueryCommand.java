package dev.penstock.local.query;

import dev.penstock.lambdas.export.ExportReader;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code query}: SQL over exports, and over the runtime's tables now or at a time. */
@Command(
        name = "query",
        description = {
            "SQL (DuckDB) over exports and over live tables, types unwrapped.",
            "A table named in the SQL is read from the runtime, unless --export gives it:",
            "Orders as it is, orders_full and orders_incremental as scheduled exports left it."
        },
        mixinStandardHelpOptions = true)
public final class QueryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SQL", description = "such as: select status, count(*) from Orders group by 1")
    private String sql = "";

    @Option(
            names = "--export",
            paramLabel = "NAME=LOCATION",
            description = "a SQL table from a full export: folder or s3://bucket/prefix")
    private Map<String, String> exports = new LinkedHashMap<>();

    @Option(names = "--at", paramLabel = "TIME", description = "live tables as they were then (needs PITR); ISO 8601")
    private @Nullable Instant at;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "the Glue database over scheduled exports (default: ${DEFAULT-VALUE})")
    private String glueDatabase = "penstock_local_exports";

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private ResultTable.Format format = ResultTable.Format.TABLE;

    @Mixin
    private final Endpoint endpoint = new Endpoint();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws SQLException, IOException {
        try (endpoint;
                Database database = Database.open()) {
            for (Map.Entry<String, String> export : exports.entrySet()) {
                load(
                        database,
                        export.getKey(),
                        endpoint.location(export.getValue()).export());
            }
            if (exports.isEmpty() || at != null) {
                new GlueTables(endpoint, glueDatabase).load(this::isNamed, database);
                live(database);
            }
            database.query(sql).print(format, spec.commandLine().getOut());
        }
        return 0;
    }

    private static void load(Database database, String name, ExportReader export) throws SQLException, IOException {
        if (export.summary().isIncremental()) {
            throw new IOException("export " + export.summary().exportId() + " is incremental; fold it into a full one"
                    + " first (etl --fold)");
        }
        database.load(name, export::items);
    }

    private boolean isNamed(String table) {
        return Pattern.compile("\\b" + Pattern.quote(table) + "\\b", Pattern.CASE_INSENSITIVE)
                .matcher(sql)
                .find();
    }

    private void live(Database database) throws SQLException, IOException {
        for (String table : endpoint.dynamodb().listTablesPaginator().tableNames()) {
            if (exports.containsKey(table) || !isNamed(table)) {
                continue;
            }
            Instant time = at;
            if (time == null) {
                database.load(
                        table,
                        sink -> endpoint.dynamodb()
                                .scanPaginator(scan -> scan.tableName(table))
                                .items()
                                .forEach(sink));
            } else {
                TableExport export = TableExport.start(endpoint, table, request -> request.exportTime(time));
                load(database, table, export.await().export());
            }
        }
    }
}
