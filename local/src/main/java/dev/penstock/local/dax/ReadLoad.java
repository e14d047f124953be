package dev.penstock.local.dax;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Runs reads on some threads and measures each. */
final class ReadLoad {
    /**
     * What was measured.
     *
     * @param perSecond reads per second of all threads together
     * @param p50 median, in microseconds
     * @param p99 99th percentile, in microseconds
     * @param cpuNanos CPU time of the reading threads
     */
    record Result(int reads, double perSecond, double p50, double p99, long cpuNanos) {}

    /** How the names of reading threads begin. */
    static final String THREADS = "bench-reader-";

    private ReadLoad() {}

    /** @param read gets the number of the read, 0 to reads - 1, each once */
    static Result run(int threads, int reads, IntConsumer read) throws InterruptedException {
        int each = reads / threads;
        long[][] nanos = new long[threads][each];
        long cpu = 0;
        long start = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name(THREADS, 0).factory())) {
            List<Future<Long>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                running.add(pool.submit(() -> measure(nanos[thread], thread * each, read)));
            }
            for (Future<Long> one : running) {
                cpu += one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a read failed: " + e.getCause(), e);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] all = Arrays.stream(nanos).flatMapToLong(Arrays::stream).sorted().toArray();
        return new Result(all.length, all.length / seconds, at(all, 0.50), at(all, 0.99), cpu);
    }

    private static long measure(long[] nanos, int first, IntConsumer read) {
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            read.accept(first + i);
            nanos[i] = System.nanoTime() - start;
        }
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
    }

    private static double at(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) (quantile * (sorted.length - 1))] / 1000.0;
    }
}
