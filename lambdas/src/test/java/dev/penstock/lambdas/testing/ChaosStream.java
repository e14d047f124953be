package dev.penstock.lambdas.testing;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A stream whose shards are split and merged in generations, read as badly as an event source mapping may: batches of
 * any size, delivered again whole or in part, discarded and redriven late. A child is read when all parents are drained.
 */
public final class ChaosStream {
    private final Random random;
    private final List<Shard> shards = new ArrayList<>();
    private final List<List<DynamodbStreamRecord>> discarded = new ArrayList<>();
    private int firstCurrent;

    /** The consumer of the stream. */
    @FunctionalInterface
    public interface Consumer {
        /** Answers the sequence number from which to deliver again, the first one when the function died. */
        Optional<String> invoke(String shard, List<DynamodbStreamRecord> batch);
    }

    public ChaosStream(Random random, int count) {
        this.random = random;
        reshard(count);
    }

    public void reshard(int count) {
        firstCurrent = shards.size();
        for (int i = 0; i < count; i++) {
            shards.add(new Shard("shardId-%08d".formatted(shards.size())));
        }
    }

    public void append(DynamodbStreamRecord record) {
        int lanes = shards.size() - firstCurrent;
        int hash = Math.floorMod(record.getDynamodb().getKeys().hashCode(), lanes);
        shards.get(firstCurrent + hash).records.add(record);
    }

    public boolean hasMore() {
        return !open().isEmpty();
    }

    /**
     * Delivers a batch of at most so many records.
     *
     * @param calm everything goes well on the mapping's side: no checkpoint is lost
     * @param misreports the mapping is told that everything went well
     */
    public void deliver(int most, boolean calm, boolean misreports, Consumer consumer) {
        List<Shard> open = open();
        Shard shard = open.get(random.nextInt(open.size()));
        List<DynamodbStreamRecord> batch = shard.batch(1 + random.nextInt(most));
        Optional<String> failed = consumer.invoke(shard.id, batch);
        if (failed.isPresent() && !misreports) {
            for (int i = 0; i < batch.size(); i++) {
                if (batch.get(i).getDynamodb().getSequenceNumber().equals(failed.get())) {
                    shard.advance(batch, i);
                    return;
                }
            }
        } else if (calm || random.nextInt(7) != 0) {
            shard.advance(batch, batch.size());
        }
    }

    /** A batch that was dealt with long ago comes again. */
    public void again(Consumer consumer) {
        Shard shard = shards.get(random.nextInt(shards.size()));
        if (shard.checkpoint > shard.trimmed) {
            int from = shard.trimmed + random.nextInt(shard.checkpoint - shard.trimmed);
            int to = Math.min(shard.checkpoint, from + 1 + random.nextInt(10));
            consumer.invoke(shard.id, List.copyOf(shard.records.subList(from, to)));
        }
    }

    /** Records that were written before then, and read, are not in the stream any more. */
    public void trim(Instant before) {
        for (Shard shard : shards) {
            while (shard.trimmed < shard.checkpoint
                    && shard.writtenAt(shard.trimmed).isBefore(before)) {
                shard.trimmed++;
            }
        }
    }

    /** The mapping gives up on a batch. */
    public void discard() {
        List<Shard> open = open();
        Shard shard = open.get(random.nextInt(open.size()));
        List<DynamodbStreamRecord> batch = shard.batch(1 + random.nextInt(5));
        discarded.add(batch);
        shard.advance(batch, batch.size());
    }

    public boolean hasDiscarded() {
        return !discarded.isEmpty();
    }

    /** A discarded batch comes again, after whatever was delivered meanwhile. */
    public void redrive(Consumer consumer) {
        List<DynamodbStreamRecord> batch = discarded.remove(random.nextInt(discarded.size()));
        if (consumer.invoke(shards.getFirst().id, batch).isPresent()) {
            discarded.add(batch);
        }
    }

    private List<Shard> open() {
        List<Shard> parents = shards.subList(0, firstCurrent);
        List<Shard> waiting = parents.stream().filter(Shard::isOpen).toList();
        if (!waiting.isEmpty()) {
            return List.of(waiting.getFirst());
        }
        return shards.subList(firstCurrent, shards.size()).stream()
                .filter(Shard::isOpen)
                .toList();
    }

    /** A shard, or one lane of it where the parallelization factor is above 1: order holds within. */
    private static final class Shard {
        private final String id;
        private final List<DynamodbStreamRecord> records = new ArrayList<>();
        private int checkpoint;
        private int trimmed;

        private Shard(String id) {
            this.id = id;
        }

        private boolean isOpen() {
            return checkpoint < records.size();
        }

        private Instant writtenAt(int index) {
            return records.get(index)
                    .getDynamodb()
                    .getApproximateCreationDateTime()
                    .toInstant();
        }

        private List<DynamodbStreamRecord> batch(int size) {
            return List.copyOf(records.subList(checkpoint, Math.min(records.size(), checkpoint + size)));
        }

        /** Another invocation may have been further already. */
        private void advance(List<DynamodbStreamRecord> batch, int done) {
            int start = records.indexOf(batch.getFirst());
            checkpoint = Math.max(checkpoint, start + done);
        }
    }
}
