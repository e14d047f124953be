package dev.penstock.lambdas.spill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillTest {
    @TempDir
    private Path folder;

    /** Files of 2 KB at most make several levels of some thousand records. */
    @Test
    void entriesOfAKeyComeTogetherInOrderHoweverOftenFilesAreSplit() throws IOException {
        Random random = new Random(5);
        Map<String, List<String>> written = new HashMap<>();
        Map<String, List<String>> read = new HashMap<>();
        try (Spill spill = new Spill(folder, 0, 2_048)) {
            for (int i = 0; i < 5_000; i++) {
                String key = "schlüssel-" + random.nextInt(2_000);
                String value = "x".repeat(random.nextInt(40)) + i;
                spill.add(key, i % 3, value.getBytes(StandardCharsets.UTF_8));
                written.computeIfAbsent(key, ignored -> new ArrayList<>()).add(i % 3 + value);
            }
            spill.keys((key, entries) -> {
                List<String> values = entries.stream()
                        .map(entry -> entry.side() + new String(entry.value(), StandardCharsets.UTF_8))
                        .toList();
                assertEquals(null, read.put(key, values), "a key comes once");
            });
        }
        assertEquals(written, read);
        try (var left = Files.list(folder)) {
            assertEquals(List.of(), left.toList(), "temporary files are deleted");
        }
    }

    /** One key alone is never parted, and its hash can't be split for ever. */
    @Test
    void aKeyLargerThanAFileIsReadWhole() throws IOException {
        int[] entriesOfKey = new int[1];
        try (Spill spill = new Spill(folder, 0, 100)) {
            for (int i = 0; i < 1_000; i++) {
                spill.add("hot", 0, new byte[10]);
            }
            spill.keys((key, entries) -> entriesOfKey[0] += entries.size());
        }
        assertEquals(1_000, entriesOfKey[0]);
    }

    @Test
    void whatFailsLeavesNoFiles() throws IOException {
        Spill spill = new Spill(folder);
        spill.add("a", 0, new byte[10]);
        spill.close();
        try (var left = Files.list(folder)) {
            assertTrue(left.toList().isEmpty());
        }
    }
}
