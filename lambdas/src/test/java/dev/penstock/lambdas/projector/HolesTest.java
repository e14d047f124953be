package dev.penstock.lambdas.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.tables.TableNames;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Holes are noted once, filled once and bounded. */
@Tag("rule-9")
class HolesTest extends ShopTest {
    private static final String LANE = Shop.LABEL + "/shard";

    private static final Instant LATER = Instant.parse("2026-12-13T10:00:00Z");

    private final Aggregate aggregate = ChaosCatalog.catalog().aggregatesOf("UsageEvents").stream()
            .filter(each -> each.mode() == Aggregate.Mode.WINDOWED)
            .findFirst()
            .orElseThrow();

    private Holes atMost(int most) {
        return new Holes(shop.client(), new TableNames(""), "UsageEvents", most);
    }

    @Test
    void aShardWithTooManyHolesStops() {
        Holes holes = atMost(2);
        holes.open(aggregate, LANE, "1");
        holes.open(aggregate, LANE, "2");
        holes.open(aggregate, LANE, "2");
        String stopped = assertThrows(IllegalStateException.class, () -> holes.open(aggregate, LANE, "3"))
                .getMessage();
        assertTrue(stopped.contains("2 holes") && stopped.contains("redrive"), stopped);
        assertTrue(holes.fill(aggregate, LANE, "1", LATER, List.of()));
        holes.open(aggregate, LANE, "3");
        holes.open(aggregate, Shop.LABEL + "/other", "1");
    }

    @Test
    void aHoleIsFilledOnce() {
        Holes holes = atMost(2);
        holes.open(aggregate, LANE, "1");
        assertEquals(Map.of(LANE, false), holes.lanes(aggregate, Shop.LABEL, "1"));
        assertTrue(holes.fill(aggregate, LANE, "1", LATER, List.of()));
        assertFalse(holes.fill(aggregate, LANE, "1", LATER, List.of()));
        assertFalse(holes.fill(aggregate, LANE, "2", LATER, List.of()), "it was counted, or is still to come");
        assertEquals(Map.of(LANE, true), holes.lanes(aggregate, Shop.LABEL, "1"));
        holes.open(aggregate, LANE, "1");
        assertFalse(holes.fill(aggregate, LANE, "1", LATER, List.of()), "a filled hole stays filled");
    }

    @Test
    void openAndFilledHolesAreNoted() {
        Holes holes = atMost(9);
        for (String number : List.of("8", "9", "10", "11")) {
            holes.open(aggregate, LANE, number);
        }
        assertTrue(holes.fill(aggregate, LANE, "9", LATER, List.of()));
        assertEquals(
                Map.of(Holes.mark(aggregate, "9"), true, Holes.mark(aggregate, "10"), false),
                holes.noted(LANE, "9", "10"));
        assertEquals(Map.of(), holes.noted(Shop.LABEL + "/other", "1", "99"));
    }
}
