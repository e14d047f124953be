package dev.penstock.local.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.export.LocalTables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The commands against a running endpoint, as a user types them. */
class CommandsTest {
    @TempDir
    Path folder;

    private LocalTables tables;
    private final StringWriter out = new StringWriter();

    @BeforeEach
    void start() {
        tables = new LocalTables(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        tables.close();
    }

    private String run(Object command, String... arguments) {
        out.getBuffer().setLength(0);
        List<String> all = Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--endpoint", tables.endpoint().toString(), "--region", LocalTables.REGION))
                .toList();
        int exit = new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(String[]::new));
        assertEquals(0, exit, out::toString);
        return out.toString();
    }

    private Set<Map<String, AttributeValue>> items(String table) {
        return new HashSet<>(tables.client.scan(scan -> scan.tableName(table)).items());
    }

    private void put(Map<String, AttributeValue> item) {
        tables.client.putItem(put -> put.tableName("Shop").item(item));
    }

    @Test
    void exportsLoadIntoAnotherTableAndIncrementalsFoldOnTop() throws IOException {
        tables.table("Shop");
        put(LocalTables.item("a", 1, "old"));
        put(LocalTables.item("b", 1, "gone"));
        Instant from = tables.clock.advance(Duration.ofSeconds(1));
        String full = folder.resolve("full").toString();
        assertTrue(run(new ExportCommand(), "Shop", "--output", full).startsWith("2 items exported to s3://"));
        put(LocalTables.item("a", 1, "new"));
        put(LocalTables.item("c", 1, "new"));
        tables.client.deleteItem(delete -> delete.tableName("Shop").key(LocalTables.key("b", 1)));
        Instant to = tables.clock.advance(Duration.ofMinutes(15));
        String window = folder.resolve("window").toString();
        run(
                new ExportCommand(),
                "Shop",
                "--from",
                from.toString(),
                "--to",
                to.toString(),
                "--format",
                "ion",
                "--output",
                window);

        assertEquals(
                "2 items loaded, 3 changes folded on top",
                run(
                                new ImportCommand(),
                                "--table",
                                "Copy",
                                "--key",
                                "pk:S,sk:N",
                                "--from-export",
                                full,
                                "--incremental",
                                window)
                        .strip());
        assertEquals(items("Shop"), items("Copy"));

        assertTrue(run(
                        new EtlCommand(),
                        "--from",
                        full,
                        "--fold",
                        window,
                        "--to",
                        folder.resolve("folded").toString())
                .contains("rejected 0; rows 2"));
        assertEquals(
                "pk,v\na,old\nb,gone\n",
                run(new QueryCommand(), "select pk, v from Shop order by 1", "--at", from.toString(), "--format", "CSV")
                        .replace(System.lineSeparator(), "\n"));
        assertEquals(
                "n\n2\n",
                run(new QueryCommand(), "select count(*) n from Shop", "--format", "CSV")
                        .replace(System.lineSeparator(), "\n"));
        assertEquals(
                "v\nold\n",
                run(new QueryCommand(), "select v from t where pk = 'a'", "--export", "t=" + full, "--format", "CSV")
                        .replace(System.lineSeparator(), "\n"));
    }

    @Test
    void filesAreImportedIntoANewTable() throws IOException {
        Path csv = Files.writeString(folder.resolve("people.csv"), "id,age\na,5\nb,6\n");
        assertEquals(
                "100 % of 0.0 MB imported\nread 2 = imported 2 + errors 0",
                run(new ImportCommand(), csv.toString(), "--table", "People", "--key", "id:S")
                        .strip());
        assertEquals(2, items("People").size());
    }

    @Test
    void anExportInABucketLoadsIntoATable() throws IOException {
        tables.table("Shop");
        put(LocalTables.item("a", 1, "x"));
        String printed = run(new ExportCommand(), "Shop");
        assertEquals(
                "1 items loaded, 0 changes folded on top",
                run(
                                new ImportCommand(),
                                "--table",
                                "Copy",
                                "--key",
                                "pk:S,sk:N",
                                "--from-export",
                                "s3://penstock-exports/Shop")
                        .strip(),
                printed);
        assertEquals(items("Shop"), items("Copy"));
    }
}
