package dev.penstock.local.regions;

import dev.penstock.local.gateway.AwsError;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Writes to strongly consistent tables that are not in all connected regions yet. While one is under way, another
 * region's write of the same item is refused and strongly consistent reads of it wait. Threadsafe.
 */
final class InFlight {
    private static final long LIMIT_SECONDS = 30;

    private final Map<Item, Set<Write>> writes = new HashMap<>();

    /** An item of a table, whichever region it is in. */
    record Item(String table, String partition, String sort) {}

    /** Until it is closed, the write is under way. */
    final class Write implements AutoCloseable {
        private final String region;
        private final Collection<Item> items;
        private final CountDownLatch done = new CountDownLatch(1);

        private Write(String region, Collection<Item> items) {
            this.region = region;
            this.items = items;
        }

        @Override
        public void close() {
            synchronized (writes) {
                for (Item item : items) {
                    writes.computeIfPresent(item, (same, all) -> all.remove(this) && all.isEmpty() ? null : all);
                }
            }
            done.countDown();
        }
    }

    /** @throws AwsError ReplicatedWriteConflictException when another region is writing one of the items */
    Write begin(String region, Collection<Item> items) {
        Write write = new Write(region, Set.copyOf(items));
        synchronized (writes) {
            boolean conflicts = write.items.stream()
                    .anyMatch(item -> writes.getOrDefault(item, Set.of()).stream()
                            .anyMatch(other -> !other.region.equals(region)));
            if (conflicts) {
                throw new AwsError(
                        400,
                        "ReplicatedWriteConflictException",
                        "The request was rejected because one or more items in the request are being modified by a request"
                                + " in another Region.");
            }
            write.items.forEach(item ->
                    writes.computeIfAbsent(item, same -> new HashSet<>()).add(write));
        }
        return write;
    }

    /** Returns when all writes of these items that were under way at the call are done. */
    void await(Predicate<Item> concerned) {
        List<Write> before;
        synchronized (writes) {
            before = writes.entrySet().stream()
                    .filter(entry -> concerned.test(entry.getKey()))
                    .flatMap(entry -> entry.getValue().stream())
                    .toList();
        }
        try {
            for (Write write : before) {
                if (!write.done.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new AwsError(500, "InternalServerError", "a write of the item is not coming to an end");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a write", e);
        }
    }
}
