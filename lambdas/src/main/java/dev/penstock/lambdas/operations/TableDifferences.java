package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.tables.Items;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Compares two tables of the same keys item by item: memory for a page, capacity for two scans and as many reads by key. */
public final class TableDifferences {
    private static final int BATCH = 100;
    private static final int MOST_ROUNDS = 100;

    private final DynamoDbClient client;
    private final List<String> keyNames;

    /** @param keyNames of both tables */
    public TableDifferences(DynamoDbClient client, List<String> keyNames) {
        this.client = client;
        this.keyNames = List.copyOf(keyNames);
    }

    /**
     * A key whose items differ.
     *
     * @param one {@code null}: not in the first table
     * @param other {@code null}: not in the second table
     */
    public record Difference(
            Map<String, AttributeValue> key,
            @Nullable Map<String, AttributeValue> one,
            @Nullable Map<String, AttributeValue> other) {}

    /**
     * Visits each difference until the visitor has enough.
     *
     * @param visitor answers whether to go on
     * @return items compared
     */
    public long compare(String one, String other, Predicate<Difference> visitor) {
        long compared = 0;
        List<Map<String, AttributeValue>> page = new ArrayList<>(BATCH);
        for (Map<String, AttributeValue> item : scan(one, false)) {
            page.add(item);
            compared++;
            if (page.size() == BATCH && !compareWith(other, page, visitor)) {
                return compared;
            }
        }
        if (!compareWith(other, page, visitor)) {
            return compared;
        }
        for (Map<String, AttributeValue> key : scan(other, true)) {
            page.add(key);
            if (page.size() == BATCH && !onlyThere(one, other, page, visitor)) {
                return compared;
            }
        }
        onlyThere(one, other, page, visitor);
        return compared;
    }

    /** The difference of one key; {@code null} when the items are the same. */
    public @Nullable Difference at(String one, String other, Map<String, AttributeValue> key) {
        var mine = read(one, List.of(key)).get(new TreeMap<>(key));
        var theirs = read(other, List.of(key)).get(new TreeMap<>(key));
        return same(mine, theirs) ? null : new Difference(key, mine, theirs);
    }

    private boolean compareWith(String other, List<Map<String, AttributeValue>> items, Predicate<Difference> visitor) {
        Map<Map<String, AttributeValue>, Map<String, AttributeValue>> theirs =
                read(other, items.stream().map(this::key).toList());
        for (Map<String, AttributeValue> mine : items) {
            var theirItem = theirs.get(key(mine));
            if (!same(mine, theirItem) && !visitor.test(new Difference(key(mine), mine, theirItem))) {
                return false;
            }
        }
        items.clear();
        return true;
    }

    private boolean onlyThere(
            String one, String other, List<Map<String, AttributeValue>> keys, Predicate<Difference> visitor) {
        var mine = read(one, keys);
        List<Map<String, AttributeValue>> missing =
                keys.stream().filter(key -> !mine.containsKey(key(key))).toList();
        var theirs = read(other, missing);
        keys.clear();
        return missing.stream()
                .map(this::key)
                .filter(theirs::containsKey)
                .allMatch(key -> visitor.test(new Difference(key, null, theirs.get(key))));
    }

    /** DynamoDB answers numbers in their normal form and sets in any order. */
    private static boolean same(
            @Nullable Map<String, AttributeValue> one, @Nullable Map<String, AttributeValue> other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        return Items.fromSdk(one).equals(Items.fromSdk(other));
    }

    private Map<String, AttributeValue> key(Map<String, AttributeValue> item) {
        Map<String, AttributeValue> key = new TreeMap<>();
        keyNames.forEach(name -> {
            AttributeValue value = item.get(name);
            if (value != null) {
                key.put(name, value);
            }
        });
        return key;
    }

    private Iterable<Map<String, AttributeValue>> scan(String table, boolean keysOnly) {
        Map<String, String> names = new HashMap<>();
        keyNames.forEach(name -> names.put("#k" + names.size(), name));
        return () -> client.scanPaginator(request -> {
                    request.tableName(table).consistentRead(true);
                    if (keysOnly) {
                        request.projectionExpression(String.join(", ", names.keySet()))
                                .expressionAttributeNames(names);
                    }
                })
                .items()
                .iterator();
    }

    private Map<Map<String, AttributeValue>, Map<String, AttributeValue>> read(
            String table, List<Map<String, AttributeValue>> keys) {
        Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found = new HashMap<>();
        if (keys.isEmpty()) {
            return found;
        }
        Map<String, KeysAndAttributes> rest = Map.of(
                table,
                KeysAndAttributes.builder().consistentRead(true).keys(keys).build());
        for (int round = 0; !rest.isEmpty(); round++) {
            if (round == MOST_ROUNDS) {
                throw new IllegalStateException(
                        "keys of " + table + " stay unread after " + round + " rounds: it throttles");
            }
            var asked = rest;
            var answer = client.batchGetItem(request -> request.requestItems(asked));
            answer.responses().values().forEach(items -> items.forEach(item -> found.put(key(item), item)));
            rest = answer.unprocessedKeys();
        }
        return found;
    }
}
