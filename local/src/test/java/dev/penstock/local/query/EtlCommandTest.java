package dev.penstock.local.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EtlCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    @BeforeEach
    void files() throws IOException {
        Files.createDirectory(folder.resolve("in"));
        Files.writeString(
                folder.resolve("in/a.json"),
                "{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1.5\"}}}\n{\"Item\":{\"pk\":{\"S\":\"b\"}}}\n");
    }

    private int etl(String... arguments) {
        return new CommandLine(new EtlCommand()).setOut(new PrintWriter(out)).execute(arguments);
    }

    private String in() {
        return folder.resolve("in").toString();
    }

    @Test
    void copiesAndCounts() {
        assertEquals(0, etl("--from", in(), "--to", folder.resolve("out").toString(), "--key", "pk", "--threads", "2"));
        assertEquals(
                "read 2 = written 2 + filtered 0 + rejected 0; rows 2",
                out.toString().strip());
        assertTrue(Files.exists(folder.resolve("out/part-00001.json.zst")));
    }

    @Test
    void groups() throws IOException {
        Path recipe = Files.writeString(folder.resolve("r.json"), "{\"group\":{\"by\":[\"pk\"],\"sum\":[\"n\"]}}");
        assertEquals(0, etl("--from", in(), "--recipe", recipe.toString()));
        assertTrue(out.toString().startsWith("a,1,1.5"), out.toString());
    }

    @Test
    void rejectedLinesGiveExitCodeOne() throws IOException {
        Files.writeString(folder.resolve("in/b.json"), "broken\n");
        assertEquals(1, etl("--from", in(), "--dry-run"));
        assertTrue(out.toString().contains("rejected 1"), out.toString());
    }

    @Test
    void wrongOptionsGiveExitCodeTwo() {
        assertEquals(2, etl("--from", in(), "--fold", "x", "--undo", "y", "--dry-run"));
        assertEquals(2, etl("--from", in()));
    }

    @Test
    void partsOfTwoRunsAreNotMixed() {
        String to = folder.resolve("out").toString();
        assertEquals(0, etl("--from", in(), "--to", to));
        assertEquals(1, etl("--from", in(), "--to", to));
        assertEquals(0, etl("--from", in(), "--to", to, "--dry-run"));
    }

    @Test
    void nothingToReadIsAnError() {
        assertEquals(1, etl("--from", folder.resolve("absent").toString(), "--dry-run"));
    }

    @Test
    void aPersonIsForgottenAndWhatWasDroppedIsCounted() throws IOException {
        Path people = Files.writeString(folder.resolve("people.txt"), "a\n");
        Path recipe = Files.writeString(
                folder.resolve("r.json"),
                "{\"steps\":[{\"forget\":{\"attribute\":\"pk\",\"file\":\"" + people + "\"}}]}");
        assertEquals(0, etl("--from", in(), "--recipe", recipe.toString(), "--dry-run"));
        assertEquals(
                "read 2 = written 1 + filtered 1 + rejected 0; rows 1",
                out.toString().strip());
    }
}
