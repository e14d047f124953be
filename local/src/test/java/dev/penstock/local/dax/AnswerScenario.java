package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.order;
import static dev.penstock.local.dax.Samples.s;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** What comes beside items: consumed capacity, and refusals with their messages. */
enum AnswerScenario implements Scenario {
    CAPACITY {
        @Override
        @SuppressWarnings("EnumOrdinal") // any limit, another for each
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
            for (ReturnConsumedCapacity wanted : ReturnConsumedCapacity.knownValues()) {
                String key = id + wanted;
                Map<String, AttributeValue> item = order(key, 1, "status", s(key), "madeAt", n(1));
                steps.add(c ->
                        c.getItem(r -> r.tableName("Orders").key(order(key, 1)).returnConsumedCapacity(wanted)));
                steps.add(c -> c.putItem(r -> r.tableName("Orders").item(item).returnConsumedCapacity(wanted)));
                steps.add(c -> c.updateItem(r -> r.tableName("Orders")
                        .key(order(key, 1))
                        .updateExpression("SET madeAt = :at")
                        .expressionAttributeValues(Map.of(":at", n(2)))
                        .returnConsumedCapacity(wanted)));
                steps.add(c -> c.getItem(r -> r.tableName("Orders")
                        .key(order(key, 1))
                        .consistentRead(true)
                        .returnConsumedCapacity(wanted)));
                steps.add(c -> c.query(r -> r.tableName("Orders")
                        .indexName("byStatus")
                        .keyConditionExpression("#s = :s")
                        .expressionAttributeNames(Map.of("#s", "status"))
                        .expressionAttributeValues(Map.of(":s", s(key)))
                        .returnConsumedCapacity(wanted)));
                steps.add(c -> c.scan(
                        r -> r.tableName("Numbers").limit(1 + wanted.ordinal()).returnConsumedCapacity(wanted)));
                steps.add(c -> c.batchWriteItem(r -> r.requestItems(Map.of(
                                "Orders",
                                List.of(WriteRequest.builder()
                                        .putRequest(put -> put.item(order(key, 2)))
                                        .build())))
                        .returnConsumedCapacity(wanted)));
                steps.add(c -> c.batchGetItem(r -> r.requestItems(Map.of(
                                "Orders",
                                KeysAndAttributes.builder()
                                        .keys(List.of(order(key, 7)))
                                        .build()))
                        .returnConsumedCapacity(wanted)));
                steps.add(c -> c.transactWriteItems(r -> r.transactItems(
                                w -> w.put(p -> p.tableName("Orders").item(order(key, 3))))
                        .returnConsumedCapacity(wanted)));
                steps.add(c -> c.transactGetItems(r -> r.transactItems(
                                g -> g.get(t -> t.tableName("Orders").key(order(key, 3))))
                        .returnConsumedCapacity(wanted)));
                steps.add(c -> c.deleteItem(
                        r -> r.tableName("Orders").key(order(key, 1)).returnConsumedCapacity(wanted)));
            }
            return steps;
        }
    },
    REFUSALS {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            return List.of(
                    c -> c.putItem(r -> r.tableName("Nowhere").item(Map.of("id", s(id)))),
                    c -> c.query(r -> r.tableName("Nowhere")
                            .keyConditionExpression("id = :i")
                            .expressionAttributeValues(Map.of(":i", s(id)))),
                    c -> c.putItem(r -> r.tableName("Sessions").item(Map.of("id", s("")))),
                    c -> c.putItem(r -> r.tableName("Sessions").item(Map.of("id", s(id), "n", n("1e200")))),
                    c -> c.putItem(r ->
                            r.tableName("Sessions").item(Map.of("id", s(id), "big", s("x".repeat(410 * 1024))))),
                    c -> c.putItem(r -> r.tableName("Sessions")
                            .item(Map.of("id", s(id), "ss", AttributeValue.fromSs(List.of("a", "a"))))),
                    c -> c.query(r -> r.tableName("Orders")
                            .keyConditionExpression("customerId = :c")
                            .expressionAttributeValues(Map.of(":c", n(1)))),
                    c -> c.scan(r -> r.tableName("Orders").segment(3).totalSegments(2)));
        }
    }
}
