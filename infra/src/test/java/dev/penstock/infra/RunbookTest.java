package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is woken up by an alarm finds what to do. */
class RunbookTest {

    @ParameterizedTest
    @ValueSource(strings = {"prod-dax", "prod-away"})
    void everyAlarmNamesATitleOfTheRunbook(String stage) throws IOException {
        Set<String> titles = Files.readAllLines(Path.of("docs/OPERATIONS.md")).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3).toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());

        for (var alarm : Assembly.of(stage).resources("AWS::CloudWatch::Alarm")) {
            String description = alarm.properties().path("AlarmDescription").asText();
            String title = description.replaceFirst(".*OPERATIONS\\.md, ", "").toLowerCase(Locale.ROOT);
            assertTrue(titles.contains(title), alarm.id() + ": " + description);
        }
    }
}
