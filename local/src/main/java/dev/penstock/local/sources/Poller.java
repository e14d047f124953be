package dev.penstock.local.sources;

import dev.penstock.local.streams.ShardReader;
import dev.penstock.local.streams.StreamRecord;
import java.math.BigInteger;
import java.util.List;

/** Reads one shard from a position on. For one thread, but for {@link #isAtEnd}. */
final class Poller {
    private static final System.Logger LOG = System.getLogger(Poller.class.getName());

    private final ShardReader reader;
    private final String streamArn;
    private final String shardId;
    private volatile BigInteger position;
    private boolean drained;
    /** The last page was full, so more was there. */
    private boolean hasUnread;

    /** @param position the sequence number of the last record that need not be read again; zero reads all */
    Poller(ShardReader reader, String streamArn, String shardId, BigInteger position) {
        this.reader = reader;
        this.streamArn = streamArn;
        this.shardId = shardId;
        this.position = position;
    }

    /** The next records, none if there are none now. */
    List<StreamRecord> poll(int limit) {
        if (drained) {
            return List.of();
        }
        ShardReader.Page page = reader.read(streamArn, shardId, position, limit);
        if (hasUnread && page.trimmedBefore().compareTo(position.add(BigInteger.ONE)) > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "records of " + shardId + " after " + position
                            + " may have grown older than 24 hours before they were read");
        }
        hasUnread = page.records().size() == limit;
        if (!page.records().isEmpty()) {
            position = page.records().getLast().sequenceNumber();
        }
        drained = page.drained();
        return page.records();
    }

    /** Whether the shard is closed and all its records were read. */
    boolean isDrained() {
        return drained;
    }

    /** Whether nothing is there that was not read. */
    boolean isAtEnd() {
        return reader.read(streamArn, shardId, position, 1).records().isEmpty();
    }

    BigInteger position() {
        return position;
    }
}
