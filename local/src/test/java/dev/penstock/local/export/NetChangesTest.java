package dev.penstock.local.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.export.Change;
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
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** First image before, last image after, whether memory holds them or files do. */
class NetChangesTest {
    private static final int KEYS = 200_000;

    @TempDir
    private Path folder;

    @Test
    void netChangesAreTheSameWhateverMemoryHolds() throws IOException {
        for (long most : List.of(1L, 20_000L, 200_000L, NetChanges.HELD)) {
            Random random = new Random(3);
            Map<String, Map<String, AttributeValue>> table = new HashMap<>();
            Map<String, Change> expected = new HashMap<>();
            Map<String, Change> found = new HashMap<>();
            try (NetChanges changes = new NetChanges(folder, most)) {
                for (int i = 0; i < 2_000; i++) {
                    String key = "k" + random.nextInt(150);
                    Map<String, AttributeValue> before = table.get(key);
                    Map<String, AttributeValue> after = random.nextInt(4) == 0 ? null : item(key, i);
                    if (before == null && after == null) {
                        continue;
                    }
                    Change change = new Change(i, Map.of("id", AttributeValue.fromS(key)), before, after);
                    changes.add(key, change);
                    table.put(key, after);
                    expected.merge(
                            key,
                            change,
                            (first, last) -> new Change(
                                    last.writeTimestampMicros(), last.keys(), first.oldImage(), last.newImage()));
                }
                changes.each(
                        change -> assertNull(found.put(change.keys().get("id").s(), change), "a key comes once"));
            }
            assertEquals(expected, found, "with " + most + " bytes");
            try (var left = Files.list(folder)) {
                assertEquals(List.of(), left.toList(), "temporary files are deleted");
            }
        }
    }

    private static Map<String, AttributeValue> item(String key, int i) {
        return Map.of(
                "id", AttributeValue.fromS(key),
                "n", AttributeValue.fromN("12345678901234567890123456789012345678"),
                "set", AttributeValue.fromNs(List.of("3", "1", "" + (i + 10))),
                "bytes", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, (byte) i})),
                "deep",
                        AttributeValue.fromM(
                                Map.of("list", AttributeValue.fromL(List.of(AttributeValue.fromBool(true))))),
                "none", AttributeValue.fromNul(true));
    }

    /** 200,000 images of 2 KB in a JVM that has 160 MB. */
    @Test
    void aWindowLargerThanMemoryIsFolded() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
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
        String text = Files.readString(output);
        assertEquals(0, child.exitValue(), text);
        assertTrue(text.contains(KEYS + " keys"), text);
    }

    private static String classPath() {
        return NetChangesTest.class.getClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** The JVM with little memory. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            String text = "x".repeat(2_000);
            int[] keys = new int[1];
            try (NetChanges changes = new NetChanges(Path.of(arguments[0]))) {
                for (int i = 0; i < KEYS; i++) {
                    change(changes, "k" + i, null, text + i);
                }
                for (int i = 0; i < KEYS; i += 10) {
                    change(changes, "k" + i, text + i, "second" + i);
                }
                changes.each(change -> keys[0]++);
            }
            System.out.println(keys[0] + " keys");
        }

        private static void change(NetChanges changes, String key, @Nullable String before, String after)
                throws IOException {
            changes.add(
                    key,
                    new Change(
                            1,
                            Map.of("id", AttributeValue.fromS(key)),
                            before == null ? null : image(key, before),
                            image(key, after)));
        }

        private static Map<String, AttributeValue> image(String key, String text) {
            return Map.of(
                    "id", AttributeValue.fromS(key), "text", AttributeValue.fromS(new String(text.toCharArray())));
        }
    }
}
