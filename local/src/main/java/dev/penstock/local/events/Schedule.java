package dev.penstock.local.events;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAdjusters;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When something is due: {@code rate(2 hours)}, {@code at(2026-01-31T10:00:00)} or {@code cron(0 5 ? * MON-FRI *)}. */
public sealed interface Schedule {

    /**
     * The first time it is due after {@code after}; empty if never again.
     *
     * @param start when the schedule was made: a rate counts from there
     */
    Optional<Instant> next(Instant after, Instant start);

    /**
     * Reads an expression as EventBridge does.
     *
     * @param zone in which cron and at are meant
     * @throws IllegalArgumentException for what is no such expression
     */
    static Schedule parse(String expression, ZoneId zone) {
        Matcher form = Pattern.compile("(rate|at|cron)\\((.*)\\)").matcher(expression.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + expression
                    + "' is no schedule; allowed are rate(2 hours), at(2026-01-31T10:00:00) and cron(0 5 ? * * *)");
        }
        return switch (form.group(1)) {
            case "rate" -> Rate.parse(form.group(2));
            case "at" -> At.parse(form.group(2), zone);
            default -> Cron.parse(form.group(2), zone);
        };
    }

    record Rate(Duration every) implements Schedule {
        static Rate parse(String text) {
            Matcher matcher =
                    Pattern.compile("(\\d{1,6}) (minute|hour|day)(s?)").matcher(text);
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
                throw new IllegalArgumentException("rate(" + text + ") must be like rate(1 minute) or rate(5 hours)");
            }
            int value = Integer.parseInt(matcher.group(1));
            if ((value == 1) != matcher.group(3).isEmpty()) {
                throw new IllegalArgumentException(
                        "rate(" + text + "): the unit is singular for 1 and plural for all others");
            }
            return new Rate(
                    switch (matcher.group(2)) {
                        case "minute" -> Duration.ofMinutes(value);
                        case "hour" -> Duration.ofHours(value);
                        default -> Duration.ofDays(value);
                    });
        }

        @Override
        public Optional<Instant> next(Instant after, Instant start) {
            long passed = Math.max(0, Duration.between(start, after).toMillis()) / every.toMillis();
            return Optional.of(start.plus(every.multipliedBy(passed + 1)));
        }

        /** Of the times from {@code due} on, the last that is not after {@code now}. */
        Instant last(Instant due, Instant now) {
            return due.plus(every.multipliedBy(Duration.between(due, now).dividedBy(every)));
        }
    }

    record At(Instant time) implements Schedule {
        static At parse(String text, ZoneId zone) {
            try {
                return new At(LocalDateTime.parse(text).atZone(zone).toInstant());
            } catch (DateTimeParseException malformed) {
                throw new IllegalArgumentException("at(" + text + ") must be like at(2026-01-31T10:00:00)", malformed);
            }
        }

        @Override
        public Optional<Instant> next(Instant after, Instant start) {
            return time.isAfter(after) ? Optional.of(time) : Optional.empty();
        }
    }

    /** Six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year. */
    record Cron(BitSet minutes, BitSet hours, Days days, BitSet months, BitSet years, ZoneId zone) implements Schedule {
        private static final List<String> MONTHS =
                List.of("", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
        private static final List<String> WEEKDAYS = List.of("", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
        /** No schedule is looked for further ahead, in days. */
        private static final int HORIZON = 366 * 8;

        static Cron parse(String text, ZoneId zone) {
            String[] fields = text.strip().split("\\s+", -1);
            if (fields.length != 6) {
                throw new IllegalArgumentException("cron(" + text + ") must have six fields: minutes, hours,"
                        + " day of month, month, day of week, year; given: " + fields.length);
            }
            if (fields[2].equals("?") == fields[4].equals("?")) {
                throw new IllegalArgumentException(
                        "cron(" + text + "): exactly one of day of month and day of week must be ?");
            }
            return new Cron(
                    set(fields[0], 0, 59, List.of()),
                    set(fields[1], 0, 23, List.of()),
                    Days.parse(fields[2], fields[4]),
                    set(fields[3], 1, 12, MONTHS),
                    set(fields[5], 1970, 2199, List.of()),
                    zone);
        }

        /** @param names what may stand for a number, at its index */
        static BitSet set(String field, int min, int max, List<String> names) {
            BitSet set = new BitSet(max + 1);
            for (String part : field.split(",", -1)) {
                String[] step = part.split("/", 2);
                String[] range = step[0].split("-", 2);
                boolean isAll = step[0].equals("*");
                int from = isAll ? min : number(range[0], min, max, names);
                int to = isAll || (step.length == 2 && range.length == 1)
                        ? max
                        : range.length == 2 ? number(range[1], min, max, names) : from;
                int by = step.length == 2 ? number(step[1], 1, max, List.of()) : 1;
                for (int i = from; i <= to; i += by) {
                    set.set(i);
                }
            }
            return set;
        }

        private static int number(String text, int min, int max, List<String> names) {
            int named = names.indexOf(text.toUpperCase(Locale.ROOT));
            try {
                int value = named > 0 ? named : Integer.parseInt(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException noNumber) {
                // Told below, as for a number out of range.
            }
            throw new IllegalArgumentException(
                    "'" + text + "' in a cron expression must be a number from " + min + " to " + max);
        }

        @Override
        public Optional<Instant> next(Instant after, Instant start) {
            ZonedDateTime from = after.atZone(zone).withSecond(0).withNano(0).plusMinutes(1);
            LocalDate day = from.toLocalDate();
            for (int ahead = 0; ahead < HORIZON; ahead++, day = day.plusDays(1)) {
                if (!years.get(day.getYear()) || !months.get(day.getMonthValue()) || !days.contain(day)) {
                    continue;
                }
                int firstHour = ahead == 0 ? from.getHour() : 0;
                for (int hour = hours.nextSetBit(firstHour); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
                    int firstMinute = ahead == 0 && hour == from.getHour() ? from.getMinute() : 0;
                    int minute = minutes.nextSetBit(firstMinute);
                    if (minute >= 0) {
                        return Optional.of(day.atTime(hour, minute).atZone(zone).toInstant());
                    }
                }
            }
            return Optional.empty();
        }

        /**
         * Which days: by day of month or by day of week.
         *
         * @param ofMonth {@code null} when days of the week decide
         * @param isLast the last day of the month, or its last such weekday
         * @param nth the nth such weekday of the month, 0 for all
         */
        record Days(@Nullable BitSet ofMonth, @Nullable BitSet ofWeek, boolean isLast, int nth) {
            static Days parse(String month, String week) {
                if (week.equals("?")) {
                    if (month.endsWith("W")) {
                        throw new IllegalArgumentException("W (nearest weekday) in cron is not simulated");
                    }
                    return month.equals("L")
                            ? new Days(new BitSet(), null, true, 0)
                            : new Days(set(month, 1, 31, List.of()), null, false, 0);
                }
                if (week.contains("#")) {
                    String[] parts = week.split("#", 2);
                    return new Days(null, set(parts[0], 1, 7, WEEKDAYS), false, number(parts[1], 1, 5, List.of()));
                }
                if (week.length() > 1 && week.endsWith("L")) {
                    return new Days(null, set(week.substring(0, week.length() - 1), 1, 7, WEEKDAYS), true, 0);
                }
                return new Days(null, set(week.equals("L") ? "7" : week, 1, 7, WEEKDAYS), false, 0);
            }

            boolean contain(LocalDate day) {
                boolean isLastDay = day.equals(day.with(TemporalAdjusters.lastDayOfMonth()));
                if (ofMonth != null) {
                    return isLast ? isLastDay : ofMonth.get(day.getDayOfMonth());
                }
                if (ofWeek == null || !ofWeek.get(day.getDayOfWeek().getValue() % 7 + 1)) {
                    return false;
                }
                boolean isLastOfKind = day.plusDays(7).getMonth() != day.getMonth();
                int which = (day.getDayOfMonth() - 1) / 7 + 1;
                return (!isLast || isLastOfKind) && (nth == 0 || nth == which);
            }
        }
    }
}
