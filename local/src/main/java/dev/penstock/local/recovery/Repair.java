package dev.penstock.local.recovery;

import dev.penstock.lambdas.operations.TableDifferences.Difference;
import dev.penstock.local.wire.Wire;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Puts items back, each only if it is still what it was when it was compared. */
final class Repair {
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
        var still = Unchanged.since(difference.other(), past, difference.key());
        try {
            if (past == null) {
                client.deleteItem(request -> request.tableName(table)
                        .key(difference.key())
                        .conditionExpression(still.expression())
                        .expressionAttributeNames(still.names())
                        .expressionAttributeValues(still.values()));
            } else {
                client.putItem(request -> request.tableName(table)
                        .item(past)
                        .conditionExpression(still.expression())
                        .expressionAttributeNames(still.names())
                        .expressionAttributeValues(still.values()));
            }
            done++;
        } catch (ConditionalCheckFailedException changed) {
            leftAlone++;
            out.println("           left alone: somebody changed it meanwhile");
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

    /**
     * The condition that an item is as it was seen: each attribute the same, and none of those that it would get.
     *
     * @param values {@code null}: the condition has none
     */
    private record Unchanged(
            String expression,
            Map<String, String> names,
            @Nullable Map<String, AttributeValue> values) {

        static Unchanged since(
                @Nullable Map<String, AttributeValue> seen,
                @Nullable Map<String, AttributeValue> wanted,
                Map<String, AttributeValue> key) {
            List<String> terms = new ArrayList<>();
            Map<String, String> names = new HashMap<>();
            Map<String, AttributeValue> values = new HashMap<>();
            if (seen == null) {
                names.put("#k", key.keySet().iterator().next());
                return new Unchanged("attribute_not_exists(#k)", names, null);
            }
            seen.forEach((name, value) -> {
                int i = names.size();
                names.put("#a" + i, name);
                values.put(":v" + i, value);
                terms.add("#a" + i + " = :v" + i);
            });
            if (wanted != null) {
                wanted.keySet().stream().filter(name -> !seen.containsKey(name)).forEach(name -> {
                    int i = names.size();
                    names.put("#a" + i, name);
                    terms.add("attribute_not_exists(#a" + i + ")");
                });
            }
            return new Unchanged(String.join(" AND ", terms), names, values);
        }
    }

    private static String json(Map<String, AttributeValue> item) {
        return new String(Wire.writeItem(item), StandardCharsets.UTF_8);
    }
}
