package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ProgressTest {
    /** Whatever the order in which records are done, the checkpoint never passes one that is not. */
    @Property(tries = 100)
    void theCheckpointIsTheLastBeforeTheFirstThatIsNotDone(
            @ForAll @IntRange(min = 1, max = 50) int count, @ForAll long seed) {
        Progress progress = new Progress(BigInteger.ZERO);
        List<Integer> order = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            progress.begin(BigInteger.valueOf(i));
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        List<Integer> done = new ArrayList<>();
        for (int number : order) {
            progress.end(BigInteger.valueOf(number));
            done.add(number);
            int expected = 0;
            while (done.contains(expected + 1)) {
                expected++;
            }
            assertEquals(BigInteger.valueOf(expected), progress.checkpoint());
        }
        assertTrue(progress.isIdle());
    }
}
