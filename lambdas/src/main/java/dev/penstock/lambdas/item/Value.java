package dev.penstock.lambdas.item;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** An attribute value; equal when DynamoDB calls it equal, so {@code 1.0} equals {@code 1}. */
public sealed interface Value {
    /** String. */
    record S(String value) implements Value {}

    /** Number of at most 38 digits. */
    record N(BigDecimal value) implements Value {
        public N {
            value = value.stripTrailingZeros();
        }

        /** As DynamoDB writes it, without an exponent. */
        public String text() {
            return value.toPlainString();
        }
    }

    /** Binary, in base64. */
    record B(String base64) implements Value {}

    /** Boolean. */
    record Bool(boolean value) implements Value {}

    /** Null. */
    record Null() implements Value {}

    /** List. */
    record L(List<Value> values) implements Value {
        public L {
            values = List.copyOf(values);
        }
    }

    /** Map. */
    record M(Map<String, Value> values) implements Value {
        public M {
            values = Map.copyOf(values);
        }
    }

    /** Set of strings. */
    record SS(SortedSet<String> values) implements Value {}

    /** Set of numbers. */
    record NS(SortedSet<BigDecimal> values) implements Value {}

    /** Set of binaries, in base64. */
    record BS(SortedSet<String> values) implements Value {}

    static Value string(String value) {
        return new S(value);
    }

    static Value number(long value) {
        return new N(BigDecimal.valueOf(value));
    }

    static Value number(BigDecimal value) {
        return new N(value);
    }

    static Value strings(Set<String> values) {
        return new SS(new TreeSet<>(values));
    }

    static Value numbers(List<String> values) {
        SortedSet<BigDecimal> set = new TreeSet<>();
        values.forEach(value -> set.add(new BigDecimal(value)));
        return new NS(set);
    }
}
