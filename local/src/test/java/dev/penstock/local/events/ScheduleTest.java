package dev.penstock.local.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.clock.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    /** A Monday. */
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rate(1 minute)|2026-06-01T12:01:00Z
            rate(2 days)|2026-06-03T12:00:00Z
            at(2026-06-01T12:00:01)|2026-06-01T12:00:01Z
            cron(0/15 * * * ? *)|2026-06-01T12:15:00Z
            cron(0 12 * * ? *)|2026-06-02T12:00:00Z
            cron(5,10 8-17 ? * MON-FRI *)|2026-06-01T12:05:00Z
            cron(0 5 ? * SAT,SUN *)|2026-06-06T05:00:00Z
            cron(0 0 1 JAN ? 2028)|2028-01-01T00:00:00Z
            cron(0 0 L * ? *)|2026-06-30T00:00:00Z
            cron(0 0 ? * 6#3 *)|2026-06-19T00:00:00Z
            cron(0 0 ? * 6L *)|2026-06-26T00:00:00Z
            cron(0 0 29 2 ? *)|2028-02-29T00:00:00Z
            """)
    void findsTheNextTime(String expression, Instant next) {
        assertEquals(
                Optional.of(next), Schedule.parse(expression, ZoneOffset.UTC).next(NOON, NOON));
    }

    @Test
    void knowsTimeZonesAndEnds() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertEquals(
                Optional.of(Instant.parse("2026-06-01T13:00:00Z")),
                Schedule.parse("cron(0 15 * * ? *)", berlin).next(NOON, NOON));
        assertEquals(
                Optional.empty(),
                Schedule.parse("at(2026-06-01T12:00:00)", ZoneOffset.UTC).next(NOON, NOON));
        assertEquals(
                Optional.empty(),
                Schedule.parse("cron(0 0 1 1 ? 2020)", ZoneOffset.UTC).next(NOON, NOON));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rate(0 minutes)",
                "rate(1 minutes)",
                "rate(5 minute)",
                "rate(5 seconds)",
                "at(tomorrow)",
                "cron(0 5 * * ?)",
                "cron(0 5 * * * *)",
                "cron(0 5 ? * ? *)",
                "cron(60 5 * * ? *)",
                "cron(0 5 * FOO ? *)",
                "cron(x 5 * * ? *)",
                "cron(0/0 5 * * ? *)",
                "every day"
            })
    void refusesWhatIsNoSchedule(String expression) {
        assertThrows(IllegalArgumentException.class, () -> Schedule.parse(expression, ZoneOffset.UTC));
    }

    @Test
    void aRateRunsOnceForAllTimesThatAJumpPassedOver() throws Exception {
        MovableClock clock = new MovableClock(InstantSource.fixed(NOON));
        List<Instant> runs = new ArrayList<>();
        try (Scheduled scheduled = new Scheduled(clock)) {
            scheduled.put("quarters", Schedule.parse("rate(15 minutes)", ZoneOffset.UTC), runs::add);
            clock.advance(Duration.ofMinutes(50));
            assertEquals(List.of(NOON.plusSeconds(45 * 60)), runs);
            clock.advance(Duration.ofMinutes(10));
            assertEquals(List.of(NOON.plusSeconds(45 * 60), NOON.plusSeconds(60 * 60)), runs);
        }
    }

    @Test
    void runsEachTimeThatIsDueWhenTheClockIsMoved() throws Exception {
        MovableClock clock = new MovableClock(InstantSource.fixed(NOON));
        List<Instant> runs = new ArrayList<>();
        try (Scheduled scheduled = new Scheduled(clock)) {
            scheduled.put("hourly", Schedule.parse("cron(0 * * * ? *)", ZoneOffset.UTC), runs::add);
            clock.advance(Duration.ofMinutes(59));
            assertEquals(List.of(), runs);
            clock.advance(Duration.ofHours(2));
            assertEquals(List.of(NOON.plusSeconds(3600), NOON.plusSeconds(7200)), runs);
            assertEquals(0, scheduled.doWork());
            scheduled.remove("hourly");
            clock.advance(Duration.ofDays(1));
            assertEquals(2, runs.size());
        }
    }
}
