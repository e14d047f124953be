package dev.penstock.lambdas.etl;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A condition or filter expression of DynamoDB, parsed by {@link Expressions}. Semantics are DynamoDB's: what is missing
 * or of another type satisfies no comparison but {@code <>}.
 */
public sealed interface Condition {

    /** Whether it holds, given the value (or null) of each path. */
    boolean test(Function<DocumentPath, @Nullable AttributeValue> values);

    /** Whether it holds for an item. */
    default boolean test(Map<String, AttributeValue> item) {
        return test(path -> path.get(item));
    }

    /** All paths that it reads. */
    default List<DocumentPath> paths() {
        List<DocumentPath> paths = new ArrayList<>();
        switch (this) {
            case And(var all) -> all.forEach(one -> paths.addAll(one.paths()));
            case Or(var any) -> any.forEach(one -> paths.addAll(one.paths()));
            case Not(var one) -> paths.addAll(one.paths());
            case Compare(var left, var comparator, var right) -> add(paths, left, right);
            case Between(var operand, var low, var high) -> add(paths, operand, low, high);
            case In(var operand, var list) -> {
                add(paths, operand);
                add(paths, list.toArray(Operand[]::new));
            }
            case Exists(var path, var exists) -> paths.add(path);
            case HasType(var path, var type) -> paths.add(path);
            case BeginsWith(var path, var prefix) -> {
                paths.add(path);
                add(paths, prefix);
            }
            case Contains(var path, var operand) -> {
                paths.add(path);
                add(paths, operand);
            }
        }
        return paths;
    }

    private static void add(List<DocumentPath> paths, Operand... operands) {
        for (Operand operand : operands) {
            switch (operand) {
                case Operand.Attribute(var path) -> paths.add(path);
                case Operand.Size(var path) -> paths.add(path);
                case Operand.Literal literal -> {}
            }
        }
    }

    /** Comparators, as the expression writes them. */
    enum Comparator {
        EQ,
        NE,
        LT,
        LE,
        GT,
        GE
    }

    /** What is compared. */
    sealed interface Operand {
        @Nullable
        AttributeValue value(Function<DocumentPath, @Nullable AttributeValue> values);

        /** The value at a path. */
        record Attribute(DocumentPath path) implements Operand {
            @Override
            public @Nullable AttributeValue value(Function<DocumentPath, @Nullable AttributeValue> values) {
                return values.apply(path);
            }
        }

        /** A value given with the expression. */
        record Literal(AttributeValue literal) implements Operand {
            @Override
            public AttributeValue value(Function<DocumentPath, @Nullable AttributeValue> values) {
                return literal;
            }
        }

        /** {@code size(path)}. */
        record Size(DocumentPath path) implements Operand {
            @Override
            public @Nullable AttributeValue value(Function<DocumentPath, @Nullable AttributeValue> values) {
                AttributeValue value = values.apply(path);
                if (value == null) {
                    return null;
                }
                int size = switch (value.type()) {
                    case S -> value.s().length();
                    case B -> value.b().asByteArrayUnsafe().length;
                    case M -> value.m().size();
                    case L -> value.l().size();
                    case SS -> value.ss().size();
                    case NS -> value.ns().size();
                    case BS -> value.bs().size();
                    case N, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> -1;
                };
                return size < 0 ? null : AttributeValue.fromN(Integer.toString(size));
            }
        }
    }

    record And(List<Condition> all) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            return all.stream().allMatch(condition -> condition.test(values));
        }
    }

    record Or(List<Condition> any) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            return any.stream().anyMatch(condition -> condition.test(values));
        }
    }

    record Not(Condition condition) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            return !condition.test(values);
        }
    }

    record Compare(Operand left, Comparator comparator, Operand right) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            AttributeValue a = left.value(values);
            AttributeValue b = right.value(values);
            if (a == null || b == null) {
                return comparator == Comparator.NE;
            }
            return switch (comparator) {
                case EQ -> same(a, b);
                case NE -> !same(a, b);
                case LT -> comparable(a, b) && order(a, b) < 0;
                case LE -> comparable(a, b) && order(a, b) <= 0;
                case GT -> comparable(a, b) && order(a, b) > 0;
                case GE -> comparable(a, b) && order(a, b) >= 0;
            };
        }
    }

    record Between(Operand operand, Operand low, Operand high) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            return new Compare(operand, Comparator.GE, low).test(values)
                    && new Compare(operand, Comparator.LE, high).test(values);
        }
    }

    record In(Operand operand, List<Operand> list) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            return list.stream().anyMatch(one -> new Compare(operand, Comparator.EQ, one).test(values));
        }
    }

    record Exists(DocumentPath path, boolean exists) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            return (values.apply(path) != null) == exists;
        }
    }

    /** {@code attribute_type}; the type is written S, N, B, BOOL, NULL, M, L, SS, NS or BS. */
    record HasType(DocumentPath path, String type) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            AttributeValue value = values.apply(path);
            return value != null
                    && (value.type() == AttributeValue.Type.NUL
                                    ? "NULL"
                                    : value.type().name())
                            .equals(type);
        }
    }

    record BeginsWith(DocumentPath path, Operand prefix) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            AttributeValue value = values.apply(path);
            AttributeValue start = prefix.value(values);
            if (value == null || start == null) {
                return false;
            }
            if (value.s() != null && start.s() != null) {
                return value.s().startsWith(start.s());
            }
            if (value.b() == null || start.b() == null) {
                return false;
            }
            byte[] whole = value.b().asByteArrayUnsafe();
            byte[] head = start.b().asByteArrayUnsafe();
            return whole.length >= head.length && Arrays.equals(whole, 0, head.length, head, 0, head.length);
        }
    }

    record Contains(DocumentPath path, Operand operand) implements Condition {
        @Override
        public boolean test(Function<DocumentPath, @Nullable AttributeValue> values) {
            AttributeValue value = values.apply(path);
            AttributeValue part = operand.value(values);
            if (value == null || part == null) {
                return false;
            }
            return switch (value.type()) {
                case S -> part.s() != null && value.s().contains(part.s());
                case SS -> part.s() != null && value.ss().contains(part.s());
                case NS ->
                    part.n() != null
                            && value.ns().stream().anyMatch(n -> number(n).compareTo(number(part.n())) == 0);
                case BS -> part.b() != null && value.bs().contains(part.b());
                case L -> value.l().stream().anyMatch(element -> same(element, part));
                case N, B, BOOL, NUL, M, UNKNOWN_TO_SDK_VERSION -> false;
            };
        }
    }

    /** Equal as DynamoDB sees it: numbers by value, sets without order. */
    static boolean same(AttributeValue a, AttributeValue b) {
        if (a.type() != b.type()) {
            return false;
        }
        return switch (a.type()) {
            case N -> number(a.n()).compareTo(number(b.n())) == 0;
            case SS -> new HashSet<>(a.ss()).equals(new HashSet<>(b.ss()));
            case NS -> numbers(a).equals(numbers(b));
            case BS -> new HashSet<>(a.bs()).equals(new HashSet<>(b.bs()));
            case M -> same(a.m(), b.m());
            case L -> {
                boolean equal = a.l().size() == b.l().size();
                for (int i = 0; equal && i < a.l().size(); i++) {
                    equal = same(a.l().get(i), b.l().get(i));
                }
                yield equal;
            }
            case S, B, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> a.equals(b);
        };
    }

    /** Equal attribute by attribute. */
    static boolean same(Map<String, AttributeValue> a, Map<String, AttributeValue> b) {
        return a.size() == b.size()
                && a.entrySet().stream().allMatch(entry -> {
                    AttributeValue other = b.get(entry.getKey());
                    return other != null && same(entry.getValue(), other);
                });
    }

    private static Set<BigDecimal> numbers(AttributeValue set) {
        Set<BigDecimal> numbers = new HashSet<>();
        set.ns().forEach(n -> numbers.add(number(n).stripTrailingZeros()));
        return numbers;
    }

    private static BigDecimal number(String digits) {
        return new BigDecimal(digits);
    }

    private static boolean comparable(AttributeValue a, AttributeValue b) {
        return a.type() == b.type() && (a.n() != null || a.s() != null || a.b() != null);
    }

    /** Numbers by value, strings by their UTF-8 bytes, binary by unsigned bytes. */
    private static int order(AttributeValue a, AttributeValue b) {
        if (a.n() != null) {
            return number(a.n()).compareTo(number(b.n()));
        }
        return a.s() != null
                ? Arrays.compareUnsigned(a.s().getBytes(StandardCharsets.UTF_8), b.s().getBytes(StandardCharsets.UTF_8))
                : Arrays.compareUnsigned(a.b().asByteArrayUnsafe(), b.b().asByteArrayUnsafe());
    }
}
