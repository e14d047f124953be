package dev.penstock.local.store;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What DynamoDB says about items as values: when two are equal and how its numbers are written. */
public final class Images {
    private Images() {}

    /** Whether two images (or absences) are the same item: numbers by value, sets without order. */
    public static boolean same(@Nullable Map<String, AttributeValue> one, @Nullable Map<String, AttributeValue> other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return one.size() == other.size()
                && one.entrySet().stream().allMatch(entry -> same(entry.getValue(), other.get(entry.getKey())));
    }

    private static boolean same(AttributeValue one, @Nullable AttributeValue other) {
        if (one.equals(other)) {
            return true;
        }
        if (other == null || one.type() != other.type()) {
            return false;
        }
        return switch (one.type()) {
            case N -> new BigDecimal(one.n()).compareTo(new BigDecimal(other.n())) == 0;
            case M -> same(one.m(), other.m());
            case L -> sameList(one.l(), other.l());
            case SS -> new HashSet<>(one.ss()).equals(new HashSet<>(other.ss()));
            case NS -> numbers(one.ns()).equals(numbers(other.ns()));
            case BS -> new HashSet<>(one.bs()).equals(new HashSet<>(other.bs()));
            default -> false;
        };
    }

    private static boolean sameList(List<AttributeValue> one, List<AttributeValue> other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = same(one.get(i), other.get(i));
        }
        return same;
    }

    private static Set<BigDecimal> numbers(List<String> texts) {
        return texts.stream()
                .map(text -> new BigDecimal(text).stripTrailingZeros())
                .collect(Collectors.toSet());
    }

    /**
     * The item with its numbers as DynamoDB returns them: no exponent, no needless zeros. What is no number stays as
     * it is, for the engine to refuse.
     */
    @SuppressWarnings("ReferenceEquality") // the same object back means: nothing to change
    public static Map<String, AttributeValue> canonical(Map<String, AttributeValue> item) {
        Map<String, AttributeValue> changed = new HashMap<>();
        item.forEach((name, value) -> {
            AttributeValue canonical = canonical(value);
            if (canonical != value) {
                changed.put(name, canonical);
            }
        });
        if (changed.isEmpty()) {
            return item;
        }
        Map<String, AttributeValue> copy = new HashMap<>(item);
        copy.putAll(changed);
        return copy;
    }

    @SuppressWarnings("ReferenceEquality") // the same object back means: nothing to change
    private static AttributeValue canonical(AttributeValue value) {
        return switch (value.type()) {
            case N -> {
                String text = canonicalNumber(value.n());
                yield text.equals(value.n()) ? value : AttributeValue.fromN(text);
            }
            case NS -> {
                List<String> texts =
                        value.ns().stream().map(Images::canonicalNumber).toList();
                yield texts.equals(value.ns()) ? value : AttributeValue.fromNs(texts);
            }
            case M -> {
                Map<String, AttributeValue> inner = canonical(value.m());
                yield inner == value.m() ? value : AttributeValue.fromM(inner);
            }
            case L -> {
                List<AttributeValue> inner =
                        value.l().stream().map(Images::canonical).toList();
                yield inner.equals(value.l()) ? value : AttributeValue.fromL(inner);
            }
            default -> value;
        };
    }

    private static String canonicalNumber(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 200) {
            return String.valueOf(text);
        }
        boolean plain = text.charAt(0) != '0' || text.length() == 1;
        for (int i = 0; plain && i < text.length(); i++) {
            plain = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (plain && text.length() < 38) {
            return text;
        }
        try {
            BigDecimal number = new BigDecimal(text);
            return Math.abs((long) number.precision() - number.scale()) > 200
                    ? text
                    : number.stripTrailingZeros().toPlainString();
        } catch (NumberFormatException notANumber) {
            return text;
        }
    }
}
