package dev.penstock.local.streams;

import dev.penstock.local.clock.Listening;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the change streams of one region, as the Streams API and the event source mappings see them. The journal is
 * behind it; nothing here blocks for new records: {@link #onRecords} wakes a reader instead.
 */
public interface ShardReader {

    /** All shards of a stream that can still hold records, parents before children. Empty if there is no such stream. */
    List<Shard> shards(String streamArn);

    /**
     * Records of a shard in order, from the first whose sequence number is greater than {@code after}.
     *
     * @param after exclusive lower bound; {@link BigInteger#ZERO} reads from the trim horizon
     * @param limit at most this many records, 1 to 10,000
     * @throws IllegalArgumentException when the shard does not exist
     */
    Page read(String streamArn, String shardId, BigInteger after, int limit);

    /** The greatest sequence number given out so far in this region; a reader at LATEST starts after it. */
    BigInteger latest();

    /** The greatest sequence number that a change committed before this time can have. */
    BigInteger before(Instant time);

    /** Calls {@code listener} (briefly, on the writer's thread) after records were added to the stream. */
    Listening onRecords(String streamArn, Runnable listener);

    /**
     * @param adjacentParentShardId the second parent of a shard that two were merged into; the Streams API has no member
     *     for it
     * @param startingSequence the lowest number a record in it can have
     * @param endingSequence the highest, once the shard is closed
     */
    record Shard(
            String shardId,
            @Nullable String parentShardId,
            @Nullable String adjacentParentShardId,
            BigInteger startingSequence,
            @Nullable BigInteger endingSequence) {

        /** A shard with at most one parent. */
        public Shard(
                String shardId,
                @Nullable String parentShardId,
                BigInteger startingSequence,
                @Nullable BigInteger endingSequence) {
            this(shardId, parentShardId, null, startingSequence, endingSequence);
        }

        public boolean isClosed() {
            return endingSequence != null;
        }
    }

    /**
     * @param drained true when the shard is closed and no record follows these
     * @param trimmedBefore sequence numbers below this one are no longer there
     */
    record Page(List<StreamRecord> records, boolean drained, BigInteger trimmedBefore) {}
}
