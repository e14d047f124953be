package dev.penstock.local.expiry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.clock.Listening;
import dev.penstock.local.clock.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ExpirySweeperTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long NOW = START.getEpochSecond();

    private final MovableClock clock = new MovableClock(() -> START);
    private final ExpirySweeper sweeper = new ExpirySweeper(clock, Duration.ofMinutes(10));
    private final Sessions sessions = new Sessions();

    @Test
    void deletesOnlyAfterTheDelay() {
        sessions.put("a", AttributeValue.fromN(Long.toString(NOW + 60)));
        sweeper.add("Sessions", sessions);
        clock.advance(Duration.ofMinutes(1 + 10));
        assertEquals(0, sweeper.doWork(), "expired, but within the delay");
        assertEquals(Set.of("a"), sessions.items.keySet());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(1, sweeper.doWork());
        assertEquals(Set.of(), sessions.items.keySet());
    }

    @Test
    void ignoresWhatIsNoNumberOrMoreThanFiveYearsOld() {
        sweeper.add("Sessions", sessions);
        sessions.put("text", AttributeValue.fromS(Long.toString(NOW - 1_000)));
        sessions.put("absent", null);
        sessions.put(
                "ancient",
                AttributeValue.fromN(
                        Long.toString(NOW - Duration.ofDays(6 * 365).toSeconds())));
        sessions.put("milliseconds", AttributeValue.fromN(Long.toString(START.toEpochMilli())));
        sessions.put("negative", AttributeValue.fromN("-5"));
        sessions.put("huge", AttributeValue.fromN("1e100"));
        sessions.put("fraction", AttributeValue.fromN(NOW - 1_000 + ".5"));
        assertEquals(1, sweeper.doWork());
        assertEquals(Set.of("text", "absent", "ancient", "milliseconds", "negative", "huge"), sessions.items.keySet());
    }

    @Test
    void anUpdatedExpiryCounts() {
        sweeper.add("Sessions", sessions);
        sessions.put("a", AttributeValue.fromN(Long.toString(NOW)));
        sessions.put("a", AttributeValue.fromN(Long.toString(NOW + 86_400)));
        clock.advance(Duration.ofHours(1));
        assertEquals(0, sweeper.doWork());
        clock.advance(Duration.ofDays(1));
        assertEquals(1, sweeper.doWork());
    }

    @Test
    void renewedBetweenLookAndDeleteStays() {
        sweeper.add("Sessions", sessions);
        sessions.put("a", AttributeValue.fromN(Long.toString(NOW - 1_000)));
        sessions.beforeDelete = () -> sessions.put("a", AttributeValue.fromN(Long.toString(NOW + 50)));
        sweeper.doWork();
        assertEquals(Set.of("a"), sessions.items.keySet());
        sessions.beforeDelete = () -> {};
        clock.advance(Duration.ofHours(1));
        sweeper.doWork();
        assertEquals(Set.of(), sessions.items.keySet(), "its new expiry was not lost");
    }

    @Test
    void triesAgainWhatFailed() {
        sweeper.add("Sessions", sessions);
        sessions.put("a", AttributeValue.fromN(Long.toString(NOW - 1_000)));
        sessions.beforeDelete = () -> {
            throw new IllegalStateException("the store is busy");
        };
        assertEquals(0, sweeper.doWork());
        sessions.beforeDelete = () -> {};
        assertEquals(1, sweeper.doWork());
    }

    @Test
    void tableThatWasRemovedIsLeftAlone() {
        sessions.put("a", AttributeValue.fromN(Long.toString(NOW - 1_000)));
        sweeper.add("Sessions", sessions);
        sweeper.remove("Sessions");
        assertEquals(0, sweeper.doWork());
        assertEquals(1, sessions.items.size());
    }

    /** A table in a map. */
    private static final class Sessions implements ExpiringTable {
        private final Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        private Listener listener = (key, item) -> {};
        private Runnable beforeDelete = () -> {};

        void put(String id, AttributeValue expiry) {
            Map<String, AttributeValue> item = new HashMap<>(key(id));
            if (expiry != null) {
                item.put("expiresAt", expiry);
            }
            items.put(id, item);
            listener.item(key(id), item);
        }

        private static Map<String, AttributeValue> key(String id) {
            return Map.of("id", AttributeValue.fromS(id));
        }

        @Override
        public String attribute() {
            return "expiresAt";
        }

        @Override
        public Listening follow(Listener follower) {
            items.forEach((id, item) -> follower.item(key(id), item));
            listener = follower;
            return () -> listener = (key, item) -> {};
        }

        @Override
        public void expire(Map<String, AttributeValue> key, AttributeValue expiry) {
            beforeDelete.run();
            String id = key.get("id").s();
            if (expiry.equals(items.get(id).get("expiresAt"))) {
                items.remove(id);
                listener.item(key, null);
            }
        }
    }
}
