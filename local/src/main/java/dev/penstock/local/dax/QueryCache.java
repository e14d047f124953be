package dev.penstock.local.dax;

import dev.penstock.local.dax.AttributeLists.AttributeList;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query cache: whole results of Query and Scan by all their parameters. Writes never touch it: a result stays as it
 * was until its time is over ("DAX and DynamoDB consistency models", Amazon DynamoDB Developer Guide). Threadsafe.
 */
final class QueryCache {
    /** What an entry costs besides its content on a 64-bit JVM (MemoryTest). */
    private static final int OVERHEAD = 320;

    /** A result as it travels, and the attribute lists that its items refer to. */
    static final class Result {
        private final byte[] body;
        private final List<AttributeList> lists;

        Result(byte[] body, List<AttributeList> lists) {
            this.body = body;
            this.lists = lists;
        }

        byte[] body() {
            return body;
        }

        List<AttributeList> lists() {
            return lists;
        }
    }

    private final @Nullable ExpiringCache<ByteBuffer, Result> results;

    /** @param lifetime zero: nothing is cached */
    QueryCache(long maximumBytes, Duration lifetime, InstantSource clock, DaxMetrics metrics) {
        results = lifetime.isZero()
                ? null
                : new ExpiringCache<>(
                        maximumBytes,
                        lifetime,
                        clock,
                        (key, result) -> OVERHEAD + key.remaining() + result.body().length,
                        metrics);
    }

    @Nullable
    Result find(byte[] parameters) {
        return results == null ? null : results.find(ByteBuffer.wrap(parameters));
    }

    void put(byte[] parameters, Result result) {
        if (results != null) {
            results.put(ByteBuffer.wrap(parameters), result);
        }
    }

    void clear() {
        if (results != null) {
            results.clear();
        }
    }

    long size() {
        return results == null ? 0 : results.size();
    }
}
