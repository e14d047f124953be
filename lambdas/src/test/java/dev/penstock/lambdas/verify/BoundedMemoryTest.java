package dev.penstock.lambdas.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.TableNames;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 300,000 items, their view and as many groups are compared by a JVM that has 48 MB. */
class BoundedMemoryTest {
    private static final int ITEMS = Integer.getInteger("penstock.items", 300_000);

    private static final Catalog CATALOG = new Catalog(
            List.of(Table.named("Notes").key("id").build()),
            List.of(View.named("NotesByColor", "Notes")
                    .key("color")
                    .sort("note", "id")
                    .build()),
            List.of(Aggregate.named("NotesByText", "Notes")
                    .groupBy("text")
                    .measure(Measure.count("notes"), Measure.sum("pages", "pages"))
                    .build()),
            List.of());

    @Test
    void tablesLargerThanMemoryAreCompared(@TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dpenstock.items=" + ITEMS,
                        "-cp",
                        classPath(),
                        Child.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(child.waitFor(5, TimeUnit.MINUTES), "it takes too long");
        } finally {
            child.destroyForcibly();
        }
        assertEquals(0, child.exitValue(), () -> read(output));
        assertTrue(read(output).contains("equal: NotesByColor, NotesByText"), () -> read(output));
    }

    private static String classPath() {
        return BoundedMemoryTest.class.getClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The JVM with little memory. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            ExportVerifier verifier =
                    new ExportVerifier(CATALOG, NoReads.client(), new TableNames(""), (table, item) -> {}, folder);
            StringBuilder equal = new StringBuilder("equal:");
            for (Effect effect : CATALOG.effects()) {
                Findings findings = verifier.verify(effect, new Generated(folder), () -> true);
                equal.append(findings.isEmpty() ? " " + effect.tableName() + "," : "");
            }
            equal.setLength(equal.length() - 1);
            System.out.println(equal);
            System.out.println("most bytes of temporary files: " + Generated.most);
        }
    }

    /** Tables that no memory holds: each item follows from its number. */
    private record Generated(Path folder) implements TablesAt {
        private static long most;

        @Override
        public boolean has(String table) {
            return table.equals("Notes") || !table.equals(Catalog.controlName("Notes"));
        }

        @Override
        public void items(String table, Consumer<Map<String, Value>> item) throws IOException {
            for (int i = 0; i < ITEMS; i++) {
                // Items come in another order than rows.
                int number = table.equals("Notes") ? i : ITEMS - 1 - i;
                Map<String, Value> values = new HashMap<>();
                String id = "note-%09d".formatted(number);
                if (table.equals("NotesByText")) {
                    values.put(Aggregate.GROUP, Value.string("text of " + id));
                    values.put(Aggregate.LANE, Value.string("0"));
                    values.put("notes", Value.number(1));
                    values.put("pages", Value.number(number % 7 + 1L));
                } else {
                    values.put("id", Value.string(id));
                    values.put("color", Value.string("color" + number % 9));
                    values.put("text", Value.string("text of " + id));
                    values.put("pages", Value.number(number % 7 + 1L));
                    if (table.equals("NotesByColor")) {
                        values.put("note", Value.string(id));
                    }
                }
                item.accept(values);
            }
            most = Math.max(most, size(folder.toFile()));
        }

        private static long size(File file) {
            File[] files = file.listFiles();
            if (files == null) {
                return file.length();
            }
            long bytes = 0;
            for (File each : files) {
                bytes += size(each);
            }
            return bytes;
        }
    }
}
