package dev.penstock.lambdas.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the delivery, views and aggregates equal a recomputation; and where a safeguard is missing, they don't.
 * {@code -Dpenstock.tries=N} runs N histories, {@code -Dpenstock.steps=N} makes each that long, {@code -Dpenstock.seed=N} begins with that seed,
 * {@code -Dpenstock.burst=N} makes so many changes at a time.
 */
class ChaosTest {
    private static final int TRIES = Integer.getInteger("penstock.tries", 12);
    private static final int STEPS = Integer.getInteger("penstock.steps", 250);
    private static final long SEED = Long.getLong("penstock.seed", 1);
    private static final int BROKEN_TRIES = 80;

    @Test
    void viewsAndAggregatesEqualRecomputation() {
        long events = 0;
        long folded = 0;
        long rebuilt = 0;
        for (long seed = SEED; seed < SEED + TRIES; seed++) {
            Chaos.Result result = Chaos.play(seed, STEPS, Breakage.NOTHING);
            assertEquals(List.of(), result.differences(), "seed " + seed);
            events += result.events();
            folded += result.folded();
            rebuilt += result.rebuilt();
        }
        System.out.printf(
                "%,d events in %,d histories from seed %d, %,d rows folded, %,d rebuilt: exact%n",
                events, TRIES, SEED, folded, rebuilt);
        assertTrue(folded > 0, "nothing was folded");
        assertTrue(rebuilt > 0, "nothing was rebuilt");
    }

    /** No two fold other rows of one group at a time in these histories. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NOTHING", "FOLDED_VALUE"})
    void missingSafeguardIsNoticed(Breakage breakage) {
        // Where what it takes is rare, the first history that has it.
        long first = switch (breakage) {
            case FOLD_CONDITION -> 28;
            case EPOCH -> 7;
            case TOMBSTONE -> 4;
            default -> 1;
        };
        for (long seed = first; seed < first + BROKEN_TRIES; seed++) {
            if (!Chaos.play(seed, STEPS, breakage).differences().isEmpty()) {
                return;
            }
        }
        fail(BROKEN_TRIES + " histories without " + breakage + " are all exact: the test can't see it");
    }
}
