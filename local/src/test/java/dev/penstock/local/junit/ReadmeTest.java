package dev.penstock.local.junit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** README shows a test that is compiled and run here, letter by letter. */
class ReadmeTest {
    @Test
    void showsATestThatRuns() throws IOException {
        String source = Files.readString(Path.of("local/src/test/java/dev/penstock/local/junit/SessionTest.java"));
        String shown = source.substring(source.indexOf("// begin"), source.indexOf("// end"));
        String block = "```java\n" + shown.substring(shown.indexOf('\n') + 1) + "```";
        assertTrue(Files.readString(Path.of("README.md")).contains(block), "README lacks:\n" + block);
    }
}
