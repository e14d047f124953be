package dev.penstock.lambdas.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One restore drill, as the state table keeps it: everything the next tick needs to go on from here.
 *
 * @param table logical name of the source
 * @param step what is to be done next
 * @param at the table is restored and exported as it was then; to the second
 * @param started when it was asked for
 * @param latest the latest restorable time then: what lies between is lost in a real disaster
 * @param restored when the restored table was ready for use
 * @param exportArn empty: not asked for yet
 * @param file the next data file of the export to be compared
 * @param compared items that were compared so far
 * @param differences items that were not as the export has them, or missing, or too many
 * @param problem why it failed or was left out; empty: it did not
 * @param version raised with every change
 */
record DrillRun(
        String table,
        Step step,
        Instant at,
        Instant started,
        Instant latest,
        Optional<Instant> restored,
        String exportArn,
        int file,
        long compared,
        long differences,
        String problem,
        int version) {

    /** In this order. */
    enum Step {
        ASKING,
        RESTORING,
        COMPARING,
        DELETING,
        DONE
    }

    static DrillRun begin(String table, Instant at, Instant now, Instant latest) {
        return new DrillRun(table, Step.ASKING, at, now, latest, Optional.empty(), "", 0, 0, 0, "", 1);
    }

    static DrillRun skipped(String table, Instant now, String why) {
        return new DrillRun(table, Step.DONE, now, now, now, Optional.empty(), "", 0, 0, 0, why, 1);
    }

    DrillRun asked(String arn) {
        return new DrillRun(
                table,
                Step.RESTORING,
                at,
                started,
                latest,
                restored,
                arn,
                file,
                compared,
                differences,
                problem,
                next());
    }

    DrillRun restored(Instant now) {
        return new DrillRun(
                table,
                Step.COMPARING,
                at,
                started,
                latest,
                Optional.of(now),
                exportArn,
                file,
                compared,
                differences,
                problem,
                next());
    }

    /** After one more data file. */
    DrillRun compared(long items, long different) {
        return new DrillRun(
                table,
                step,
                at,
                started,
                latest,
                restored,
                exportArn,
                file + 1,
                compared + items,
                differences + different,
                problem,
                next());
    }

    /** To be cleaned up. */
    DrillRun over(long tooMany, String why) {
        return new DrillRun(
                table,
                Step.DELETING,
                at,
                started,
                latest,
                restored,
                exportArn,
                file,
                compared,
                differences + tooMany,
                why,
                next());
    }

    DrillRun done() {
        return new DrillRun(
                table,
                Step.DONE,
                at,
                started,
                latest,
                restored,
                exportArn,
                file,
                compared,
                differences,
                problem,
                next());
    }

    private int next() {
        return version + 1;
    }

    /** How long it took until the restored table could be used; empty: it never could. */
    Optional<Duration> recoveryTime() {
        return restored.map(ready -> Duration.between(started, ready));
    }

    /** How much of the past could not have been restored at the start. */
    Duration recoveryPoint() {
        // Negative only where the tables' clock runs ahead of the function's, as when a local runtime's is moved.
        Duration lost = Duration.between(latest, started);
        return lost.isNegative() ? Duration.ZERO : lost;
    }

    /** Over, and nothing is proved; a drill that was left out has asked for nothing. */
    boolean isFailure() {
        return step == Step.DONE && !exportArn.isEmpty() && (!problem.isEmpty() || differences > 0);
    }

    /** What the restored table is called; nobody else may delete such names, and the drill no others. */
    String targetSuffix() {
        return "-drill-" + at.getEpochSecond();
    }

    /** The same for the same drill: a tick that crashed after asking asks for the same export again. */
    String clientToken() {
        return "drill-%s-%d".formatted(table, at.getEpochSecond());
    }

    String prefix() {
        return "drill/%s/%s/".formatted(table, at.toString().replace(':', '-'));
    }
}
