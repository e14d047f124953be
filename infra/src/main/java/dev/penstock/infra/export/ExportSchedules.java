package dev.penstock.infra.export;

import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.functions.Schedules;
import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Table;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import software.amazon.awscdk.Duration;
import software.constructs.Construct;

/**
 * A tick every quarter of an hour for each table and kind of export. Whether an export is due is decided by the function
 * from what was exported last, so a missed tick is made up for by the next.
 */
final class ExportSchedules {
    private ExportSchedules() {}

    static void define(Construct scope, Settings settings, List<Table> tables, JavaFunction function) {
        var schedules =
                new Schedules(scope, "ScheduleRole", "What the schedules of exports may do", settings, function);
        for (Table table : tables) {
            for (String kind : List.of("FULL", "INCREMENTAL")) {
                String id = table.name() + kind.charAt(0) + kind.substring(1).toLowerCase(Locale.ROOT);
                schedules.add(
                        id,
                        "export-" + id,
                        "Next step of the %s export of %s".formatted(kind, table.name()),
                        "15 minutes",
                        ExportStack.event(table, kind).entrySet().stream()
                                .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
                                .collect(Collectors.joining(",", "{", "}")),
                        new Schedules.Retry(Duration.minutes(10), 1));
            }
        }
    }
}
