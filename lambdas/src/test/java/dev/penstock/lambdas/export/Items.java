package dev.penstock.lambdas.export;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Arbitrary items: every type, 38-digit numbers, empty strings, odd attribute names, nesting. */
public final class Items {
    private Items() {}

    public static Arbitrary<Map<String, AttributeValue>> items() {
        return map(value(3), 8);
    }

    private static Arbitrary<Map<String, AttributeValue>> map(Arbitrary<AttributeValue> value, int most) {
        return Combinators.combine(names(), value)
                .as(Map::entry)
                .list()
                .ofMaxSize(most)
                .map(entries -> {
                    Map<String, AttributeValue> map = new LinkedHashMap<>();
                    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
                    return map;
                });
    }

    public static Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(12),
                Arbitraries.of(
                        "null",
                        "true",
                        "nan",
                        "$10",
                        "$ion_1_0",
                        "a.b",
                        "it's",
                        "say \"hi\"",
                        "back\\slash",
                        "S",
                        "M",
                        "Item",
                        "with space",
                        "tab\tname",
                        "größe",
                        "日本",
                        "😀",
                        "0digit",
                        "a\nb",
                        "{",
                        "}",
                        "]",
                        ":"),
                strings().filter(name -> !name.isEmpty()));
    }

    public static Arbitrary<String> strings() {
        Arbitrary<Character> characters = Arbitraries.oneOf(
                Arbitraries.chars().ascii(),
                Arbitraries.chars().range('\u0080', '\ud7ff'),
                Arbitraries.of('"', '\\', '\n', '\r', '\t', '\'', '{', '}', '\u0000', '\u001f', '\u007f', ','));
        return Arbitraries.oneOf(
                characters.list().ofMaxSize(20).map(Items::join),
                Arbitraries.of("", "😀", "é\\\"", "\\", "\\\\\"", "Muñoz \uD83D\uDE80"));
    }

    private static String join(List<Character> characters) {
        StringBuilder text = new StringBuilder();
        characters.forEach(text::append);
        return text.toString();
    }

    /** Numbers as DynamoDB stores them: at most 38 digits, plain notation. */
    public static Arbitrary<String> numbers() {
        Arbitrary<BigInteger> digits = Arbitraries.bigIntegers()
                .between(
                        BigInteger.TEN.pow(38).negate().add(BigInteger.ONE),
                        BigInteger.TEN.pow(38).subtract(BigInteger.ONE));
        return Arbitraries.oneOf(
                        Arbitraries.integers().map(BigDecimal::valueOf),
                        Combinators.combine(digits, Arbitraries.integers().between(-40, 60))
                                .as(BigDecimal::new),
                        Arbitraries.of(
                                        "0",
                                        "1",
                                        "-1",
                                        "0.1",
                                        "100",
                                        "1E-130",
                                        "9.9999999999999999999999999999999999999E+125")
                                .map(BigDecimal::new))
                .map(number ->
                        number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString());
    }

    private static Arbitrary<SdkBytes> binaries() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(20).map(SdkBytes::fromByteArray);
    }

    static Arbitrary<AttributeValue> value(int depth) {
        Arbitrary<AttributeValue> scalar = Arbitraries.oneOf(
                strings().map(AttributeValue::fromS),
                numbers().map(AttributeValue::fromN),
                binaries().map(AttributeValue::fromB),
                Arbitraries.of(true, false).map(AttributeValue::fromBool),
                Arbitraries.just(AttributeValue.fromNul(true)),
                strings().set().ofMinSize(1).ofMaxSize(4).map(set -> AttributeValue.fromSs(List.copyOf(set))),
                numbers().set().ofMinSize(1).ofMaxSize(4).map(set -> AttributeValue.fromNs(List.copyOf(set))),
                binaries().set().ofMinSize(1).ofMaxSize(4).map(set -> AttributeValue.fromBs(List.copyOf(set))));
        if (depth == 0) {
            return scalar;
        }
        Arbitrary<AttributeValue> below = value(depth - 1);
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, scalar),
                net.jqwik.api.Tuple.of(1, map(below, 3).map(AttributeValue::fromM)),
                net.jqwik.api.Tuple.of(1, below.list().ofMaxSize(3).map(AttributeValue::fromL)));
    }

    public static Arbitrary<Change> changes() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 4_000_000_000_000_000L),
                        names(),
                        items().injectNull(0.3),
                        items().injectNull(0.3))
                .as((micros, key, before, after) ->
                        new Change(micros, Map.of("id", AttributeValue.fromS(key)), before, after));
    }
}
