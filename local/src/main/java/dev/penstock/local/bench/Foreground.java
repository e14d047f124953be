package dev.penstock.local.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads and writes at a steady pace, alone in turn with something in the background. */
final class Foreground {
    private static final int KEYS = 1_000;
    private static final double LIMIT = 1.3;
    private static final double NANOS = 1e9;

    private final DynamoDbClient client;
    private final String table;
    private final int pace;
    private final PrintWriter out;

    /** In nanoseconds. */
    private static final class Latencies {
        private final List<Long> reads = new ArrayList<>();
        private final List<Long> writes = new ArrayList<>();

        int count() {
            return reads.size() + writes.size();
        }

        static double p99(List<Long> all) {
            List<Long> sorted = new ArrayList<>(all);
            Collections.sort(sorted);
            return sorted.isEmpty() ? 0 : sorted.get((int) (sorted.size() * 0.99)) / 1e6;
        }
    }

    /** @param table holds at least 1,000 {@link Items} */
    Foreground(DynamoDbClient client, String table, int pace, PrintWriter out) {
        this.client = client;
        this.table = table;
        this.pace = pace;
        this.out = out;
    }

    void warm(int samples) {
        run(samples, new AtomicBoolean(), new Latencies());
    }

    /**
     * As many samples alone after each run of the work as there were beside it, so that both see the same machine.
     *
     * @param work is begun again until there are so many samples; each run is counted to its end
     */
    void during(String what, int samples, Runnable work) {
        Latencies alone = new Latencies();
        Latencies beside = new Latencies();
        int runs = 0;
        while (beside.count() < samples) {
            once(work, beside);
            run(beside.count() - alone.count(), new AtomicBoolean(), alone);
            runs++;
        }
        double reads = Latencies.p99(beside.reads) / Latencies.p99(alone.reads);
        double writes = Latencies.p99(beside.writes) / Latencies.p99(alone.writes);
        out.printf(
                "  during %d x %s, %,d samples: read p99 %.2f ms, write p99 %.2f ms; alone (%,d) %.2f and %.2f%n",
                runs,
                what,
                beside.count(),
                Latencies.p99(beside.reads),
                Latencies.p99(beside.writes),
                alone.count(),
                Latencies.p99(alone.reads),
                Latencies.p99(alone.writes));
        Bar.most("  p99 of reads during " + what + ", times that alone", reads, LIMIT)
                .print(out);
        Bar.most("  p99 of writes during " + what + ", times that alone", writes, LIMIT)
                .print(out);
        out.flush();
    }

    private void once(Runnable work, Latencies found) {
        var over = new AtomicBoolean();
        Thread background = Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } finally {
                over.set(true);
            }
        });
        run(Integer.MAX_VALUE, over, found);
        try {
            background.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Reads and writes in turn, each at its time; one that is late counts from when it was due. */
    private void run(int most, AtomicBoolean over, Latencies found) {
        long gap = (long) (NANOS / pace);
        long due = System.nanoTime();
        for (int i = 0; i < most && !over.get(); i++) {
            due += gap;
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            Map<String, AttributeValue> item = Items.item(i % KEYS);
            if (i % 2 == 0) {
                client.getItem(get -> get.tableName(table).key(Map.of("id", item.get("id"))));
                found.reads.add(System.nanoTime() - due);
            } else {
                client.putItem(put -> put.tableName(table).item(item));
                found.writes.add(System.nanoTime() - due);
            }
        }
    }
}
