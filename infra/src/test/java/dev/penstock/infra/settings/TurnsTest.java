package dev.penstock.infra.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final String THERE_AND_BACK =
            "us-east-1,us-west-2@2026-11-22T18:00:00Z,us-east-1@2026-11-23T06:00:00Z";

    @Test
    void eachChangeRaisesTheEpochAndEachRegionKnowsItsTimes() {
        Turns turns = Turns.of(THERE_AND_BACK);
        assertEquals(3, turns.epoch());
        assertEquals("us-east-1", turns.last());
        assertEquals("/2026-11-22T18:00:00Z,2026-11-23T06:00:00Z/", turns.windows("us-east-1"));
        assertEquals("2026-11-22T18:00:00Z/2026-11-23T06:00:00Z", turns.windows("us-west-2"));
        assertTrue(turns.include("us-west-2"), "it still has to act on what was created in its turn");
        assertFalse(turns.include("eu-west-1"));
    }

    @Test
    void regionAloneHasAllTimes() {
        Turns turns = Turns.of("us-east-1");
        assertEquals(1, turns.epoch());
        assertFalse(turns.moved());
        assertEquals("/", turns.windows("us-east-1"));
    }

    @Test
    void turnsAreInOrderOfTime() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Turns.of("us-east-1,us-west-2@2026-11-22T18:00:00Z,us-east-1@2026-11-22T17:00:00Z"));
        assertThrows(IllegalArgumentException.class, () -> Turns.of("us-east-1@2026-11-22T17:00:00Z"));
    }
}
