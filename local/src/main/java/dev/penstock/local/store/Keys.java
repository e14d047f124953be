package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.ItemKey;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Checks the keys of requests, with DynamoDB's texts, so that every write that is let through names its item. */
final class Keys {
    private Keys() {}

    /** @throws AwsError ValidationException when a key attribute of the item is missing or has another type */
    static ItemKey ofItem(Table table, Map<String, AttributeValue> item) {
        for (var element : table.description().keySchema()) {
            String name = element.attributeName();
            String expected = table.attributeTypes().get(name);
            AttributeValue value = item.get(name);
            if (value == null) {
                throw AwsError.validation(
                        "One or more parameter values were invalid: Missing the key " + name + " in the item");
            }
            if (!letter(value).equals(expected)) {
                throw AwsError.validation("One or more parameter values were invalid: Type mismatch for key " + name
                        + " expected: " + expected + " actual: " + letter(value));
            }
            checkContent(name, value);
        }
        return table.key(item);
    }

    /** @throws AwsError ValidationException when this is not exactly a key of the table */
    static ItemKey ofKey(Table table, Map<String, AttributeValue> key) {
        if (key.size() != table.description().keySchema().size() || !hasKey(table, key)) {
            throw unlikeSchema();
        }
        key.forEach(Keys::checkContent);
        return table.key(key);
    }

    /**
     * As {@link #ofItem}, in BatchWriteItem's words (recorded AWS answer for a missing key).
     *
     * @throws AwsError ValidationException when a key attribute of the item is missing or has another type
     */
    static ItemKey ofBatchedItem(Table table, Map<String, AttributeValue> item) {
        if (!hasKey(table, item)) {
            throw unlikeSchema();
        }
        return ofItem(table, item);
    }

    private static boolean hasKey(Table table, Map<String, AttributeValue> attributes) {
        return table.description().keySchema().stream().allMatch(element -> {
            AttributeValue value = attributes.get(element.attributeName());
            return value != null && letter(value).equals(table.attributeTypes().get(element.attributeName()));
        });
    }

    private static AwsError unlikeSchema() {
        return AwsError.validation("The provided key element does not match the schema");
    }

    private static void checkContent(String name, AttributeValue value) {
        String kind = letter(value);
        if (isEmpty(value)) {
            throw AwsError.validation("One or more parameter values are not valid. The AttributeValue for a key"
                    + " attribute cannot contain an empty " + (kind.equals("S") ? "string" : "binary") + " value. Key: "
                    + name);
        }
        if (kind.equals("N")) {
            checkNumber(value.n());
        }
    }

    static boolean isEmpty(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s().isEmpty();
            case B -> value.b().asByteArrayUnsafe().length == 0;
            default -> false;
        };
    }

    private static void checkNumber(@Nullable String text) {
        try {
            new BigDecimal(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw AwsError.validation(
                    text == null || text.isEmpty()
                            ? "The parameter cannot be converted to a numeric value"
                            : "The parameter cannot be converted to a numeric value: " + text);
        }
    }

    static String letter(AttributeValue value) {
        return switch (value.type()) {
            case NUL -> "NULL";
            case UNKNOWN_TO_SDK_VERSION -> "none";
            default -> value.type().name();
        };
    }
}
