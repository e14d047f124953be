package dev.penstock.local.runtime;

import dev.penstock.local.clock.Listening;
import dev.penstock.local.clock.MovableClock;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Calls what works in steps, once a second and whenever the clock was moved, on one thread. */
final class Ticker implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Ticker.class.getName());

    private final List<Runnable> steps = new CopyOnWriteArrayList<>();
    /** A clock that is moved while this closes finds it deaf, not failing. */
    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("penstock-ticker").factory(), new ThreadPoolExecutor.DiscardPolicy());

    private final Listening listening;

    Ticker(MovableClock clock) {
        listening = clock.onAdvance(() -> thread.execute(this::tick));
        var _ = thread.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    void add(Runnable step) {
        steps.add(step);
    }

    private void tick() {
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a periodic step failed; it is tried again in a second", e);
            }
        }
    }

    @Override
    public void close() {
        listening.close();
        thread.shutdownNow();
    }
}
