package dev.penstock.local.dax;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * A table's primary key, and keys as bytes: a lone partition key is the bare value; with a sort key the partition key is
 * a CBOR item and the sort key, whose bytes sort like its values, is all that follows.
 */
record KeySchema(Attribute partition, @Nullable Attribute sort) {
    record Attribute(String name, ScalarAttributeType type) {}

    static KeySchema of(TableDescription table) {
        Map<KeyType, Attribute> keys = new TreeMap<>();
        table.keySchema()
                .forEach(element -> table.attributeDefinitions().stream()
                        .filter(definition -> definition.attributeName().equals(element.attributeName()))
                        .map(AttributeDefinition::attributeType)
                        .forEach(type -> keys.put(element.keyType(), new Attribute(element.attributeName(), type))));
        Attribute partition = keys.get(KeyType.HASH);
        if (partition == null) {
            throw new IllegalStateException("table without partition key: " + table);
        }
        return new KeySchema(partition, keys.get(KeyType.RANGE));
    }

    List<Attribute> attributes() {
        return sort == null ? List.of(partition) : List.of(partition, sort);
    }

    boolean isKey(String name) {
        return name.equals(partition.name()) || (sort != null && name.equals(sort.name()));
    }

    /** The key of an item or of a key map; other attributes are left out. */
    byte[] encode(Map<String, AttributeValue> item) {
        CborWriter out = new CborWriter(64);
        AttributeValue partitionValue = value(item, partition);
        if (sort == null) {
            writeBare(partitionValue, partition.type(), out);
            return out.toByteArray();
        }
        Values.write(partitionValue, out);
        AttributeValue sortValue = value(item, sort);
        if (sort.type() == ScalarAttributeType.N) {
            LexDecimal.write(new BigDecimal(sortValue.n()), out);
        } else {
            writeBare(sortValue, sort.type(), out);
        }
        return out.toByteArray();
    }

    Map<String, AttributeValue> decode(byte[] key) {
        CborReader in = new CborReader(key);
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        if (sort == null) {
            item.put(partition.name(), readBare(in, partition.type()));
            return item;
        }
        AttributeValue partitionValue = Values.read(in);
        item.put(partition.name(), partitionValue);
        item.put(
                sort.name(),
                sort.type() == ScalarAttributeType.N
                        ? AttributeValue.fromN(Values.text(LexDecimal.read(in)))
                        : readBare(in, sort.type()));
        return item;
    }

    private static void writeBare(AttributeValue value, ScalarAttributeType type, CborWriter out) {
        switch (type) {
            case S -> out.raw(value.s().getBytes(StandardCharsets.UTF_8));
            case B -> out.raw(value.b().asByteArrayUnsafe());
            default -> Values.write(value, out);
        }
    }

    private static AttributeValue readBare(CborReader in, ScalarAttributeType type) {
        return switch (type) {
            case S -> AttributeValue.fromS(new String(in.readRest(), StandardCharsets.UTF_8));
            case B -> AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(in.readRest()));
            default -> Values.read(in);
        };
    }

    private static AttributeValue value(Map<String, AttributeValue> item, Attribute attribute) {
        AttributeValue value = item.get(attribute.name());
        if (value == null) {
            throw new IllegalArgumentException("no key attribute " + attribute.name() + " in " + item.keySet());
        }
        return value;
    }
}
