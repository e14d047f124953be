package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DurationsTest {
    @Test
    void aQuantileIsTrueToAThirtySecond() {
        SplittableRandom random = new SplittableRandom(1);
        for (int bits = 1; bits < 62; bits++) {
            Durations durations = new Durations();
            long[] all = random.longs(999, 1, 1L << bits).sorted().toArray();
            Arrays.stream(all).forEach(durations::add);
            double median = durations.micros(0.5) * 1e3;
            assertTrue(
                    median >= all[499] && median <= 1.03125 * all[499] + 1,
                    bits + " bits: " + median + ", " + all[499]);
        }
    }

    @Test
    void nothingTakesNoTime() {
        assertEquals(0, new Durations().micros(0.5));
    }
}
