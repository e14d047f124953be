package dev.penstock.lambdas.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.penstock.lambdas.operations.ExportRun.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExportPlanTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:07:30Z");

    private static ExportRun fullAt(String time) {
        return ExportRun.first("Orders", Kind.FULL, Instant.parse(time), Instant.parse(time))
                .done();
    }

    @Test
    void theFirstFullExportIsDueAtOnceAndThenEveryWeek() {
        assertEquals(
                Instant.parse("2026-11-22T10:02:00Z"),
                ExportPlan.full("Orders", Optional.empty(), NOW).orElseThrow().to());
        assertEquals(Optional.empty(), ExportPlan.full("Orders", Optional.of(fullAt("2026-11-15T10:03:00Z")), NOW));
        assertEquals(
                Instant.parse("2026-11-22T10:02:00Z"),
                ExportPlan.full("Orders", Optional.of(fullAt("2026-11-15T10:02:00Z")), NOW)
                        .orElseThrow()
                        .to());
    }

    @Test
    void whileOneRunsNoOtherIsDue() {
        var running = ExportRun.first("Orders", Kind.FULL, NOW, NOW);

        assertEquals(Optional.empty(), ExportPlan.full("Orders", Optional.of(running), NOW.plus(Duration.ofDays(30))));
        assertEquals(
                Optional.empty(),
                ExportPlan.incremental(
                        "Orders", Optional.empty(), Optional.of(running), NOW.plus(Duration.ofDays(30))));
    }

    /** However irregular the ticks, the windows are a chain without gap or overlap that ends less than a day ago. */
    @Property(tries = 50)
    void windowsFollowUponAnother(@ForAll @IntRange(min = 1, max = 100) int hoursBetweenTicks) {
        var full = Optional.of(fullAt("2026-11-15T10:03:00Z"));
        var windows = new ArrayList<ExportRun>();
        Instant now = full.get().to();
        for (int tick = 0; tick < 40; tick++) {
            now = now.plus(Duration.ofHours(hoursBetweenTicks));
            Optional<ExportRun> due = ExportPlan.incremental(
                    "Orders",
                    windows.isEmpty()
                            ? Optional.empty()
                            : Optional.of(windows.getLast().done()),
                    full,
                    now);
            due.ifPresent(windows::add);
        }

        Instant end = full.get().to();
        for (ExportRun window : windows) {
            assertEquals(end, window.from());
            assertEquals(ExportPlan.WINDOW, Duration.between(window.from(), window.to()));
            end = window.to();
        }
        assertEquals(true, !end.isAfter(now.minus(ExportPlan.BEHIND)), "no window ends in the future");
    }

    @Test
    void aFailureNeedsAnotherTokenAndAnotherPrefix() {
        var run = ExportRun.first("Orders", Kind.INCREMENTAL, NOW.minus(ExportPlan.WINDOW), NOW);

        assertEquals(run.clientToken(), run.started("arn").clientToken());
        assertNotEquals(run.clientToken(), run.failed().clientToken());
        assertNotEquals(run.prefix(), run.failed().prefix());
    }
}
