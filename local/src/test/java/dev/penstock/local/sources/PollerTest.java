package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class PollerTest {
    private final MemoryStream stream = new MemoryStream(() -> MemoryStream.second(0));

    private Poller poller(BigInteger position) {
        return new Poller(stream, MemoryStream.ARN, "shard-0", position);
    }

    @Test
    void eachPageFollowsTheOneBefore() {
        var records = List.of(stream.insert("a"), stream.insert("b"), stream.insert("c"));
        Poller poller = poller(BigInteger.ZERO);
        assertEquals(records.subList(0, 2), poller.poll(2));
        assertEquals(records.subList(2, 3), poller.poll(2));
        assertEquals(List.of(), poller.poll(2));
        assertEquals(records.get(2).sequenceNumber(), poller.position());
    }

    @Test
    void itBeginsAfterItsPosition() {
        BigInteger first = stream.insert("a").sequenceNumber();
        var second = stream.insert("b");
        assertEquals(List.of(second), poller(first).poll(10));
    }

    @Test
    void aClosedShardIsDrainedOnlyWithItsLastRecord() {
        stream.insert("a");
        stream.insert("b");
        stream.split();
        Poller poller = poller(BigInteger.ZERO);
        poller.poll(1);
        assertFalse(poller.isDrained());
        poller.poll(1);
        assertTrue(poller.isDrained());
        assertEquals(List.of(), poller.poll(1));
    }

    @Test
    void trimmedRecordsAreSkipped() {
        BigInteger first = stream.insert("a").sequenceNumber();
        stream.insert("b");
        var third = stream.insert("c");
        stream.trimBefore(third.sequenceNumber());
        assertEquals(List.of(third), poller(first).poll(10));
    }
}
