package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say is shown by a test is shown by a test that exists. */
class DocumentsIT {
    private static final Pattern TEST = Pattern.compile("(?<!@)\\b([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?\\b");
    private static final Pattern EMPTY_TEST = Pattern.compile("\\|\\s*\\|$");
    private static final Pattern PLACEHOLDER = Pattern.compile("@[A-Z_]+@|\\b(?:TODO|FIXME|TBD)\\b");
    private static final Pattern NUMBERED = Pattern.compile("(?m)^\\| (\\d+) \\|");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> sources = sources();
        assertTrue(sources.size() > 200, "found " + sources.size() + " test classes; is this the project's root?");
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            var matcher = TEST.matcher(Files.readString(document));
            while (matcher.find()) {
                String source = sources.getOrDefault(matcher.group(1), "");
                String method = matcher.group(2);
                if (source.isEmpty() || (method != null && !source.contains(" " + method + "("))) {
                    missing.add(document + ": " + matcher.group());
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void everyDifferenceNamesATestOrSaysThatThereIsNone() throws IOException {
        assertEquals(
                List.of(),
                Files.readString(Path.of("docs", "FIDELITY.md"))
                        .lines()
                        .filter(line ->
                                line.startsWith("|") && EMPTY_TEST.matcher(line).find())
                        .toList());
    }

    @Test
    void nothingIsLeftToBeFilledIn() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path document : documents()) {
            Files.readString(document)
                    .lines()
                    .filter(line -> PLACEHOLDER.matcher(line).find())
                    .forEach(line -> found.add(document + ": " + line));
        }
        assertEquals(List.of(), found);
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
        }
        assertTrue(documents.size() > 6, documents::toString);
        return documents;
    }

    @Test
    void everyRuleAndEveryWayToFailHasATest() throws IOException {
        String[] parts = Files.readString(Path.of("docs", "EXACTNESS.md")).split("## Ways to fail", -1);
        assertEquals(numbers(17), numbered(parts[0]));
        assertEquals(numbers(20), numbered(parts[1]));
        parts[0].lines()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .forEach(line -> assertTrue(TEST.matcher(line).find(), line));
        parts[1].lines()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .forEach(line -> assertTrue(TEST.matcher(line).find(), line));
    }

    private static SortedSet<Integer> numbers(int last) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (int i = 1; i <= last; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    private static SortedSet<Integer> numbered(String table) {
        TreeSet<Integer> numbers = new TreeSet<>();
        NUMBERED.matcher(table).results().forEach(match -> numbers.add(Integer.valueOf(match.group(1))));
        return numbers;
    }

    /** Test classes by simple name; where two have one name, both texts. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("lambdas/src/test", "infra/src/test", "local/src/test", "src/test/java")) {
            try (Stream<Path> files = Files.walk(Path.of(module))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    sources.merge(
                            file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
                }
            }
        }
        return sources;
    }
}
