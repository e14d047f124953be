package dev.penstock.lambdas.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One restore drill, as the state table keeps it: everything the next tick needs to go on from here.
 *
 * @param table logical name of the source
 * @param step what is to be done next
 * @param since when the step before was over
 * @param at the table is restored and exported as it was then; to the second
 * @param started when it was asked for
 * @param latest the latest restorable time then: what lies between is lost in a real disaster
 * @param restored when the restored table was ready for use
 * @param exportArn empty: not asked for yet
 * @param progress of the comparison
 * @param problem why it failed or was left out; empty: it did not
 * @param version raised with every change
 */
record DrillRun(
        String table,
        Step step,
        Instant since,
        Instant at,
        Instant started,
        Instant latest,
        Optional<Instant> restored,
        String exportArn,
        DrillProgress progress,
        String problem,
        int version) {

    /** In this order. */
    enum Step {
        ASKING,
        RESTORING,
        COMPARING,
        /** Items must not expire before they were compared, so what lets them expire is put back only now. */
        COMPLETING,
        DELETING,
        DONE
    }

    static DrillRun begin(String table, Instant at, Instant now, Instant latest) {
        return new DrillRun(table, Step.ASKING, now, at, now, latest, Optional.empty(), "", DrillProgress.NONE, "", 1);
    }

    static DrillRun skipped(String table, Instant now, String why) {
        return new DrillRun(table, Step.DONE, now, now, now, now, Optional.empty(), "", DrillProgress.NONE, why, 1);
    }

    DrillRun asked(String arn, Instant now) {
        return next(Step.RESTORING, now, restored, arn, progress, problem);
    }

    DrillRun restored(Instant now) {
        return next(Step.COMPARING, now, Optional.of(now), exportArn, progress, problem);
    }

    /** After some more was compared. */
    DrillRun compared(DrillProgress further) {
        return next(step, since, restored, exportArn, further, problem);
    }

    /** After everything was compared. */
    DrillRun finished(DrillProgress found, Instant now) {
        return next(Step.COMPLETING, now, restored, exportArn, found, problem);
    }

    /** To be cleaned up. */
    DrillRun over(String why, Instant now) {
        return next(Step.DELETING, now, restored, exportArn, progress, why);
    }

    DrillRun done(Instant now) {
        return next(Step.DONE, now, restored, exportArn, progress, problem);
    }

    private DrillRun next(
            Step nextStep, Instant begun, Optional<Instant> ready, String export, DrillProgress found, String why) {
        return new DrillRun(table, nextStep, begun, at, started, latest, ready, export, found, why, version + 1);
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

    /** Over, and nothing is proved; a drill that was left out is over with its first version. */
    boolean isFailure() {
        return step == Step.DONE && version > 1 && (!problem.isEmpty() || progress.differences() > 0);
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
        return "drill/%s/%s".formatted(table, at.toString().replace(':', '-'));
    }
}
