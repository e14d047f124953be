package dev.penstock.local.dax;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Fresh {@code #name} and {@code :value} placeholders for all expressions of one request. */
final class Placeholders {
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, String> byAttribute = new HashMap<>();
    private final Map<String, AttributeValue> values = new LinkedHashMap<>();

    String name(String attribute) {
        return byAttribute.computeIfAbsent(attribute, absent -> {
            String placeholder = "#n" + names.size();
            names.put(placeholder, attribute);
            return placeholder;
        });
    }

    String value(AttributeValue value) {
        String placeholder = ":v" + values.size();
        values.put(placeholder, value);
        return placeholder;
    }

    /** Null when there is none: DynamoDB refuses an empty map. */
    @Nullable
    Map<String, String> names() {
        return names.isEmpty() ? null : names;
    }

    /** Null when there is none: DynamoDB refuses an empty map. */
    @Nullable
    Map<String, AttributeValue> values() {
        return values.isEmpty() ? null : values;
    }
}
