package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.order;
import static dev.penstock.local.dax.Samples.s;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Random histories on few keys: whatever is written through DAX, by any operation, a read through it tells the same as
 * the plain client in a store of its own. The query cache is off here, for its results are meant to lag.
 */
@Timeout(600)
class RandomDifferentialTest {
    private static final int CASES = 1_500;
    private static final int TABLE_CHECK = 500;

    @Test
    void sameAnswers() {
        try (EmbeddedDynamo plain = new EmbeddedDynamo();
                EmbeddedDynamo behindDax = new EmbeddedDynamo();
                DaxServer server = DaxServer.start(
                        behindDax.client(),
                        DaxSettings.defaults()
                                .withPorts(0, DaxSettings.NO_TLS)
                                .withTtls(Duration.ofMinutes(5), Duration.ZERO),
                        InstantSource.system(),
                        Runnable::run,
                        System::nanoTime);
                DynamoDbClient dax = DaxClients.sync(server.url())) {
            Tries.run(CASES, (random, i) -> {
                Function<DynamoDbClient, SdkPojo> step = step(random);
                assertEquals(answer(plain.client(), step), answer(dax, step));
                if (i % TABLE_CHECK == TABLE_CHECK - 1) {
                    assertEquals(DifferentialTest.tables(plain.client()), DifferentialTest.tables(behindDax.client()));
                }
            });
            assertTrue(server.metrics().get("ItemCacheHits") > 0, "nothing was ever answered from the cache");
        }
    }

    private static Object answer(DynamoDbClient client, Function<DynamoDbClient, SdkPojo> step) {
        Object answer = DifferentialTest.answer(client, step);
        if (answer instanceof Map<?, ?> members) {
            members.remove("ConsumedCapacity"); // DynamoDB Local sometimes tells it unasked
        }
        return answer;
    }

    private static Function<DynamoDbClient, SdkPojo> step(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0, 1 -> put(random);
            case 2, 3 -> update(random);
            case 4 -> delete(random);
            case 5, 6, 7 -> get(random);
            case 8 -> query(random);
            case 9 -> batchWrite(random);
            case 10 -> batchGet(random);
            default -> transactWrite(random);
        };
    }

    private static Map<String, AttributeValue> key(SplittableRandom random) {
        return order("c" + random.nextInt(3), List.of("0", "-1", "2.5", "1e40").get(random.nextInt(4)));
    }

    private static Map<String, AttributeValue> item(SplittableRandom random) {
        Map<String, AttributeValue> item = new HashMap<>(key(random));
        for (int i = random.nextInt(6); i > 0; i--) {
            item.put("x" + random.nextInt(8), RandomItems.value(random, 3));
        }
        item.put("v", n(random.nextInt(4)));
        return item;
    }

    private static String condition(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> "attribute_exists(orderId) AND v >= :v";
            case 1 -> "attribute_not_exists(orderId) OR v = :v";
            case 2 -> "NOT (v < :v AND attribute_exists(x1))";
            case 3 -> "v BETWEEN :v AND :v";
            case 4 -> "v IN (:v) OR size(x1) > :v";
            default -> "attribute_not_exists(x1) AND (v <> :v OR attribute_type(x2, :t))";
        };
    }

    private static Map<String, AttributeValue> values(SplittableRandom random, String condition) {
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":v", n(random.nextInt(4))));
        if (condition.contains(":t")) {
            values.put(":t", s("S"));
        }
        return values;
    }

    private static ReturnValue returned(SplittableRandom random, ReturnValue... among) {
        return among[random.nextInt(among.length)];
    }

    private static Function<DynamoDbClient, SdkPojo> put(SplittableRandom random) {
        Map<String, AttributeValue> item = item(random);
        String condition = condition(random);
        Map<String, AttributeValue> values = values(random, condition);
        boolean conditional = random.nextBoolean();
        ReturnValue returned = returned(random, ReturnValue.NONE, ReturnValue.ALL_OLD);
        return client -> client.putItem(request -> request.tableName("Orders")
                .item(item)
                .returnValues(returned)
                .conditionExpression(conditional ? condition : null)
                .expressionAttributeValues(conditional ? values : null));
    }

    private static Function<DynamoDbClient, SdkPojo> update(SplittableRandom random) {
        Map<String, AttributeValue> key = key(random);
        String expression = switch (random.nextInt(5)) {
            case 0 -> "SET x1 = :v, x2 = if_not_exists(x3, :v)";
            case 1 -> "ADD v :v REMOVE x1";
            case 2 -> "SET v = v + :v";
            case 3 -> "SET x4 = :v REMOVE x5, x6[0], x7.a";
            default -> "SET x1[1] = :v";
        };
        Map<String, AttributeValue> values = Map.of(":v", n(random.nextInt(4)));
        ReturnValue returned = returned(
                random,
                ReturnValue.NONE,
                ReturnValue.ALL_OLD,
                ReturnValue.ALL_NEW,
                ReturnValue.UPDATED_OLD,
                ReturnValue.UPDATED_NEW);
        return client -> client.updateItem(request -> request.tableName("Orders")
                .key(key)
                .updateExpression(expression)
                .expressionAttributeValues(values)
                .returnValues(returned));
    }

    private static Function<DynamoDbClient, SdkPojo> delete(SplittableRandom random) {
        Map<String, AttributeValue> key = key(random);
        String condition = condition(random);
        Map<String, AttributeValue> values = values(random, condition);
        ReturnValue returned = returned(random, ReturnValue.NONE, ReturnValue.ALL_OLD);
        return client -> client.deleteItem(request -> request.tableName("Orders")
                .key(key)
                .returnValues(returned)
                .conditionExpression(condition)
                .expressionAttributeValues(values));
    }

    private static Function<DynamoDbClient, SdkPojo> get(SplittableRandom random) {
        Map<String, AttributeValue> key = key(random);
        boolean consistent = random.nextInt(4) == 0;
        String projection = random.nextBoolean() ? null : "v, x1[0], x2.a, x3, customerId";
        return client -> client.getItem(request ->
                request.tableName("Orders").key(key).consistentRead(consistent).projectionExpression(projection));
    }

    private static Function<DynamoDbClient, SdkPojo> query(SplittableRandom random) {
        AttributeValue customer = s("c" + random.nextInt(3));
        int limit = 1 + random.nextInt(4);
        boolean forward = random.nextBoolean();
        String projection = random.nextBoolean() ? null : "orderId, x1";
        String filter = random.nextBoolean() ? null : "attribute_exists(x2)";
        return client -> client.query(request -> request.tableName("Orders")
                .keyConditionExpression("customerId = :c")
                .expressionAttributeValues(Map.of(":c", customer))
                .filterExpression(filter)
                .projectionExpression(projection)
                .scanIndexForward(forward)
                .limit(limit));
    }

    private static Function<DynamoDbClient, SdkPojo> batchWrite(SplittableRandom random) {
        Map<Object, WriteRequest> writes = new HashMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Map<String, AttributeValue> item = item(random);
            Map<String, AttributeValue> key =
                    order(item.get("customerId").s(), item.get("orderId").n());
            boolean delete = random.nextInt(3) == 0;
            writes.put(
                    Normal.of(key),
                    delete
                            ? WriteRequest.builder()
                                    .deleteRequest(request -> request.key(key))
                                    .build()
                            : WriteRequest.builder()
                                    .putRequest(request -> request.item(item))
                                    .build());
        }
        return client ->
                client.batchWriteItem(request -> request.requestItems(Map.of("Orders", List.copyOf(writes.values()))));
    }

    private static Function<DynamoDbClient, SdkPojo> batchGet(SplittableRandom random) {
        LinkedHashSet<Map<String, AttributeValue>> keys = new LinkedHashSet<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            keys.add(key(random));
        }
        boolean consistent = random.nextInt(4) == 0;
        return client -> Samples.ordered(client.batchGetItem(request -> request.requestItems(Map.of(
                "Orders",
                KeysAndAttributes.builder()
                        .keys(List.copyOf(keys))
                        .consistentRead(consistent)
                        .build()))));
    }

    private static Function<DynamoDbClient, SdkPojo> transactWrite(SplittableRandom random) {
        Map<Object, TransactWriteItem> actions = new HashMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Map<String, AttributeValue> item = item(random);
            Map<String, AttributeValue> key =
                    order(item.get("customerId").s(), item.get("orderId").n());
            String condition = condition(random);
            Map<String, AttributeValue> values = values(random, condition);
            boolean conditional = random.nextInt(3) == 0;
            actions.put(
                    Normal.of(key),
                    switch (random.nextInt(3)) {
                        case 0 ->
                            TransactWriteItem.builder()
                                    .delete(delete -> delete.tableName("Orders").key(key))
                                    .build();
                        case 1 ->
                            TransactWriteItem.builder()
                                    .update(update -> update.tableName("Orders")
                                            .key(key)
                                            .updateExpression("ADD v :v")
                                            .expressionAttributeValues(Map.of(":v", n(1))))
                                    .build();
                        default ->
                            TransactWriteItem.builder()
                                    .put(put -> put.tableName("Orders")
                                            .item(item)
                                            .conditionExpression(conditional ? condition : null)
                                            .expressionAttributeValues(conditional ? values : null))
                                    .build();
                    });
        }
        List<TransactWriteItem> all = new ArrayList<>(actions.values());
        return client -> client.transactWriteItems(request -> request.transactItems(all));
    }
}
