package dev.penstock.lambdas.imports;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * DynamoDB's rules for an item, with its messages: keys present and of their types and lengths, numbers in range, sets
 * not empty, at most 400 KB (Developer Guide, "Quotas in Amazon DynamoDB").
 *
 * @param partitionKey name of the table's partition key
 * @param sortKey name of its sort key, null if none
 * @param types S, N or B of each attribute that is a key of the table or of an index
 */
public record ItemRules(String partitionKey, @Nullable String sortKey, Map<String, String> types) {
    private static final String INVALID = "One or more parameter values were invalid: ";
    private static final int LARGEST_ITEM = 400 << 10;
    private static final int LONGEST_PARTITION_KEY = 2048;
    private static final int LONGEST_SORT_KEY = 1024;
    private static final int DEEPEST = 32;
    private static final int DIGITS = 38;
    private static final BigDecimal LARGEST = new BigDecimal("9.9999999999999999999999999999999999999E+125");
    private static final BigDecimal SMALLEST = new BigDecimal("1E-130");

    public ItemRules {
        types = Map.copyOf(types);
    }

    /** What is wrong with the item; empty when nothing is. */
    public Optional<String> violation(Map<String, AttributeValue> item) {
        try {
            key(item, partitionKey, LONGEST_PARTITION_KEY);
            if (sortKey != null) {
                key(item, sortKey, LONGEST_SORT_KEY);
            }
            types.forEach((name, type) -> indexKey(item, name, type));
            long size = 0;
            for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
                size += utf8(attribute.getKey()) + size(attribute.getValue(), 1);
            }
            if (size > LARGEST_ITEM) {
                throw new Violation("Item size has exceeded the maximum allowed size");
            }
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(String.valueOf(violation.getMessage()));
        }
    }

    /** Carries a message out of the recursion. */
    private static final class Violation extends RuntimeException {
        Violation(String message) {
            super(message, null, false, false);
        }
    }

    private void key(Map<String, AttributeValue> item, String name, int longest) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw new Violation(INVALID + "Missing the key " + name + " in the item");
        }
        String type = types.getOrDefault(name, "S");
        if (!type.equals(typeName(value))) {
            throw new Violation(
                    INVALID + "Type mismatch for key " + name + " expected: " + type + " actual: " + typeName(value));
        }
        long length = value.s() != null
                ? utf8(value.s())
                : value.b() != null ? value.b().asByteArrayUnsafe().length : 1;
        if (length == 0) {
            throw new Violation(
                    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot"
                            + " contain an empty " + (value.s() != null ? "string" : "binary") + " value. Key: "
                            + name);
        }
        if (length > longest) {
            throw new Violation(INVALID + "Size of " + (longest == LONGEST_PARTITION_KEY ? "hashkey" : "rangekey")
                    + " has exceeded the maximum size limit of " + longest + " bytes");
        }
    }

    private static void indexKey(Map<String, AttributeValue> item, String name, String type) {
        AttributeValue value = item.get(name);
        if (value != null && !type.equals(typeName(value))) {
            throw new Violation(INVALID + "Type mismatch for Index Key " + name + " Expected: " + type + " Actual: "
                    + typeName(value));
        }
    }

    private static String typeName(AttributeValue value) {
        return value.type() == AttributeValue.Type.NUL ? "NULL" : value.type().toString();
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static long size(AttributeValue value, int depth) {
        if (depth > DEEPEST) {
            throw new Violation(
                    "Nesting Levels have exceeded supported limits: Attributes of the item have nested levels"
                            + " beyond supported limit");
        }
        return switch (value.type()) {
            case S -> utf8(value.s());
            case N -> number(value.n());
            case B -> value.b().asByteArrayUnsafe().length;
            case BOOL -> 1;
            case NUL -> {
                if (!Boolean.TRUE.equals(value.nul())) {
                    throw new Violation(INVALID + "Null attribute value types must have the value of true");
                }
                yield 1;
            }
            case M -> {
                long size = 3;
                for (Map.Entry<String, AttributeValue> member : value.m().entrySet()) {
                    size += 1 + utf8(member.getKey()) + size(member.getValue(), depth + 1);
                }
                yield size;
            }
            case L -> {
                long size = 3;
                for (AttributeValue element : value.l()) {
                    size += 1 + size(element, depth + 1);
                }
                yield size;
            }
            case SS ->
                set(
                        "string",
                        value.ss(),
                        value.ss().stream().mapToLong(ItemRules::utf8).sum());
            case NS ->
                set(
                        "number",
                        value.ns(),
                        value.ns().stream().mapToLong(ItemRules::number).sum());
            case BS ->
                set(
                        "binary",
                        value.bs(),
                        value.bs().stream()
                                .mapToLong(b -> b.asByteArrayUnsafe().length)
                                .sum());
            case UNKNOWN_TO_SDK_VERSION ->
                throw new Violation(
                        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        };
    }

    private static long set(String type, List<?> members, long size) {
        if (members.isEmpty()) {
            throw new Violation(INVALID + "An " + type + " set  may not be empty");
        }
        if (new HashSet<>(members).size() < members.size()) {
            throw new Violation(INVALID + "Input collection " + members + " contains duplicates.");
        }
        return size;
    }

    private static long number(String digits) {
        BigDecimal number;
        try {
            number = new BigDecimal(digits.strip());
        } catch (NumberFormatException e) {
            throw new Violation("The parameter cannot be converted to a numeric value: " + digits);
        }
        if (number.signum() == 0) {
            return 1;
        }
        BigDecimal plain = number.stripTrailingZeros();
        if (plain.precision() > DIGITS) {
            throw new Violation("Attempting to store more than 38 significant digits in a Number");
        }
        if (plain.abs().compareTo(LARGEST) > 0) {
            throw new Violation(
                    "Number overflow. Attempting to store a number with magnitude larger than supported range");
        }
        if (plain.abs().compareTo(SMALLEST) < 0) {
            throw new Violation(
                    "Number underflow. Attempting to store a number with magnitude smaller than supported range");
        }
        return (plain.precision() + 1L) / 2 + 1;
    }
}
