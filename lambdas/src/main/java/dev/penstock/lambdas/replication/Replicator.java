package dev.penstock.lambdas.replication;

import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.diversion.Batch;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.ItemChange;
import dev.penstock.lambdas.tables.Failures;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Applies changes of one source to the target of a replication. Threadsafe.
 *
 * <p>A row says which write it comes from, so a change that comes again, late or out of order changes nothing, and what
 * several changes of one item within a batch come to is its last one. A write that came into the source by another
 * replication keeps the version of the place where it was made, and is not sent back there: a ring of replications ends.
 */
final class Replicator {
    private static final Comparator<ItemChange> STREAM_ORDER =
            Comparator.comparing(ItemChange::label).thenComparing(change -> Guard.padded(change.sequenceNumber()));

    private final CopyWriter writer;
    private final String target;
    private final InParallel parallel;
    private final Telemetry telemetry;

    /** @param target {@code REGION/ACCOUNT/TABLE} of the target, for the loop guard */
    Replicator(CopyWriter writer, String target, InParallel parallel, Telemetry telemetry) {
        this.writer = writer;
        this.target = target;
        this.parallel = parallel;
        this.telemetry = telemetry;
    }

    /** Applies a batch; what can't be applied now is marked failed in it. */
    void apply(Batch batch) {
        Map<Map<String, Value>, List<ItemChange>> byItem = new LinkedHashMap<>();
        batch.changes()
                .forEach(change -> byItem.computeIfAbsent(change.key(), key -> new ArrayList<>())
                        .add(change));
        AtomicInteger applied = new AtomicInteger();
        Queue<Runnable> unwritten = new ConcurrentLinkedQueue<>();
        List<Runnable> writes = new ArrayList<>();
        for (List<ItemChange> changes : byItem.values()) {
            changes.sort(STREAM_ORDER);
            writes.add(() -> apply(changes, batch, applied, unwritten));
        }
        parallel.run(writes);
        unwritten.forEach(Runnable::run);
        telemetry.count(Map.of(Metric.Applied, applied.get()));
    }

    private void apply(List<ItemChange> changes, Batch batch, AtomicInteger applied, Queue<Runnable> unwritten) {
        ItemChange last = changes.getLast();
        try {
            Optional<Version> version = version(last);
            if (version.isPresent()
                    && !version.get().origin().equals(target)
                    && writer.write(last.key(), last.newImage(), version.get(), last.time())) {
                applied.incrementAndGet();
            }
        } catch (PoisonException poison) {
            unwritten.add(() -> batch.divert(last, String.valueOf(poison.getMessage())));
        } catch (SdkException failure) {
            unwritten.add(() -> {
                if (Failures.isPermanent(failure)) {
                    batch.divert(last, String.valueOf(failure.getMessage()));
                } else {
                    changes.forEach(change -> batch.failed(change.sequenceNumber()));
                }
            });
        } catch (IllegalStateException contended) {
            unwritten.add(() -> changes.forEach(change -> batch.failed(change.sequenceNumber())));
        }
    }

    /** Of the write that a change shows; none of a tombstone that TTL swept. */
    private static Optional<Version> version(ItemChange change) {
        Map<String, Value> before = change.oldImage();
        Version carried = Version.in(change.newImage());
        if (carried != null && !carried.equals(Version.in(before))) {
            return Optional.of(carried);
        }
        boolean swept = change.newImage() == null && before != null && before.containsKey(Replication.REMOVED);
        return swept ? Optional.empty() : Optional.of(Version.of(change));
    }
}
