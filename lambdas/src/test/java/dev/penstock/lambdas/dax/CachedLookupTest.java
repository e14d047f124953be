package dev.penstock.lambdas.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class CachedLookupTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T10:00:00Z"));
    private final AtomicInteger directReads = new AtomicInteger();
    private final Session session =
            new Session("s-1", "c-1", Instant.parse("2026-11-22T11:00:00Z"), "{\"cart\":[\"p-1\"]}");

    private Optional<Session> direct(String sessionId) {
        directReads.incrementAndGet();
        return Optional.of(session);
    }

    private CachedLookup withDaxDown() {
        return new CachedLookup(
                sessionId -> {
                    throw SdkClientException.create("no route");
                },
                this::direct,
                now::get);
    }

    @Test
    void readsThroughDaxAsLongAsItAnswers() {
        var lookup = new CachedLookup(sessionId -> Optional.of(session), this::direct, now::get);

        assertEquals(Optional.of(session), lookup.find("s-1"));
        assertEquals(0, directReads.get());
    }

    @Test
    void whenDaxIsDownOnlySoManyReadsASecondReachTheTable() {
        var lookup = withDaxDown();

        for (int i = 0; i < CachedLookup.DIRECT_READS_PER_SECOND; i++) {
            assertEquals(Optional.of(session), lookup.find("s-1"));
        }
        assertThrows(CachedLookup.UnavailableException.class, () -> lookup.find("s-1"));
        assertEquals(CachedLookup.DIRECT_READS_PER_SECOND, directReads.get());
    }

    @Test
    void theNextSecondHasReadsOfItsOwn() {
        var lookup = withDaxDown();
        for (int i = 0; i < CachedLookup.DIRECT_READS_PER_SECOND; i++) {
            lookup.find("s-1");
        }
        now.updateAndGet(instant -> instant.plus(Duration.ofSeconds(1)));

        assertEquals(Optional.of(session), lookup.find("s-1"));
    }

    @Test
    void aSessionIsWrittenAsJsonThatKeepsItsData() {
        assertEquals(
                "{\"sessionId\":\"s-1\",\"customerId\":\"c-1\",\"expiresAt\":1795345200,"
                        + "\"data\":\"{\\\"cart\\\":[\\\"p-1\\\"]}\"}",
                Json.of(session));
    }
}
