package dev.penstock.local.bench;

import java.time.Duration;

/**
 * How fast items were taken.
 *
 * @param cpuMicros of the whole process for each item: says more than the clock on a busy machine
 */
record Rate(double perSecond, double cpuMicros) {

    static Rate of(int items, Runnable work) {
        long begin = System.nanoTime();
        Duration cpu = cpu();
        work.run();
        return new Rate(
                items * 1e9 / (System.nanoTime() - begin), cpu().minus(cpu).toNanos() / 1e3 / items);
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    double of(Rate other) {
        return perSecond / other.perSecond();
    }

    double ofCpu(Rate other) {
        return other.cpuMicros() / cpuMicros();
    }

    @Override
    public String toString() {
        return "%,.0f items/s (%.0f us of CPU each)".formatted(perSecond, cpuMicros);
    }
}
