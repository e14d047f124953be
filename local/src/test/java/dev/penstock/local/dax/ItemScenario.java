package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.allTypes;
import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.order;
import static dev.penstock.local.dax.Samples.s;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** One item at a time: every type, projections, return values, keys. */
enum ItemScenario implements Scenario {
    ALL_TYPES {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            return List.of(
                    c -> c.putItem(r -> r.tableName("Sessions").item(allTypes(id))),
                    c -> c.getItem(r -> r.tableName("Sessions").key(Map.of("id", s(id)))),
                    c -> c.getItem(r ->
                            r.tableName("Sessions").key(Map.of("id", s(id))).consistentRead(true)));
        }
    },
    KEY_ONLY_ITEM {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            return List.of(
                    c -> c.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(id)))),
                    c -> c.getItem(r -> r.tableName("Sessions").key(Map.of("id", s(id)))),
                    c -> c.deleteItem(r ->
                            r.tableName("Sessions").key(Map.of("id", s(id))).returnValues(ReturnValue.ALL_OLD)),
                    c -> c.getItem(r -> r.tableName("Sessions").key(Map.of("id", s(id)))));
        }
    },
    PROJECTIONS {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
            steps.add(c -> c.putItem(r -> r.tableName("Sessions").item(allTypes(id))));
            for (String projection : List.of(
                    "s",
                    "id",
                    "id, s, n",
                    "m.b.c",
                    "m.a[1]",
                    "m.a[3], m.a[0]",
                    "m.a[2].deep, m.b",
                    "l[0], l[1]",
                    "absent",
                    "absent.x, s",
                    "m.a[9]",
                    "#s",
                    "m.b.d, m.b.c, s",
                    "s, s",
                    "m, m.b")) {
                for (boolean consistent : new boolean[] {true, false}) {
                    steps.add(c -> c.getItem(r -> {
                        r.tableName("Sessions")
                                .key(Map.of("id", s(id)))
                                .projectionExpression(projection)
                                .consistentRead(consistent);
                        if (projection.contains("#")) {
                            r.expressionAttributeNames(Map.of("#s", "s"));
                        }
                    }));
                }
            }
            return steps;
        }
    },
    PUT_AND_DELETE_RETURN_VALUES {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            return List.of(
                    c -> c.putItem(r -> r.tableName("Orders")
                            .item(order(id, 1, "amount", n(5)))
                            .returnValues(ReturnValue.ALL_OLD)),
                    c -> c.putItem(r -> r.tableName("Orders")
                            .item(order(id, 1, "amount", n(6), "note", s("x")))
                            .returnValues(ReturnValue.ALL_OLD)),
                    c -> c.putItem(r -> r.tableName("Orders")
                            .item(order(id, 1, "amount", n(7)))
                            .returnValues(ReturnValue.UPDATED_NEW)),
                    c -> c.deleteItem(
                            r -> r.tableName("Orders").key(order(id, 1)).returnValues(ReturnValue.ALL_OLD)),
                    c -> c.deleteItem(
                            r -> r.tableName("Orders").key(order(id, 1)).returnValues(ReturnValue.ALL_OLD)));
        }
    },
    NUMERIC_SORT_KEYS {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
            for (String number : List.of(
                    "-1e6",
                    "-12.5",
                    "-1e-80",
                    "0",
                    "1e-80",
                    "0.001",
                    "1",
                    "10",
                    "99.99",
                    "1000000",
                    "12345678901234567890",
                    "1e70",
                    "-9.9e125",
                    "123456789012345678901234567890.12345678")) {
                steps.add(c -> c.putItem(r -> r.tableName("Orders").item(order(id, number, "amount", n(number)))));
                steps.add(c -> c.getItem(r -> r.tableName("Orders").key(order(id, number))));
            }
            for (boolean forward : new boolean[] {true, false}) {
                steps.add(c -> c.query(r -> r.tableName("Orders")
                        .keyConditionExpression("customerId = :c")
                        .expressionAttributeValues(Map.of(":c", s(id)))
                        .scanIndexForward(forward)));
            }
            steps.add(c -> c.query(r -> r.tableName("Orders")
                    .keyConditionExpression("customerId = :c AND orderId BETWEEN :low AND :high")
                    .expressionAttributeValues(Map.of(":c", s(id), ":low", n("-13"), ":high", n("99.99")))));
            return steps;
        }
    },
    KEYS_OF_EVERY_TYPE {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            AttributeValue bytes = AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {1, 0, -1}));
            Map<String, AttributeValue> blob = Map.of("id", n("42.5"), "part", bytes, "v", s("x"));
            Map<String, AttributeValue> blobKey = Map.of("id", n("42.50"), "part", bytes);
            return List.of(
                    c -> c.putItem(r -> r.tableName("Blobs").item(blob)),
                    c -> c.getItem(r -> r.tableName("Blobs").key(blobKey)),
                    c -> c.putItem(r -> r.tableName("Binaries").item(Map.of("id", bytes, "v", s("x")))),
                    c -> c.getItem(r -> r.tableName("Binaries").key(Map.of("id", bytes))),
                    c -> c.putItem(r -> r.tableName("Numbers").item(Map.of("id", n("-7"), "v", s("x")))),
                    c -> c.getItem(r -> r.tableName("Numbers").key(Map.of("id", n("-7.0")))),
                    c -> c.scan(r -> r.tableName("Numbers")),
                    c -> c.scan(r -> r.tableName("Binaries")),
                    c -> c.query(r -> r.tableName("Blobs")
                            .keyConditionExpression("id = :id AND part > :p")
                            .expressionAttributeValues(Map.of(
                                    ":id", n("42.5"), ":p", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0
                                    }))))));
        }
    }
}
