package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.tables.TableNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/**
 * Holds the declarations of views and aggregates to what they were when their first row was written: the row of their
 * source in table Epochs remembers it. Threadsafe.
 */
final class Declarations {
    private static final String PREFIX = "declared ";

    private final DynamoDbClient client;
    private final TableNames names;

    Declarations(DynamoDbClient client, TableNames names) {
        this.client = client;
        this.names = names;
    }

    /**
     * Compares what is declared with what is remembered, and remembers what is new.
     *
     * @return the row of the source, as it was read
     * @throws IllegalStateException when one was declared otherwise: says how to build the next version
     */
    Map<String, AttributeValue> hold(Catalog catalog, String source) {
        List<Effect> effects = catalog.effectsOf(source);
        Map<String, AttributeValue> remembered = remembered(source);
        List<Effect> fresh = new ArrayList<>();
        for (Effect effect : effects) {
            if (remembered.containsKey(PREFIX + effect.tableName())) {
                compare(effect, remembered);
            } else {
                fresh.add(effect);
            }
        }
        if (!fresh.isEmpty()) {
            Map<String, AttributeValue> now = remember(source, fresh);
            fresh.forEach(effect -> compare(effect, now));
        }
        return remembered;
    }

    /**
     * Compares one declaration with what its rows were made by, and remembers nothing: where nothing is remembered there are no
     * rows.
     *
     * @throws IllegalStateException when it was declared otherwise: says how to build the next version
     */
    void check(Effect effect) {
        compare(effect, remembered(effect.source()));
    }

    private Map<String, AttributeValue> remembered(String source) {
        return client.getItem(request -> request.tableName(names.physical(Catalog.EPOCHS))
                        .key(key(source))
                        .consistentRead(true))
                .item();
    }

    /** What was there first stays: another environment may be remembering the same. */
    private Map<String, AttributeValue> remember(String source, List<Effect> effects) {
        Map<String, String> attributes = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        List<String> sets = new ArrayList<>();
        for (Effect effect : effects) {
            int n = sets.size();
            attributes.put("#d" + n, PREFIX + effect.tableName());
            values.put(":d" + n, AttributeValue.fromS(effect.declaration()));
            sets.add("#d" + n + " = if_not_exists(#d" + n + ", :d" + n + ")");
        }
        return client.updateItem(request -> request.tableName(names.physical(Catalog.EPOCHS))
                        .key(key(source))
                        .updateExpression("SET " + String.join(", ", sets))
                        .expressionAttributeNames(attributes)
                        .expressionAttributeValues(values)
                        .returnValues(ReturnValue.ALL_NEW))
                .attributes();
    }

    private static void compare(Effect effect, Map<String, AttributeValue> remembered) {
        AttributeValue before = remembered.get(PREFIX + effect.tableName());
        if (before != null && !effect.declaration().equals(before.s())) {
            throw new IllegalStateException(plan(effect, before.s()));
        }
    }

    private static String plan(Effect effect, String before) {
        int next = effect.version() + 1;
        return """
                %1$s version %2$d is declared otherwise than its rows were made. Now: %3$s. Before: %4$s.
                Nothing was written; the stream waits. To change it on live data:
                1. put the old declaration of version %2$d back, and add the new one beside it with .version(%5$d)
                2. deploy: items that change are shown in both
                3. scripts/penstock rebuild %1$sV%5$d
                4. scripts/penstock versions switch %1$s %5$d, which compares it with its source first
                5. to roll back: scripts/penstock versions switch %1$s %2$d
                6. once nobody reads version %2$d, remove its declaration and deploy""".formatted(effect.name(), effect.version(), effect.declaration(), before, next);
    }

    static Map<String, AttributeValue> key(String source) {
        return Map.of("source", AttributeValue.fromS(source));
    }
}
