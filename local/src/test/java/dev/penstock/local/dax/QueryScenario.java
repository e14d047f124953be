package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.document;
import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.order;
import static dev.penstock.local.dax.Samples.s;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Queries and scans: paging, indexes, filters, counts, segments. */
enum QueryScenario implements Scenario {
    QUERIES_AND_PAGES {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>(IntStream.range(0, 12)
                    .mapToObj(i -> (Function<DynamoDbClient, SdkPojo>) c -> c.putItem(r -> r.tableName("Orders")
                            .item(order(
                                    id,
                                    i,
                                    "status",
                                    s(id + (i % 3 == 0 ? "open" : "paid")),
                                    "madeAt",
                                    n(100 - i),
                                    "amount",
                                    n(i * 10),
                                    "cart",
                                    document()))))
                    .toList());
            for (String start : List.of("-1", "3", "9", "11")) {
                steps.add(c -> c.query(r -> r.tableName("Orders")
                        .keyConditionExpression("customerId = :c")
                        .expressionAttributeValues(Map.of(":c", s(id)))
                        .limit(4)
                        .exclusiveStartKey(start.equals("-1") ? null : order(id, start))));
            }
            steps.add(c -> c.query(r -> r.tableName("Orders")
                    .keyConditionExpression("customerId = :c AND orderId >= :o")
                    .filterExpression("amount < :t AND (contains(#s, :p) OR amount = :o)")
                    .expressionAttributeNames(Map.of("#s", "status"))
                    .expressionAttributeValues(Map.of(":c", s(id), ":o", n(3), ":t", n(90), ":p", s("paid")))));
            steps.add(c -> c.query(r -> r.tableName("Orders")
                    .keyConditionExpression("customerId = :c")
                    .projectionExpression("orderId, cart.a[2].deep, cart.a[0]")
                    .expressionAttributeValues(Map.of(":c", s(id)))
                    .consistentRead(true)));
            for (Select select : List.of(
                    Select.COUNT, Select.ALL_ATTRIBUTES, Select.ALL_PROJECTED_ATTRIBUTES, Select.SPECIFIC_ATTRIBUTES)) {
                for (String index : new String[] {null, "byStatus"}) {
                    steps.add(c -> c.query(r -> r.tableName("Orders")
                            .indexName(index)
                            .keyConditionExpression(index == null ? "customerId = :c" : "#s = :c")
                            .expressionAttributeNames(index == null ? null : Map.of("#s", "status"))
                            .expressionAttributeValues(Map.of(":c", s(index == null ? id : id + "open")))
                            .projectionExpression(select == Select.SPECIFIC_ATTRIBUTES ? "amount" : null)
                            .select(select)));
                }
            }
            Function<DynamoDbClient, SdkPojo> first = c -> c.query(r -> r.tableName("Orders")
                    .indexName("byStatus")
                    .keyConditionExpression("#s = :s")
                    .expressionAttributeNames(Map.of("#s", "status"))
                    .expressionAttributeValues(Map.of(":s", s(id + "paid")))
                    .scanIndexForward(false)
                    .limit(3));
            steps.add(first);
            steps.add(c -> c.query(r -> r.tableName("Orders")
                    .indexName("byStatus")
                    .keyConditionExpression("#s = :s")
                    .expressionAttributeNames(Map.of("#s", "status"))
                    .expressionAttributeValues(Map.of(":s", s(id + "paid")))
                    .scanIndexForward(false)
                    .limit(3)
                    .exclusiveStartKey(order(id, 4, "status", s(id + "paid"), "madeAt", n(96)))));
            steps.add(c -> c.query(r -> r.tableName("Orders")
                    .keyConditionExpression("orderId = :o")
                    .expressionAttributeValues(Map.of(":o", n(1)))));
            steps.add(c -> c.query(r -> r.tableName("Orders")
                    .indexName("noIndex")
                    .keyConditionExpression("customerId = :o")
                    .expressionAttributeValues(Map.of(":o", s("x")))));
            return steps;
        }
    },
    LOCAL_INDEX {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Map<String, AttributeValue> note =
                        Map.of("p", s(id), "s", s("s" + i), "l", s("l" + (9 - i)), "body", document());
                steps.add(c -> c.putItem(r -> r.tableName("Notes").item(note)));
            }
            for (Select select : new Select[] {null, Select.ALL_ATTRIBUTES, Select.ALL_PROJECTED_ATTRIBUTES}) {
                steps.add(c -> c.query(r -> r.tableName("Notes")
                        .indexName("byL")
                        .keyConditionExpression("p = :p AND begins_with(l, :l)")
                        .expressionAttributeValues(Map.of(":p", s(id), ":l", s("l")))
                        .select(select)
                        .limit(3)));
            }
            steps.add(c -> c.query(r -> r.tableName("Notes")
                    .indexName("byL")
                    .keyConditionExpression("p = :p")
                    .projectionExpression("body.a[1], s")
                    .expressionAttributeValues(Map.of(":p", s(id)))));
            return steps;
        }
    },
    SCANS {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                Map<String, AttributeValue> blob =
                        Map.of("id", n(1000 + i), "part", AttributeValue.fromB(SdkBytes.fromUtf8String(id)), "k", n(i));
                steps.add(c -> c.putItem(r -> r.tableName("Blobs").item(blob)));
            }
            for (int segment = 0; segment < 3; segment++) {
                int number = segment;
                steps.add(c -> c.scan(r -> r.tableName("Blobs").segment(number).totalSegments(3)));
            }
            steps.add(c -> c.scan(r -> r.tableName("Blobs")
                    .filterExpression("k > :k")
                    .projectionExpression("k")
                    .expressionAttributeValues(Map.of(":k", n(4)))));
            steps.add(c -> c.scan(r -> r.tableName("Blobs").limit(4)));
            steps.add(c -> c.scan(r -> r.tableName("Blobs").select(Select.COUNT).consistentRead(true)));
            steps.add(
                    c -> c.scan(r -> r.tableName("Orders").indexName("byStatus").limit(2)));
            return steps;
        }
    }
}
