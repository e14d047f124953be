package dev.penstock.local.dax;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/**
 * CPU nanoseconds of this JVM's lasting threads: the server's virtual threads run on ForkJoinPool carriers, all others are
 * the client's, but for the readers, which measure themselves.
 */
record CpuTime(long server, long client) {
    static CpuTime now() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long server = 0;
        long client = 0;
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo info = threads.getThreadInfo(id);
            long cpu = info == null ? -1 : threads.getThreadCpuTime(id);
            if (cpu > 0 && info.getThreadName().startsWith("ForkJoinPool")) {
                server += cpu;
            } else if (cpu > 0 && !info.getThreadName().startsWith(ReadLoad.THREADS)) {
                client += cpu;
            }
        }
        return new CpuTime(server, client);
    }

    CpuTime minus(CpuTime before) {
        return new CpuTime(server - before.server, client - before.client);
    }
}
