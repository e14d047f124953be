package dev.penstock.local.recovery;

import dev.penstock.lambdas.operations.TableDifferences.Difference;
import dev.penstock.local.wire.Wire;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Puts items back, each only if it is still what it was when it was compared. */
final class Repair {
    private static final int BAD_REQUEST = 400;

    private final DynamoDbClient client;
    private final String table;
    private final boolean apply;
    private final PrintWriter out;
    private int same;
    private int done;
    private int leftAlone;

    Repair(DynamoDbClient client, String table, boolean apply, PrintWriter out) {
        this.client = client;
        this.table = table;
        this.apply = apply;
        this.out = out;
    }

    void same(Map<String, AttributeValue> key) {
        same++;
        out.println("  same     " + json(key));
    }

    /** @param difference between the past and the table as it is now */
    void put(Difference difference) {
        Map<String, AttributeValue> past = difference.one();
        String what = past == null ? "delete" : difference.other() == null ? "put back" : "replace";
        out.printf("  %-8s %s%s%n", what, json(difference.key()), past == null ? "" : " by " + json(past));
        if (!apply) {
            done++;
            return;
        }
        try {
            write(difference);
            done++;
        } catch (ConditionalCheckFailedException changed) {
            leftAlone++;
            out.println("           left alone: somebody changed it meanwhile");
        } catch (DynamoDbException refused) {
            if (refused.statusCode() != BAD_REQUEST || refused.isThrottlingException()) {
                throw refused;
            }
            leftAlone++;
            out.println("           left alone: " + refused.awsErrorDetails().errorMessage());
        }
    }

    private void write(Difference difference) {
        Map<String, AttributeValue> past = difference.one();
        Map<String, AttributeValue> seen = difference.other();
        var expressions = new Expressions();
        if (past == null) {
            String unchanged = expressions.unchanged(Objects.requireNonNull(seen), Set.of());
            client.deleteItem(request -> request.tableName(table)
                    .key(difference.key())
                    .conditionExpression(unchanged)
                    .expressionAttributeNames(expressions.names())
                    .expressionAttributeValues(expressions.values()));
        } else if (seen == null) {
            String partition = difference.key().keySet().iterator().next();
            client.putItem(request -> request.tableName(table)
                    .item(past)
                    .conditionExpression("attribute_not_exists(#k)")
                    .expressionAttributeNames(Map.of("#k", partition)));
        } else {
            // An update, so that an attribute which somebody adds meanwhile stays.
            String unchanged = expressions.unchanged(seen, past.keySet());
            String update = expressions.update(seen, past);
            client.updateItem(request -> request.tableName(table)
                    .key(difference.key())
                    .updateExpression(update)
                    .conditionExpression(unchanged)
                    .expressionAttributeNames(expressions.names())
                    .expressionAttributeValues(expressions.values()));
        }
    }

    /** Says what was done; answers whether nothing was left alone. */
    boolean report() {
        out.printf(
                "%,d %s, %,d the same, %,d left alone%s%n",
                done,
                apply ? "repaired" : "to repair",
                same,
                leftAlone,
                apply ? "" : "; nothing was written: add --apply");
        out.flush();
        return leftAlone == 0;
    }

    /** A condition and an update over the same placeholders. */
    private static final class Expressions {
        private final Map<String, String> names = new LinkedHashMap<>();
        private final Map<String, AttributeValue> values = new HashMap<>();

        Map<String, String> names() {
            return names;
        }

        Map<String, AttributeValue> values() {
            return values;
        }

        /** That an item is as it was seen: each attribute the same, and none of those that it would get. */
        String unchanged(Map<String, AttributeValue> seen, Set<String> wanted) {
            List<String> terms = new ArrayList<>();
            seen.forEach((name, value) -> terms.add(name(name) + " = " + value(value)));
            wanted.stream()
                    .filter(name -> !seen.containsKey(name))
                    .forEach(name -> terms.add("attribute_not_exists(" + name(name) + ")"));
            return String.join(" AND ", terms);
        }

        /** What makes of an item as it was seen what it was in the past. */
        String update(Map<String, AttributeValue> seen, Map<String, AttributeValue> past) {
            List<String> set = past.entrySet().stream()
                    .filter(each -> !each.getValue().equals(seen.get(each.getKey())))
                    .map(each -> name(each.getKey()) + " = " + value(each.getValue()))
                    .toList();
            List<String> remove = seen.keySet().stream()
                    .filter(name -> !past.containsKey(name))
                    .map(this::name)
                    .toList();
            return (set.isEmpty() ? "" : "SET " + String.join(", ", set) + " ")
                    + (remove.isEmpty() ? "" : "REMOVE " + String.join(", ", remove));
        }

        private String name(String name) {
            String placeholder = "#" + names.size();
            for (Map.Entry<String, String> known : names.entrySet()) {
                if (known.getValue().equals(name)) {
                    return known.getKey();
                }
            }
            names.put(placeholder, name);
            return placeholder;
        }

        private String value(AttributeValue value) {
            String placeholder = ":" + values.size();
            values.put(placeholder, value);
            return placeholder;
        }
    }

    private static String json(Map<String, AttributeValue> item) {
        return new String(Wire.writeItem(item), StandardCharsets.UTF_8);
    }
}
