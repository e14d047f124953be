package dev.penstock.local.sources;

import dev.penstock.local.streams.ShardReader;
import java.math.BigInteger;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;

/**
 * StartingPosition: where a new mapping begins to read. It matters only for the shards there are when the mapping is
 * made; their children are read from their beginning.
 *
 * @param latest the greatest sequence number of the region when the mapping was made
 */
record StartingPosition(EventSourcePosition position, BigInteger latest) {
    /** The checkpoint of a shard that has none yet. */
    Checkpoint of(ShardReader.Shard shard) {
        if (position != EventSourcePosition.LATEST || shard.startingSequence().compareTo(latest) > 0) {
            return Checkpoint.START;
        }
        boolean over = shard.endingSequence() != null && shard.endingSequence().compareTo(latest) <= 0;
        return new Checkpoint(latest, over, null);
    }
}
