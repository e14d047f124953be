package dev.penstock.lambdas.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the delivery, views and aggregates equal a recomputation; and where a safeguard is missing, they don't.
 * {@code -Dpenstock.tries=N} runs N histories, {@code -Dpenstock.steps=N} makes each that long.
 */
class ChaosTest {
    private static final int TRIES = Integer.getInteger("penstock.tries", 12);
    private static final int STEPS = Integer.getInteger("penstock.steps", 250);
    private static final int BROKEN_TRIES = 40;

    @Test
    void viewsAndAggregatesEqualRecomputation() {
        for (long seed = 1; seed <= TRIES; seed++) {
            assertEquals(List.of(), Chaos.differences(seed, STEPS, Breakage.NOTHING), "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
    void missingSafeguardIsNoticed(Breakage breakage) {
        for (long seed = 1; seed <= BROKEN_TRIES; seed++) {
            if (!Chaos.differences(seed, STEPS, breakage).isEmpty()) {
                return;
            }
        }
        fail(BROKEN_TRIES + " histories without " + breakage + " are all exact: the test can't see it");
    }
}
