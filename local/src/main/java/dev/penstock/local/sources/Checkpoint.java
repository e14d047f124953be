package dev.penstock.local.sources;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * How far a mapping came in a shard.
 *
 * @param sequenceNumber all records up to this one are done; zero before the first
 * @param isShardDone the shard is closed and all its records are done, so its children may be read
 * @param window the tumbling window that is open, with its state
 */
public record Checkpoint(BigInteger sequenceNumber, boolean isShardDone, TumblingWindow.@Nullable Open window) {
    static final Checkpoint START = new Checkpoint(BigInteger.ZERO, false, null);
}
