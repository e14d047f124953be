package dev.penstock.local.sources;

import dev.penstock.local.streams.StreamRecord;
import java.math.BigInteger;
import java.time.Instant;

/**
 * A change on its way to a function.
 *
 * @param json the record as it stands in the event's {@code Records}
 * @param polled when it was read from its shard
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record EventRecord(StreamRecord change, byte[] json, Instant polled) {
    BigInteger sequenceNumber() {
        return change.sequenceNumber();
    }

    Instant committed() {
        return change.committed();
    }
}
