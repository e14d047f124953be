package dev.penstock.local.events;

import dev.penstock.local.clock.Listening;
import dev.penstock.local.clock.MovableClock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs what is due on the runtime's clock: once a second, and at once when the clock is moved. A cron schedule that became
 * due several times since it was last looked at runs as often, up to 1,000 times: each of its moments means something. A
 * rate runs once, for the last of them: after a jump of a week, nobody waits for what every quarter of an hour would have
 * done. Threadsafe.
 */
public final class Scheduled implements AutoCloseable {
    private static final int MOST_AT_ONCE = 1000;

    private final MovableClock clock;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("penstock-schedules").factory());
    private final Listening listening;

    private record Entry(Schedule schedule, Instant start, Instant done, Consumer<Instant> action) {}

    public Scheduled(MovableClock clock) {
        this.clock = clock;
        this.listening = clock.onAdvance(this::doWork);
        var _ = timer.scheduleWithFixedDelay(this::doWork, 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Adds a schedule, or replaces the one of this id.
     *
     * @param action gets the time it was due
     */
    public void put(String id, Schedule schedule, Consumer<Instant> action) {
        Instant now = clock.instant();
        entries.put(id, new Entry(schedule, now, now, action));
    }

    /** Forgets a schedule. */
    public void remove(String id) {
        entries.remove(id);
    }

    /** Runs what is due; returns how many runs there were. */
    public synchronized int doWork() {
        Instant now = clock.instant();
        int runs = 0;
        for (String id : entries.keySet()) {
            runs += run(id, now);
        }
        return runs;
    }

    private int run(String id, Instant now) {
        int runs = 0;
        while (runs < MOST_AT_ONCE) {
            Entry entry = entries.get(id);
            Instant due = entry == null
                    ? null
                    : entry.schedule().next(entry.done(), entry.start()).orElse(null);
            if (entry == null || due == null || due.isAfter(now)) {
                return runs;
            }
            Instant done = entry.schedule() instanceof Schedule.Rate rate ? rate.last(due, now) : due;
            entries.replace(id, entry, new Entry(entry.schedule(), entry.start(), done, entry.action()));
            try {
                entry.action().accept(done);
            } catch (RuntimeException failed) {
                System.getLogger(Scheduled.class.getName())
                        .log(System.Logger.Level.WARNING, "schedule " + id + " failed", failed);
            }
            runs++;
        }
        return runs;
    }

    @Override
    public void close() {
        listening.close();
        timer.shutdownNow();
    }
}
