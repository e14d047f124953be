package dev.penstock.lambdas.welcome;

import dev.penstock.lambdas.catalog.Environment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The times of creation whose items this region acts on. A stream can't tell where a change was made, and each replica's
 * stream shows all of them; the time of creation is the same in all, so each item belongs to one region.
 *
 * @param windows none: all times
 */
record ActiveWindows(List<Window> windows) {
    static final ActiveWindows ALWAYS = new ActiveWindows(List.of());

    /**
     * From {@code since} to before {@code until}.
     */
    record Window(Instant since, Instant until) {
        boolean contains(Instant time) {
            return !time.isBefore(since) && time.isBefore(until);
        }
    }

    static ActiveWindows of(Environment environment) {
        String text = environment.optional(Environment.ACTIVE_WINDOWS, "");
        List<Window> windows = new ArrayList<>();
        for (String window : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int slash = window.indexOf('/');
            String since = window.substring(0, slash);
            String until = window.substring(slash + 1);
            windows.add(new Window(
                    since.isEmpty() ? Instant.MIN : Instant.parse(since),
                    until.isEmpty() ? Instant.MAX : Instant.parse(until)));
        }
        return new ActiveWindows(windows);
    }

    boolean contain(Instant time) {
        return windows.isEmpty() || windows.stream().anyMatch(window -> window.contains(time));
    }
}
