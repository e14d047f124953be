package dev.penstock.lambdas.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.TableNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What differs between two exports: listed up to a number, counted beyond. */
class ItemsAtTest {
    private static final Catalog CATALOG = new Catalog(
            List.of(Table.named("Notes").key("id").build()),
            List.of(View.named("NotesById", "Notes").key("note", "id").build()),
            List.of(),
            List.of());

    @TempDir
    private Path folder;

    @Test
    void beyondWhatIsLookedAtAgainIsCounted() throws IOException {
        TablesAt noRows = tables(table -> table.equals("Notes") ? List.of(note("a"), note("b"), note("c")) : List.of());
        ItemsAt.Found found = items(noRows, 2).differing(view());
        assertEquals(2, found.candidates().size());
        assertEquals(1, found.more());
        assertEquals(0, items(noRows, 3).differing(view()).more());
    }

    @Test
    void anExportThatCanNotBeReadFailsAndLeavesNoFiles() throws IOException {
        TablesAt broken = tables(table -> {
            if (table.equals("Notes")) {
                return List.of(note("a"));
            }
            throw new IOException("line 7: not JSON");
        });
        assertEquals(
                "line 7: not JSON",
                assertThrows(IOException.class, () -> items(broken, 2).differing(view()))
                        .getMessage());
        try (var left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private ItemsAt items(TablesAt tables, int most) {
        return new ItemsAt(tables, (table, item) -> {}, folder, most);
    }

    private static Kept view() {
        // Comparing exports reads no table.
        return KeptRows.of(CATALOG, CATALOG.views().getFirst(), new TableReads(NoReads.client(), new TableNames("")));
    }

    private static Map<String, Value> note(String id) {
        return Map.of("id", Value.string(id));
    }

    private interface Rows {
        List<Map<String, Value>> of(String table) throws IOException;
    }

    private static TablesAt tables(Rows rows) {
        return new TablesAt() {
            @Override
            public boolean has(String table) {
                return true;
            }

            @Override
            public void items(String table, Consumer<Map<String, Value>> item) throws IOException {
                rows.of(table).forEach(item);
            }
        };
    }
}
