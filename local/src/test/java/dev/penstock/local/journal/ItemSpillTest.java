package dev.penstock.local.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ItemSpillTest {

    /** All frames of a spill have the same time, so its index must find the first of equals. */
    @Test
    void givesBackWhatIsLargerThanManyMarksOfItsIndex() {
        List<Map<String, AttributeValue>> items = IntStream.range(0, 5_000)
                .mapToObj(i ->
                        Map.of("id", AttributeValue.fromS("item" + i), "filler", AttributeValue.fromS("x".repeat(500))))
                .toList();
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        try (ItemSpill spill = ItemSpill.create()) {
            items.forEach(spill::add);
            spill.forEach(found::add);
        }
        assertEquals(items, found);
    }

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
