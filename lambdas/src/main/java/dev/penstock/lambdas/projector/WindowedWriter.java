package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.diversion.Batch;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.Shares;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.ItemChange;
import dev.penstock.lambdas.stream.StreamRecords;
import dev.penstock.lambdas.tables.Failures;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Windowed aggregates: per group and shard one row with one watermark, the last sequence number that it has counted.
 * One update per group and batch; whatever is delivered again is at or below the watermark and falls out.
 */
final class WindowedWriter {
    private static final Comparator<ItemChange> IN_ORDER =
            Comparator.comparing(change -> Guard.padded(change.sequenceNumber()));

    private final List<Aggregate> aggregates;
    private final WatermarkedRow row;
    private final Holes holes;
    private final InParallel parallel;
    private final Telemetry telemetry;

    WindowedWriter(
            Catalog catalog,
            Table source,
            DynamoDbClient client,
            TableNames names,
            InParallel parallel,
            Telemetry telemetry) {
        this.aggregates = catalog.aggregatesOf(source.name()).stream()
                .filter(aggregate -> aggregate.mode() == Aggregate.Mode.WINDOWED)
                .toList();
        this.row = new WatermarkedRow(client, names);
        this.holes = new Holes(client, names, source.name(), Holes.MOST);
        this.parallel = parallel;
        this.telemetry = telemetry;
    }

    /** Lane of a shard: its id alone is not enough, because a new stream of the table may use it again. */
    static String lane(String label, String shardId) {
        return label + "/" + shardId;
    }

    /**
     * Counts the batch's inserts; what can't be counted now is marked failed in it.
     *
     * @throws IllegalStateException when there are too many holes: the mapping must stop until they are filled
     */
    void apply(String shardId, Batch batch) {
        if (aggregates.isEmpty()) {
            return;
        }
        for (StreamRecords.Place malformed : batch.malformed()) {
            String lane = lane(malformed.label(), shardId);
            aggregates.forEach(aggregate -> holes.open(aggregate, lane, malformed.sequenceNumber()));
        }
        Map<String, Boolean> noted = noted(shardId, batch);
        List<Work> works = new ArrayList<>();
        for (Aggregate aggregate : aggregates) {
            works.addAll(works(aggregate, shardId, batch, noted));
        }
        parallel.run(works.stream().<Runnable>map(work -> () -> count(work)).toList());
        works.forEach(work -> settle(work, batch));
        if (works.stream().anyMatch(work -> work.met)) {
            divertMet(works, noted(shardId, batch), batch);
        }
    }

    /**
     * A watermark was past some records that had no hole when this began. They are counted, or another invocation has opened
     * holes for them meanwhile, with that watermark, and may have died before it diverted them: this one's answer would be the
     * last that is heard of them.
     */
    private static void divertMet(List<Work> works, Map<String, Boolean> noted, Batch batch) {
        for (Work work : works) {
            for (ItemChange change : work.changes) {
                if (work.met && Boolean.FALSE.equals(noted.get(Holes.mark(work.aggregate, change.sequenceNumber())))) {
                    batch.divert(change, work.aggregate.tableName() + ": was passed over meanwhile; redrive it");
                }
            }
        }
    }

    /** Holes among the batch's records: what has one is counted by a redrive alone. */
    private Map<String, Boolean> noted(String shardId, Batch batch) {
        Map<String, Boolean> noted = new HashMap<>();
        Map<String, List<ItemChange>> byLane = new TreeMap<>();
        batch.changes()
                .forEach(change -> byLane.computeIfAbsent(lane(change.label(), shardId), ignored -> new ArrayList<>())
                        .add(change));
        byLane.forEach((lane, changes) -> {
            noted.putAll(holes.noted(
                    lane,
                    Collections.min(changes, IN_ORDER).sequenceNumber(),
                    Collections.max(changes, IN_ORDER).sequenceNumber()));
        });
        return noted;
    }

    /**
     * Counts records that a watermark has passed over, each once; the others were counted or will be. A filled hole is
     * a row of its own among the lanes of its group.
     *
     * @param discarded Lambda gave up on them: of a record without a hole, nothing tells whether it was counted then, so
     *     it is marked failed. A record that was diverted without a hole has been counted, and was diverted for a view
     */
    void fill(Batch batch, boolean discarded) {
        for (Aggregate aggregate : aggregates) {
            for (ItemChange change : batch.changes()) {
                Map<String, Value> item = change.newImage();
                if (change.kind() == ItemChange.Kind.INSERT && item != null) {
                    fill(aggregate, change, item, batch, discarded);
                }
            }
        }
    }

    private void fill(Aggregate aggregate, ItemChange change, Map<String, Value> item, Batch batch, boolean discarded) {
        try {
            Map<String, Map<String, BigDecimal>> shares = Shares.of(aggregate, item);
            Map<String, Boolean> lanes = holes.lanes(aggregate, change.label(), change.sequenceNumber());
            if (lanes.isEmpty() && discarded && !shares.isEmpty()) {
                telemetry.warn(
                        "given up on by Lambda; it can't be told whether it was counted",
                        Map.of("aggregate", aggregate.tableName(), "eventId", change.eventId()));
                batch.failed(change.sequenceNumber());
            }
            for (String lane : lanes.keySet()) {
                if (Boolean.TRUE.equals(lanes.get(lane))) {
                    continue;
                }
                List<TransactWriteItem> additions = shares.entrySet().stream()
                        .map(share -> row.filled(
                                aggregate,
                                share.getKey(),
                                "filled/" + lane + "/" + Guard.padded(change.sequenceNumber()),
                                share.getValue(),
                                change.time()))
                        .toList();
                holes.fill(
                        aggregate, lane, change.sequenceNumber(), change.time().plus(Transaction.TOMBSTONE), additions);
            }
        } catch (PoisonException still) {
            batch.divert(change, aggregate.tableName() + ": " + still.getMessage());
        } catch (SdkException failure) {
            batch.failed(change.sequenceNumber());
        }
    }

    private void count(Work work) {
        try {
            work.met = !row.count(work.aggregate, work.group, work.lane, work.shares, work.newest);
        } catch (RuntimeException failure) {
            work.failure = failure;
        }
    }

    private void settle(Work work, Batch batch) {
        RuntimeException failure = work.failure;
        if (failure instanceof SdkException answered && Failures.isPermanent(answered)) {
            String reason = String.valueOf(failure.getMessage());
            work.changes.stream()
                    .sorted(IN_ORDER)
                    .forEach(change -> passOver(
                            work.aggregate,
                            work.lane,
                            change,
                            reason,
                            batch,
                            row.passed(work.aggregate, work.group, work.lane, change)));
        } else if (failure != null) {
            telemetry.warn("not counted now", Map.of("error", String.valueOf(failure)));
            work.changes.forEach(change -> batch.failed(change.sequenceNumber()));
        }
    }

    private List<Work> works(Aggregate aggregate, String shardId, Batch batch, Map<String, Boolean> noted) {
        Map<String, Work> byGroup = new TreeMap<>();
        for (ItemChange change : batch.changes()) {
            String lane = lane(change.label(), shardId);
            Map<String, Value> item = change.newImage();
            if (change.kind() != ItemChange.Kind.INSERT || item == null) {
                if (!change.expired()) {
                    telemetry.count(Map.of(Metric.NotAppendOnly, 1));
                    batch.divert(
                            change,
                            aggregate.tableName() + ": " + change.kind() + " by a user of an item of an"
                                    + " append-only table");
                }
                continue;
            }
            try {
                var shares = Shares.of(aggregate, item);
                Boolean filled = noted.get(Holes.mark(aggregate, change.sequenceNumber()));
                if (filled != null) {
                    if (!filled) {
                        // Whoever opened the hole may have died before it diverted the record.
                        batch.divert(change, aggregate.tableName() + ": was passed over; redrive it");
                    }
                    continue;
                }
                shares.forEach(
                        (group, share) -> byGroup.computeIfAbsent(group, ignored -> new Work(aggregate, group, lane))
                                .add(change, share));
            } catch (PoisonException poison) {
                passOver(aggregate, lane, change, aggregate.tableName() + ": " + poison.getMessage(), batch);
            }
        }
        return List.copyOf(byGroup.values());
    }

    /** First the hole, then the diversion, and only then may the watermark pass. */
    private void passOver(
            Aggregate aggregate,
            String lane,
            ItemChange change,
            String reason,
            Batch batch,
            TransactWriteItem... passing) {
        holes.open(aggregate, lane, change.sequenceNumber(), passing);
        batch.divert(change, reason);
    }

    /** What one group gets from a batch. */
    private static final class Work {
        private final Aggregate aggregate;
        private final String group;
        private final String lane;
        private final List<ItemChange> changes = new ArrayList<>();
        private final TreeMap<String, Map<String, BigDecimal>> shares = new TreeMap<>();
        private Instant newest = Instant.MIN;
        /** A watermark that was past some of them. */
        private volatile boolean met;

        private volatile @Nullable RuntimeException failure;

        private Work(Aggregate aggregate, String group, String lane) {
            this.aggregate = aggregate;
            this.group = group;
            this.lane = lane;
        }

        private void add(ItemChange change, Map<String, BigDecimal> share) {
            changes.add(change);
            newest = change.time().isAfter(newest) ? change.time() : newest;
            shares.put(Guard.padded(change.sequenceNumber()), share);
        }
    }
}
