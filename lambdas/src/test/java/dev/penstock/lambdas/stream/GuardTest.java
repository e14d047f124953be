package dev.penstock.lambdas.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Comparator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.junit.jupiter.api.Test;

/** Guards compare as text in the order of epoch, stream and sequence number as a number. */
class GuardTest {
    /** What a guard is made of. */
    record Place(int epoch, String label, BigInteger sequenceNumber) {
        Guard guard() {
            return Guard.of(epoch, label, sequenceNumber.toString());
        }
    }

    @Provide
    Arbitrary<Place> places() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 999_999),
                        Arbitraries.of("2026-11-22T09:00:00.000", "2026-11-22T09:00:00.001", "2027-01-01T00:00:00.000"),
                        Arbitraries.bigIntegers()
                                .between(BigInteger.ONE, BigInteger.TEN.pow(40).subtract(BigInteger.ONE)))
                .as(Place::new);
    }

    @Tag("rule-3")
    @Property
    void textsCompareAsEpochStreamAndNumber(@ForAll("places") Place one, @ForAll("places") Place other) {
        int order = Comparator.comparingInt(Place::epoch)
                .thenComparing(Place::label)
                .thenComparing(Place::sequenceNumber)
                .compare(one, other);
        assertEquals(
                order, Integer.signum(one.guard().text().compareTo(other.guard().text())));
        assertEquals(order, Integer.signum(one.guard().compareTo(other.guard())));
        assertEquals(one.epoch(), one.guard().epoch());
        assertEquals(
                new Place(other.epoch(), one.label(), one.sequenceNumber()).guard(),
                one.guard().withEpoch(other.epoch()));
        assertTrue(Guard.REBUILT.compareTo(one.guard()) < 0);
    }

    @Test
    void theFormIsTheOneThatStandsInTables() {
        assertEquals(
                "000002|2026-11-22T09:00:00.000|0000000000000202328600001712385967261751",
                Guard.of(2, "2026-11-22T09:00:00.000", "202328600001712385967261751")
                        .text());
    }
}
