package dev.penstock.infra.settings;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which region acts on a global table, and since when: each item belongs to the region whose turn it was when the item
 * was created, so that a change of region repeats nothing and leaves nothing out, whatever is delivered where and when.
 * Written {@code us-east-1,us-west-2@2026-11-22T18:00:00Z}. The number of the turn is the epoch of the activity.
 *
 * @param turns in order of time; the first one has no beginning
 */
public record Turns(List<Turn> turns) {

    /**
     * One region's turn.
     *
     * @param since default: from the beginning
     */
    public record Turn(String region, Optional<Instant> since) {}

    public Turns {
        turns = List.copyOf(turns);
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            boolean fits = i == 0
                    ? turn.since().isEmpty()
                    : turn.since().isPresent()
                            && turns.get(i - 1)
                                    .since()
                                    .map(turn.since().get()::isAfter)
                                    .orElse(true);
            if (!fits) {
                throw new IllegalArgumentException(
                        "activeRegion has %s as number %d: allowed are a region, then others in order of time, each with its first instant as in us-west-2@2026-11-22T18:00:00Z"
                                .formatted(turn, i + 1));
            }
        }
    }

    /** Reads the setting. */
    static Turns of(String text) {
        List<Turn> turns = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int at = part.indexOf('@');
            turns.add(
                    at < 0
                            ? new Turn(part.strip(), Optional.empty())
                            : new Turn(part.substring(0, at).strip(), Optional.of(instant(part.substring(at + 1)))));
        }
        return new Turns(turns);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text.strip());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "activeRegion has the time '%s': allowed is an instant such as 2026-11-22T18:00:00Z"
                            .formatted(text),
                    e);
        }
    }

    /** Where the activity is now, or will be last. */
    public String last() {
        return turns.getLast().region();
    }

    /** Which turn it is, from 1; raised by each change. */
    public int epoch() {
        return turns.size();
    }

    public boolean include(String region) {
        return turns.stream().anyMatch(turn -> turn.region().equals(region));
    }

    /** Whether the activity has ever moved. */
    public boolean moved() {
        return turns.size() > 1;
    }

    /** A region's turns as its functions read them: {@code /2026-11-22T18:00:00Z,2026-11-23T06:00:00Z/}. */
    public String windows(String region) {
        List<String> windows = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).region().equals(region)) {
                String until = i + 1 < turns.size() ? text(turns.get(i + 1)) : "";
                windows.add(text(turns.get(i)) + "/" + until);
            }
        }
        return windows.stream().collect(Collectors.joining(","));
    }

    private static String text(Turn turn) {
        return turn.since().map(Instant::toString).orElse("");
    }
}
