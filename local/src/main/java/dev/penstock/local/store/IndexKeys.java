package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * The secondary indexes of a table, as far as writes have to know them: an item may lack an index's key, but where it
 * has it, the type must be the declared one. The engine tells so for puts, in fewer words, and lets updates pass.
 */
final class IndexKeys {
    private IndexKeys() {}

    /** One index, global or local. */
    record Index(String name, boolean isGlobal, List<String> keys, Projection projection, List<String> tableKeys) {

        /** What the index holds of an item; empty when the item is not in it. */
        Optional<Map<String, AttributeValue>> entry(@Nullable Map<String, AttributeValue> item) {
            if (item == null || !item.keySet().containsAll(keys)) {
                return Optional.empty();
            }
            return switch (projection.projectionType()) {
                case ALL -> Optional.of(item);
                default -> {
                    Map<String, AttributeValue> entry = new HashMap<>(item);
                    entry.keySet()
                            .removeIf(attribute -> !keys.contains(attribute)
                                    && !tableKeys.contains(attribute)
                                    && !projection.nonKeyAttributes().contains(attribute));
                    yield Optional.of(entry);
                }
            };
        }
    }

    static List<Index> of(Table table) {
        TableDescription described = table.description();
        List<String> tableKeys = names(described.keySchema());
        List<Index> indexes = new ArrayList<>();
        for (GlobalSecondaryIndexDescription index : described.globalSecondaryIndexes()) {
            indexes.add(new Index(index.indexName(), true, names(index.keySchema()), index.projection(), tableKeys));
        }
        for (LocalSecondaryIndexDescription index : described.localSecondaryIndexes()) {
            indexes.add(new Index(index.indexName(), false, names(index.keySchema()), index.projection(), tableKeys));
        }
        return indexes;
    }

    private static List<String> names(List<KeySchemaElement> keys) {
        return keys.stream().map(KeySchemaElement::attributeName).toList();
    }

    /** @throws AwsError ValidationException when an item to be put has an index key of a wrong type, or an empty one */
    static void check(Table table, Map<String, AttributeValue> item) {
        for (Index index : of(table)) {
            for (String name : index.keys()) {
                AttributeValue value = item.get(name);
                if (value == null) {
                    continue;
                }
                String expected = table.attributeTypes().get(name);
                String actual = Keys.letter(value);
                if (!actual.equals(expected)) {
                    throw AwsError.validation("One or more parameter values were invalid: Type mismatch for Index Key "
                            + name + " Expected: " + expected + " Actual: " + actual + " IndexName: " + index.name());
                }
                if (Keys.isEmpty(value)) {
                    throw AwsError.validation("One or more parameter values are not valid. A value specified for a"
                            + " secondary index key is not supported. The AttributeValue for a key attribute cannot"
                            + " contain an empty " + (actual.equals("S") ? "string" : "binary") + " value. IndexName: "
                            + index.name() + ", IndexKey: " + name);
                }
            }
        }
    }

    /** What AWS says of an update that gave an index key a wrong type; empty when it gave none. */
    static Optional<String> refusal(
            Table table, @Nullable Map<String, AttributeValue> before, @Nullable Map<String, AttributeValue> after) {
        if (after == null) {
            return Optional.empty();
        }
        Map<String, AttributeValue> old = before == null ? Map.of() : before;
        boolean isWrong = of(table).stream()
                .flatMap(index -> index.keys().stream())
                .anyMatch(name -> after.containsKey(name)
                        && !Objects.equals(after.get(name), old.get(name))
                        && !Keys.letter(after.get(name))
                                .equals(table.attributeTypes().get(name)));
        return isWrong
                ? Optional.of("The update expression attempted to update the secondary index key to unsupported type")
                : Optional.empty();
    }
}
