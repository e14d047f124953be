package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.allTypes;
import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.s;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** Conditions and updates: every operator and function of their grammar. */
enum ExpressionScenario implements Scenario {
    CONDITIONS {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
            steps.add(c -> c.putItem(r -> r.tableName("Sessions").item(allTypes(id))));
            for (String condition : List.of(
                    "attribute_exists(id)",
                    "attribute_not_exists(id)",
                    "attribute_not_exists(absent) AND attribute_exists(m.b.c)",
                    "s = :t",
                    "s <> :t",
                    "n < :zero",
                    "n <= :zero",
                    "n > :zero",
                    "n >= :zero",
                    "n BETWEEN :low AND :zero",
                    "s IN (:t, :u)",
                    "NOT s = :t",
                    "NOT (s = :t OR n > :zero)",
                    "(s = :t OR n < :zero) AND NOT attribute_exists(absent)",
                    "s = :t OR s = :u OR n < :zero AND NOT s = :t",
                    "attribute_type(ss, :ss)",
                    "begins_with(s, :te)",
                    "contains(ss, :a)",
                    "contains(s, :te)",
                    "size(l) = :three",
                    "size(s) > size(ss)",
                    "m.a[2].deep = :x",
                    "m.a[0] < m.a[1]",
                    "s = n",
                    "begins_with(n, :te)")) {
                Map<String, AttributeValue> values = new HashMap<>(Map.of(
                        ":t",
                        s("text ä€\uD83D\uDE00"),
                        ":u",
                        s("u"),
                        ":zero",
                        n(0),
                        ":low",
                        n("-1e30"),
                        ":ss",
                        s("SS"),
                        ":te",
                        s("te"),
                        ":a",
                        s("a"),
                        ":three",
                        n(3),
                        ":x",
                        s("x")));
                values.keySet().removeIf(name -> !condition.matches(".*" + name + "\\b.*"));
                steps.add(c -> c.updateItem(r -> r.tableName("Sessions")
                        .key(Map.of("id", s(id)))
                        .updateExpression("SET touched = if_not_exists(touched, s)")
                        .conditionExpression(condition)
                        .expressionAttributeValues(values.isEmpty() ? null : values)));
                steps.add(c -> c.deleteItem(r -> r.tableName("Sessions")
                        .key(Map.of("id", s(id + "-absent")))
                        .conditionExpression(condition)
                        .expressionAttributeValues(values.isEmpty() ? null : values)));
            }
            return steps;
        }
    },
    UPDATES {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
            record Update(String expression, Map<String, AttributeValue> values) {}
            List<Update> updates = List.of(
                    new Update("SET v = :one", Map.of(":one", n(1))),
                    new Update("SET v = v + :one", Map.of(":one", n(1))),
                    new Update("SET v = v - :one, w = :one", Map.of(":one", n(1))),
                    new Update("SET v = if_not_exists(v, :one) + :one", Map.of(":one", n(1))),
                    new Update("SET l = list_append(:l, l)", Map.of(":l", AttributeValue.fromL(List.of(s("z"))))),
                    new Update("SET m.b.c = :x, m.a[1] = :x", Map.of(":x", s("new"))),
                    new Update("SET m.fresh = :x REMOVE s, l[0]", Map.of(":x", s("new"))),
                    new Update("ADD v :one, ss :ss", Map.of(":one", n(5), ":ss", AttributeValue.fromSs(List.of("q")))),
                    new Update("DELETE ss :ss", Map.of(":ss", AttributeValue.fromSs(List.of("a", "zz")))),
                    new Update(
                            "SET w = :x REMOVE bool ADD v :one DELETE ns :ns",
                            Map.of(":x", s("y"), ":one", n(1), ":ns", AttributeValue.fromNs(List.of("1")))),
                    new Update("SET absent.x = :x", Map.of(":x", s("y"))),
                    new Update("ADD s2 :x", Map.of(":x", s("y"))),
                    new Update("SET id = :x", Map.of(":x", s("y"))));
            for (ReturnValue returned : List.of(
                    ReturnValue.NONE,
                    ReturnValue.ALL_OLD,
                    ReturnValue.ALL_NEW,
                    ReturnValue.UPDATED_OLD,
                    ReturnValue.UPDATED_NEW)) {
                String key = id + returned;
                steps.add(c -> c.putItem(r -> r.tableName("Sessions").item(allTypes(key))));
                for (Update update : updates) {
                    steps.add(c -> c.updateItem(r -> r.tableName("Sessions")
                            .key(Map.of("id", s(key)))
                            .updateExpression(update.expression())
                            .expressionAttributeValues(update.values())
                            .returnValues(returned)));
                    steps.add(c -> c.getItem(r -> r.tableName("Sessions").key(Map.of("id", s(key)))));
                }
                steps.add(c -> c.updateItem(r -> r.tableName("Sessions")
                        .key(Map.of("id", s(key + "-fresh")))
                        .updateExpression("SET a = :a")
                        .expressionAttributeValues(Map.of(":a", n(1)))
                        .returnValues(returned)));
                steps.add(c -> c.updateItem(r -> r.tableName("Sessions")
                        .key(Map.of("id", s(key + "-bare")))
                        .returnValues(returned)));
                steps.add(c -> c.getItem(r -> r.tableName("Sessions").key(Map.of("id", s(key + "-bare")))));
            }
            return steps;
        }
    }
}
