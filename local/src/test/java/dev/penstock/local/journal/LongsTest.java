package dev.penstock.local.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LongsTest {

    @Test
    void firstOfEqualValuesIsFound() {
        Longs values = new Longs();
        List.of(1L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 9L).forEach(values::add);
        assertEquals(1, values.firstFrom(3));
        assertEquals(1, values.firstFrom(2));
        assertEquals(8, values.firstFrom(4));
        assertEquals(9, values.firstFrom(10));
        assertEquals(0, values.firstFrom(0));
    }
}
