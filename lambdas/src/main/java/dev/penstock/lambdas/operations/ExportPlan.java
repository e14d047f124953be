package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.operations.ExportRun.Kind;
import dev.penstock.lambdas.operations.ExportRun.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Which export is due: a full one every week, and incremental ones of a day each that follow upon another without gap or
 * overlap, beginning where the first full one was. After an outage they catch up one window at a time.
 */
final class ExportPlan {

    static final Duration BETWEEN_FULL = Duration.ofDays(7);

    /** The longest window of an incremental export (AWS: IncrementalExportSpecification). */
    static final Duration WINDOW = Duration.ofHours(24);

    /** Point-in-time recovery is this far behind at most. */
    static final Duration BEHIND = Duration.ofMinutes(5);

    private ExportPlan() {}

    /** The full export that is due at {@code now} after {@code last}. */
    static Optional<ExportRun> full(String table, Optional<ExportRun> last, Instant now) {
        Instant time = now.minus(BEHIND).truncatedTo(ChronoUnit.MINUTES);
        boolean due = last.map(run ->
                        run.status() == Status.DONE && !time.isBefore(run.to().plus(BETWEEN_FULL)))
                .orElse(true);
        return due ? Optional.of(ExportRun.first(table, Kind.FULL, time, time)) : Optional.empty();
    }

    /** The incremental export that is due after {@code last}, or after the first full one. */
    static Optional<ExportRun> incremental(
            String table, Optional<ExportRun> last, Optional<ExportRun> full, Instant now) {
        if (last.isPresent() && last.get().status() != Status.DONE) {
            return Optional.empty();
        }
        return last.or(() -> full.filter(run -> run.status() == Status.DONE))
                .map(ExportRun::to)
                .filter(from -> !from.plus(WINDOW).isAfter(now.minus(BEHIND)))
                .map(from -> ExportRun.first(table, Kind.INCREMENTAL, from, from.plus(WINDOW)));
    }
}
