package dev.penstock.local.dax;

import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** Runs a check over many random cases; a failure names the seed that repeats it. */
final class Tries {
    private Tries() {}

    /** The given number of cases, or what the system property {@code penstock.tries} says. */
    static void run(int cases, BiConsumer<SplittableRandom, Integer> check) {
        long seed = Long.getLong("penstock.seed", 20261122);
        int count = Integer.getInteger("penstock.tries", cases);
        for (int i = 0; i < count; i++) {
            try {
                check.accept(new SplittableRandom(seed + i), i);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("case " + i + ", repeat with -Dpenstock.seed=" + (seed + i), e);
            }
        }
    }
}
