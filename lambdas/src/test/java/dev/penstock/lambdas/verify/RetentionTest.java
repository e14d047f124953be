package dev.penstock.lambdas.verify;

import static dev.penstock.lambdas.item.Value.number;
import static dev.penstock.lambdas.item.Value.string;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.testing.Engine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final Engine engine = new Engine(Storefront.catalog());

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void whatTtlOughtToHaveDeletedIsListed() {
        session("late", NOW.minus(Duration.ofDays(3)));
        session("forgotten", NOW.minus(Duration.ofDays(6 * 365)));
        session("due", NOW.minus(Duration.ofHours(3)));
        session("alive", NOW.plus(Duration.ofHours(3)));
        assertEquals(
                List.of(
                        new Retention.Overdue(
                                "Sessions", Retention.Reason.NOT_DELETED, 1, NOW.minus(Duration.ofDays(3))),
                        new Retention.Overdue(
                                "Sessions", Retention.Reason.IGNORED_BY_TTL, 1, NOW.minus(Duration.ofDays(6 * 365)))),
                retention(List.of()).overdue());
    }

    @Test
    void whatTheLifecycleOughtToHaveRemovedIsListed() {
        List<String> keys =
                List.of("expired/Sessions/2025/01/05/label/1.json.gz", "expired/Sessions/2026/11/20/label/2.json.gz");
        assertEquals(
                List.of(new Retention.Overdue(
                        "expired/Sessions/",
                        Retention.Reason.ARCHIVE_TOO_OLD,
                        1,
                        Instant.parse("2025-01-05T00:00:00Z"))),
                retention(keys).overdue());
    }

    private Retention retention(List<String> keys) {
        return new Retention(
                Storefront.catalog(),
                engine.client(),
                new TableNames(""),
                prefix -> keys.stream().filter(key -> key.startsWith(prefix)).toList(),
                () -> NOW);
    }

    private void session(String id, Instant expiry) {
        Map<String, Value> item = Map.of("sessionId", string(id), "expiresAt", number(expiry.getEpochSecond()));
        engine.client().putItem(request -> request.tableName("Sessions").item(Items.toSdk(item)));
    }
}
