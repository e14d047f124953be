package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.allTypes;
import static dev.penstock.local.dax.Samples.document;
import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.order;
import static dev.penstock.local.dax.Samples.ordered;
import static dev.penstock.local.dax.Samples.s;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Several items at once: batches and transactions, done and cancelled. */
enum BatchScenario implements Scenario {
    BATCHES {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            List<WriteRequest> puts = IntStream.range(0, 8)
                    .mapToObj(i -> WriteRequest.builder()
                            .putRequest(put -> put.item(order(id, i, "amount", n(i), "cart", document())))
                            .build())
                    .toList();
            List<WriteRequest> mixed = List.of(
                    WriteRequest.builder()
                            .deleteRequest(delete -> delete.key(order(id, 0)))
                            .build(),
                    WriteRequest.builder()
                            .putRequest(put -> put.item(order(id, 1, "amount", n("1.5"))))
                            .build());
            List<WriteRequest> sessions = List.of(WriteRequest.builder()
                    .putRequest(put -> put.item(allTypes(id)))
                    .build());
            List<Map<String, AttributeValue>> keys =
                    IntStream.range(0, 10).mapToObj(i -> order(id, i)).toList();
            return List.of(
                    c -> c.batchWriteItem(r -> r.requestItems(Map.of("Orders", puts))),
                    c -> c.batchWriteItem(r -> r.requestItems(Map.of("Orders", mixed, "Sessions", sessions))),
                    c -> ordered(c.batchGetItem(r -> r.requestItems(Map.of(
                            "Orders",
                            KeysAndAttributes.builder().keys(keys).build(),
                            "Sessions",
                            KeysAndAttributes.builder()
                                    .keys(List.of(Map.of("id", s(id)), Map.of("id", s("none"))))
                                    .build())))),
                    c -> ordered(c.batchGetItem(r -> r.requestItems(Map.of(
                            "Orders",
                            KeysAndAttributes.builder()
                                    .keys(keys)
                                    .projectionExpression("orderId, #t, cart.a[3]")
                                    .expressionAttributeNames(Map.of("#t", "amount"))
                                    .build())))),
                    c -> ordered(c.batchGetItem(r -> r.requestItems(Map.of(
                            "Orders",
                            KeysAndAttributes.builder()
                                    .keys(keys)
                                    .consistentRead(true)
                                    .build())))));
        }
    },
    TRANSACTIONS {
        @Override
        public List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
            return List.of(
                    c -> c.transactWriteItems(r -> r.transactItems(
                            w -> w.put(p -> p.tableName("Orders").item(order(id, 1, "amount", n(1)))),
                            w -> w.put(p -> p.tableName("Sessions")
                                    .item(allTypes(id))
                                    .conditionExpression("attribute_not_exists(id)")))),
                    c -> c.transactWriteItems(r -> r.transactItems(
                            w -> w.update(u -> u.tableName("Orders")
                                    .key(order(id, 1))
                                    .updateExpression("SET amount = amount + :one REMOVE absent")
                                    .conditionExpression("amount = :one")
                                    .expressionAttributeValues(Map.of(":one", n(1)))),
                            w -> w.delete(d -> d.tableName("Sessions").key(Map.of("id", s(id)))),
                            w -> w.conditionCheck(k -> k.tableName("Orders")
                                    .key(order(id, 9))
                                    .conditionExpression("attribute_not_exists(orderId)")))),
                    c -> c.transactWriteItems(r -> r.transactItems(
                            w -> w.put(p -> p.tableName("Orders")
                                    .item(order(id, 1, "amount", n(1)))
                                    .conditionExpression("amount = :one")
                                    .expressionAttributeValues(Map.of(":one", n(77)))
                                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)),
                            w -> w.put(p -> p.tableName("Orders").item(order(id, 2))),
                            w -> w.delete(d -> d.tableName("Orders")
                                    .key(order(id, 3))
                                    .conditionExpression("attribute_exists(orderId)")))),
                    c -> c.transactGetItems(r -> r.transactItems(
                            g -> g.get(t -> t.tableName("Orders").key(order(id, 1))),
                            g -> g.get(t -> t.tableName("Orders").key(order(id, 2))),
                            g -> g.get(t ->
                                    t.tableName("Orders").key(order(id, 1)).projectionExpression("amount, orderId")))),
                    c -> c.transactGetItems(r -> r.transactItems(
                            g -> g.get(t -> t.tableName("Orders").key(order(id, 1))),
                            g -> g.get(t -> t.tableName("Sessions").key(Map.of("id", s(id)))))));
        }
    }
}
