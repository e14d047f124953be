package dev.penstock.local.sources;

import dev.penstock.local.streams.ShardReader;
import dev.penstock.local.streams.StreamDirectory;
import java.time.InstantSource;

/** One stream in memory, for tests of other packages. */
public final class TestStreams {
    public static final String ARN = MemoryStream.ARN;

    private final MemoryStream stream;

    public TestStreams(InstantSource clock) {
        stream = new MemoryStream(clock);
    }

    public ShardReader reader() {
        return stream;
    }

    public StreamDirectory directory() {
        return stream;
    }

    public void insert(String id) {
        stream.insert(id);
    }
}
