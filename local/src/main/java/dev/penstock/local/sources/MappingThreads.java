package dev.penstock.local.sources;

import dev.penstock.local.clock.Listening;
import dev.penstock.local.streams.ShardReader;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs a mapping on virtual threads: one that reads, one for each lane. They wait until records were written, the
 * clock was moved, or a step of theirs is due.
 */
final class MappingThreads implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MappingThreads.class.getName());

    /** Looks again after this time even if nothing was heard. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private static final int FAILED = -1;

    private final Mapping mapping;
    private final Ports ports;
    private final Signal toReader = new Signal();
    private final Signal toLanes = new Signal();
    private final Map<Lane, Thread> lanes = new LinkedHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Listening onRecords;
    private final Listening onAdvance;
    private volatile boolean stopping;

    MappingThreads(Mapping mapping, Ports ports) {
        this.mapping = mapping;
        this.ports = ports;
        ShardReader reader = ports.reader();
        this.onRecords = reader.onRecords(mapping.settings().streamArn(), toReader::raise);
        this.onAdvance = ports.clock().onAdvance(() -> {
            toReader.raise();
            toLanes.raise();
        });
        start("reader of ", this::read);
    }

    private Thread start(String role, Runnable work) {
        Thread thread = Thread.ofVirtual()
                .name(role + mapping.settings().functionName())
                .unstarted(work);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void read() {
        try {
            while (!stopping) {
                long seen = toReader.count();
                int work = step(mapping::doWork);
                for (Lane lane : mapping.lanes()) {
                    lanes.computeIfAbsent(lane, each -> start("lane of ", () -> run(each)));
                }
                lanes.keySet().retainAll(mapping.lanes());
                if (work > 0) {
                    toLanes.raise();
                } else {
                    // An empty page tells the lanes how far all has been read, which may close a window.
                    toReader.await(seen, LONGEST_WAIT);
                    if (mapping.settings().tumblingWindowInSeconds() > 0) {
                        toLanes.raise();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private void run(Lane lane) {
        try {
            while (!stopping && !lane.isRetired()) {
                pause(lane.pause());
                long seen = toLanes.count();
                int work = stopping ? 0 : step(lane::doWork);
                if (work > 0) {
                    toReader.raise();
                } else {
                    toLanes.await(seen, work == FAILED ? LONGEST_WAIT : untilDue(lane));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private void pause(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0 && !stopping; left = end - System.nanoTime()) {
            toLanes.await(toLanes.count(), Duration.ofNanos(left));
        }
    }

    private Duration untilDue(Lane lane) {
        Instant now = ports.clock().instant();
        Duration wait = lane.due().map(due -> Duration.between(now, due)).orElse(LONGEST_WAIT);
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    /** A step that fails is logged and tried again: a mapping never dies. */
    private int step(Step step) throws InterruptedException {
        try {
            return step.doWork();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "mapping " + mapping.settings().uuid() + " goes on after", e);
            return FAILED;
        }
    }

    @FunctionalInterface
    private interface Step {
        int doWork() throws InterruptedException;
    }

    /** Lets invocations under way end, at most for this long, and starts no further one. */
    void stop(Duration atMost) throws InterruptedException {
        stopping = true;
        unsubscribe();
        toReader.raise();
        toLanes.raise();
        long end = System.nanoTime() + atMost.toNanos();
        for (Thread thread : threads) {
            long left = end - System.nanoTime();
            if (left <= 0 || !thread.join(Duration.ofNanos(left))) {
                thread.interrupt();
            }
        }
    }

    /** Stops at once: what is under way is repeated when the mapping runs again. */
    @Override
    public void close() {
        stopping = true;
        unsubscribe();
        threads.forEach(Thread::interrupt);
    }

    private void unsubscribe() {
        onRecords.close();
        onAdvance.close();
    }
}
