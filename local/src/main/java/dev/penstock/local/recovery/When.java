package dev.penstock.local.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as people write it: {@code 2026-11-22T10:15:30Z}, or {@code -5m} from now. */
public final class When {
    private static final Pattern AGO = Pattern.compile("-(\\d{1,9})([smhd])");

    private When() {}

    /**
     * The time that is meant.
     *
     * @param now on the clock of the stage
     * @throws IllegalArgumentException for what is neither form
     */
    public static Instant parse(String text, Instant now) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            long number = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2)) {
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    });
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no time: write 2026-11-22T10:15:30Z, or -5m for five minutes ago (s, m, h, d)",
                    e);
        }
    }
}
