package dev.penstock.local.assembly;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * What of a table can't be changed in place, in words that can be compared and shown: its key, what each index is, the view
 * of its stream ("" without one).
 */
record TableShape(
        String key,
        Map<String, String> localIndexes,
        Map<String, String> globalIndexes,
        String streamView,
        boolean hasReplicas) {

    static TableShape of(TableDescription table) {
        var definitions = table.attributeDefinitions();
        return new TableShape(
                key(table.keySchema(), definitions),
                indexes(
                        table.localSecondaryIndexes(),
                        index -> index.indexName(),
                        index -> index(index.keySchema(), index.projection(), definitions)),
                indexes(
                        table.globalSecondaryIndexes(),
                        index -> index.indexName(),
                        index -> index(index.keySchema(), index.projection(), definitions)),
                view(table.streamSpecification()),
                !table.replicas().isEmpty());
    }

    static TableShape of(CreateTableRequest wanted) {
        var definitions = wanted.attributeDefinitions();
        return new TableShape(
                key(wanted.keySchema(), definitions),
                indexes(
                        wanted.localSecondaryIndexes(),
                        index -> index.indexName(),
                        index -> index(index.keySchema(), index.projection(), definitions)),
                indexes(
                        wanted.globalSecondaryIndexes(),
                        index -> index.indexName(),
                        index -> index(index.keySchema(), index.projection(), definitions)),
                view(wanted.streamSpecification()),
                false);
    }

    /** By name; the SDK's four kinds of index have no type in common. */
    private static <T> Map<String, String> indexes(
            List<T> indexes, Function<T, String> name, Function<T, String> shape) {
        return indexes.stream().collect(Collectors.toMap(name, shape, (one, other) -> other, TreeMap::new));
    }

    /**
     * CloudFormation replaces a table for another key or other local indexes, and can't where it has a name; DynamoDB changes
     * neither an index nor the view of a stream (Amazon DynamoDB Developer Guide, "Change data capture for DynamoDB
     * Streams"; AWS CloudFormation Template Reference, "AWS::DynamoDB::GlobalTable").
     *
     * @throws AssemblyException when that would be needed to become {@code wanted}
     */
    void refuseReplacement(TableShape wanted, String table) {
        if (!key.equals(wanted.key)) {
            throw replacement(table, "the key " + key, wanted.key);
        }
        if (!localIndexes.equals(wanted.localIndexes)) {
            throw replacement(table, "the local indexes " + localIndexes, wanted.localIndexes.toString());
        }
        if (hasReplicas && !globalIndexes.equals(wanted.globalIndexes)) {
            throw new AssemblyException("table " + table + " has the indexes " + globalIndexes
                    + " where its data is, and its template says " + wanted.globalIndexes
                    + ": here indexes of a table with replicas are not changed;"
                    + " delete the data folder, or choose another with --data");
        }
        globalIndexes.forEach((name, index) -> {
            String other = wanted.globalIndexes.getOrDefault(name, index);
            if (!index.equals(other)) {
                throw new AssemblyException("index " + name + " of table " + table + " is " + index
                        + " where its data is, and its template says " + other
                        + ": DynamoDB changes no index in place; give the new one another name");
            }
        });
        if (!streamView.isEmpty() && !wanted.streamView.isEmpty() && !streamView.equals(wanted.streamView)) {
            throw new AssemblyException("the stream of table " + table + " shows " + streamView
                    + " where its data is, and its template says " + wanted.streamView
                    + ": DynamoDB changes no view in place; start once without the stream, then with the new one");
        }
    }

    private static AssemblyException replacement(String table, String here, String wanted) {
        return new AssemblyException("table " + table + " has " + here + " where its data is, and its template says "
                + wanted + ": CloudFormation would have to replace the table;"
                + " delete the data folder, or choose another with --data");
    }

    private static String key(List<KeySchemaElement> key, List<AttributeDefinition> definitions) {
        Map<String, String> types = definitions.stream()
                .collect(Collectors.toMap(
                        AttributeDefinition::attributeName, AttributeDefinition::attributeTypeAsString, (a, b) -> a));
        return key.stream()
                .map(element -> "%s (%s, %s)"
                        .formatted(
                                element.attributeName(), element.keyTypeAsString(), types.get(element.attributeName())))
                .collect(Collectors.joining(" and "));
    }

    private static String index(
            List<KeySchemaElement> key, Projection projection, List<AttributeDefinition> definitions) {
        String projected = projection.nonKeyAttributes().isEmpty()
                ? projection.projectionTypeAsString()
                : projection.projectionTypeAsString() + " " + new TreeSet<>(projection.nonKeyAttributes());
        return "by " + key(key, definitions) + " with " + projected;
    }

    private static String view(@Nullable StreamSpecification stream) {
        return stream == null || !Boolean.TRUE.equals(stream.streamEnabled()) ? "" : stream.streamViewTypeAsString();
    }
}
