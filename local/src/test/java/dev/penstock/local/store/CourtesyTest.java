package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CourtesyTest {
    private static final int WORKERS = 4;

    private final AtomicLong now = new AtomicLong();
    private final Queue<Long> rests = new ConcurrentLinkedQueue<>();
    private final Courtesy courtesy = new Courtesy(now::get, rests::add);

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // gives the others a chance to come in between
    void whileRequestsComeWorkGoesOneStepAtATime() throws InterruptedException {
        courtesy.request();
        AtomicInteger within = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger steps = new AtomicInteger();
        work(() -> {
            for (int i = 0; i < 200; i++) {
                courtesy.step(() -> {
                    most.accumulateAndGet(within.incrementAndGet(), Math::max);
                    Thread.yield();
                    within.decrementAndGet();
                    steps.incrementAndGet();
                });
            }
        });
        assertEquals(1, most.get());
        assertEquals(WORKERS * 200, steps.get());
    }

    @Test
    void whenNoRequestHasComeOfLateStepsRunSideBySide() throws InterruptedException {
        courtesy.request();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        CyclicBarrier all = new CyclicBarrier(WORKERS);
        AtomicInteger met = new AtomicInteger();
        work(() -> courtesy.step(() -> {
            try {
                all.await(1, TimeUnit.MINUTES);
                met.incrementAndGet();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }));
        assertEquals(WORKERS, met.get());
    }

    @Test
    void workFromItemToItemRestsTwelveTimesAsLongAsItWorked() {
        Courtesy.Pace pace = courtesy.new Pace();
        courtesy.request();
        items(pace, 9, Duration.ofNanos(100_000));
        assertEquals(List.of(Duration.ofMillis(6).toNanos()), List.copyOf(rests));
        items(pace, 1, Duration.ofMillis(50));
        assertEquals(Duration.ofMillis(20).toNanos(), List.copyOf(rests).getLast(), "the longest rest");
    }

    @Test
    void noWorkRestsWhenNoRequestHasComeOfLate() {
        Courtesy.Pace pace = courtesy.new Pace();
        courtesy.request();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        items(pace, 100, Duration.ofMillis(1));
        courtesy.step(() -> now.addAndGet(Duration.ofMillis(1).toNanos()));
        assertEquals(List.of(), List.copyOf(rests));
    }

    private void items(Courtesy.Pace pace, int count, Duration each) {
        for (int i = 0; i < count; i++) {
            now.addAndGet(each.toNanos());
            pace.item();
        }
    }

    private static void work(Runnable work) throws InterruptedException {
        List<Thread> threads = IntStream.range(0, WORKERS)
                .mapToObj(i -> Thread.ofPlatform().start(work))
                .toList();
        for (Thread thread : threads) {
            assertTrue(thread.join(Duration.ofMinutes(2)));
        }
    }
}
