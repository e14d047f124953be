package dev.penstock.lambdas.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InParallelTest {
    @Test
    void allTasksRunAndAtMostSoManyAtATime() {
        AtomicInteger done = new AtomicInteger();
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            tasks.add(() -> {
                most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                Thread.yield();
                atWork.decrementAndGet();
                done.incrementAndGet();
            });
        }
        InParallel.atMost(3).run(tasks);
        assertEquals(200, done.get());
        assertTrue(most.get() <= 3, () -> most + " at a time");
    }

    /** A failure that got lost would make a record that was not written look written. */
    @Test
    void whatATaskThrowsIsThrown() {
        AtomicInteger done = new AtomicInteger();
        RuntimeException failure = new IllegalStateException("no answer");
        List<Runnable> tasks = List.of(
                done::incrementAndGet,
                () -> {
                    throw failure;
                },
                done::incrementAndGet);
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class, () -> InParallel.atMost(2).run(tasks)));
        assertEquals(2, done.get(), "the others are done");
    }
}
