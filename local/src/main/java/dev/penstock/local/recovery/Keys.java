package dev.penstock.local.recovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** Keys as people write them: {@code c1}, or {@code c1/o1} for a table with a sort key. */
final class Keys {
    private Keys() {}

    /** The names of a table's key attributes, partition key first. */
    static List<String> names(DynamoDbClient client, String table) {
        return names(client.describeTable(request -> request.tableName(table)).table());
    }

    static List<String> names(TableDescription table) {
        List<String> names = new ArrayList<>();
        table.keySchema()
                .forEach(element ->
                        names.add(element.keyType() == KeyType.HASH ? 0 : names.size(), element.attributeName()));
        return names;
    }

    /** @throws IllegalArgumentException for what is no key of that table */
    static Map<String, AttributeValue> parse(TableDescription table, String text) {
        List<String> names = names(table);
        String[] parts = text.split("/", names.size());
        if (parts.length != names.size()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no key of " + table.tableName() + ": write " + String.join("/", names));
        }
        Map<String, AttributeValue> key = new TreeMap<>();
        for (int i = 0; i < parts.length; i++) {
            key.put(names.get(i), value(table, names.get(i), parts[i]));
        }
        return key;
    }

    private static AttributeValue value(TableDescription table, String name, String text) {
        ScalarAttributeType type = table.attributeDefinitions().stream()
                .filter(attribute -> attribute.attributeName().equals(name))
                .findFirst()
                .orElseThrow()
                .attributeType();
        return switch (type) {
            case S -> AttributeValue.fromS(text);
            case N -> AttributeValue.fromN(text);
            default ->
                throw new IllegalArgumentException(
                        "key attribute " + name + " is binary: use --all, and --show to look");
        };
    }
}
