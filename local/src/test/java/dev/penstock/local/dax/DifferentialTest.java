package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.dax.exceptions.DaxServiceException;

/** The same steps through the plain client and, in another store, through DAX give equal answers and equal tables. */
@Timeout(120)
class DifferentialTest {
    private static EmbeddedDynamo plain;
    private static EmbeddedDynamo behindDax;
    private static DaxServer server;
    private static DynamoDbClient dax;

    @BeforeAll
    static void start() {
        plain = new EmbeddedDynamo();
        behindDax = new EmbeddedDynamo();
        server = DaxServer.start(
                behindDax.client(), DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS), InstantSource.system());
        dax = DaxClients.sync(server.url());
    }

    @AfterAll
    static void stop() {
        dax.close();
        server.close();
        plain.close();
        behindDax.close();
    }

    @ParameterizedTest
    @EnumSource
    void sameAnswers(Scenario scenario) {
        List<Object> expected = run(scenario, plain.client(), scenario.name());
        List<Object> actual = run(scenario, dax, scenario.name());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), scenario + ", step " + i);
        }
        assertEquals(expected.size(), actual.size());
        assertEquals(tables(plain.client()), tables(behindDax.client()), "what is stored after " + scenario);
    }

    private static List<Object> run(Scenario scenario, DynamoDbClient client, String id) {
        List<Object> answers = new ArrayList<>();
        for (Function<DynamoDbClient, SdkPojo> step : scenario.steps(id)) {
            Object answer = answer(client, step);
            if (scenario != Scenario.CAPACITY && answer instanceof Map<?, ?> members) {
                members.remove("ConsumedCapacity"); // DynamoDB Local sometimes tells it unasked
            }
            answers.add(answer);
        }
        return answers;
    }

    static Object answer(DynamoDbClient client, Function<DynamoDbClient, SdkPojo> step) {
        try {
            return Normal.of(step.apply(client));
        } catch (TransactionCanceledException canceled) {
            // The Java client adds a reason when it knows the names of its item, so their order may change on the way.
            return canceled.cancellationReasons().stream()
                    .map(reason -> reason.code() + Normal.of((SdkPojo) reason).get("Item"))
                    .sorted()
                    .toList();
        } catch (AwsServiceException refused) {
            return refusal(refused);
        }
    }

    /** Kind and message; what the DAX client refuses on its own has a message of its own. */
    private static String refusal(AwsServiceException refused) {
        if (refused instanceof DaxServiceException && refused.statusCode() < 0) {
            return "DynamoDbException";
        }
        String kind = refused.getClass().getSimpleName();
        return kind.equals("DynamoDbException") && refused.getMessage().startsWith("ALL_PROJECTED_ATTRIBUTES can be")
                ? kind
                : kind + ": " + refused.getMessage().replaceAll("^\\[[0-9.]+] | \\(Service: .*", "");
    }

    static List<Object> tables(DynamoDbClient client) {
        List<Object> contents = new ArrayList<>();
        for (String table : EmbeddedDynamo.TABLES) {
            contents.add(client.scanPaginator(scan -> scan.tableName(table)).items().stream()
                    .map(Normal::of)
                    .collect(Collectors.toSet()));
        }
        return contents;
    }

    static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }

    static AttributeValue n(Object number) {
        return AttributeValue.fromN(number.toString());
    }

    static Map<String, AttributeValue> order(String customer, Object number, Object... more) {
        Map<String, AttributeValue> item = new HashMap<>(Map.of("customerId", s(customer), "orderId", n(number)));
        for (int i = 0; i < more.length; i += 2) {
            item.put((String) more[i], (AttributeValue) more[i + 1]);
        }
        return item;
    }

    static AttributeValue document() {
        return AttributeValue.fromM(Map.of(
                "a", AttributeValue.fromL(List.of(n(10), n(11), AttributeValue.fromM(Map.of("deep", s("x"))), n(13))),
                "b", AttributeValue.fromM(Map.of("c", s("see"), "d", n("1.50")))));
    }

    static Map<String, AttributeValue> allTypes(String id) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("id", s(id));
        item.put("s", s("text ä€\uD83D\uDE00"));
        item.put("empty", s(""));
        item.put("n", n("-12345678901234567890.123456789"));
        item.put("small", n("0.00000000000000000000000000000000000000000000000000000000000000000000000000000001"));
        item.put("large", n("1" + "0".repeat(70)));
        item.put("b", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, -1, 127})));
        item.put("bool", AttributeValue.fromBool(true));
        item.put("no", AttributeValue.fromBool(false));
        item.put("null", AttributeValue.fromNul(true));
        item.put("ss", AttributeValue.fromSs(List.of("a", "b")));
        item.put("ns", AttributeValue.fromNs(List.of("1", "2.5", "-3")));
        item.put("bs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("x"), SdkBytes.fromUtf8String("y"))));
        item.put("l", AttributeValue.fromL(List.of(s("a"), n(1), AttributeValue.fromL(List.of()))));
        item.put("m", document());
        item.put("emptyMap", AttributeValue.fromM(Map.of()));
        return item;
    }

    /** Each step is one call; its id keeps the items of a scenario apart from those of the others. */
    enum Scenario {
        ALL_TYPES {
            @Override
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
                return List.of(
                        c -> c.putItem(r -> r.tableName("Sessions").item(allTypes(id))),
                        c -> c.getItem(r -> r.tableName("Sessions").key(Map.of("id", s(id)))),
                        c -> c.getItem(r ->
                                r.tableName("Sessions").key(Map.of("id", s(id))).consistentRead(true)));
            }
        },
        KEY_ONLY_ITEM {
            @Override
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
        CONDITIONS {
            @Override
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
                        new Update(
                                "ADD v :one, ss :ss", Map.of(":one", n(5), ":ss", AttributeValue.fromSs(List.of("q")))),
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
        },
        PUT_AND_DELETE_RETURN_VALUES {
            @Override
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
                                        ":id", n("42.5"), ":p", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {
                                            0
                                        }))))));
            }
        },
        QUERIES_AND_PAGES {
            @Override
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
                        Select.COUNT,
                        Select.ALL_ATTRIBUTES,
                        Select.ALL_PROJECTED_ATTRIBUTES,
                        Select.SPECIFIC_ATTRIBUTES)) {
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
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
                List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
                for (int i = 0; i < 9; i++) {
                    Map<String, AttributeValue> blob = Map.of(
                            "id", n(1000 + i), "part", AttributeValue.fromB(SdkBytes.fromUtf8String(id)), "k", n(i));
                    steps.add(c -> c.putItem(r -> r.tableName("Blobs").item(blob)));
                }
                for (int segment = 0; segment < 3; segment++) {
                    int number = segment;
                    steps.add(c ->
                            c.scan(r -> r.tableName("Blobs").segment(number).totalSegments(3)));
                }
                steps.add(c -> c.scan(r -> r.tableName("Blobs")
                        .filterExpression("k > :k")
                        .projectionExpression("k")
                        .expressionAttributeValues(Map.of(":k", n(4)))));
                steps.add(c -> c.scan(r -> r.tableName("Blobs").limit(4)));
                steps.add(c ->
                        c.scan(r -> r.tableName("Blobs").select(Select.COUNT).consistentRead(true)));
                steps.add(c ->
                        c.scan(r -> r.tableName("Orders").indexName("byStatus").limit(2)));
                return steps;
            }
        },
        BATCHES {
            @Override
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
                                        .returnValuesOnConditionCheckFailure(
                                                ReturnValuesOnConditionCheckFailure.ALL_OLD)),
                                w -> w.put(p -> p.tableName("Orders").item(order(id, 2))),
                                w -> w.delete(d -> d.tableName("Orders")
                                        .key(order(id, 3))
                                        .conditionExpression("attribute_exists(orderId)")))),
                        c -> c.transactGetItems(r -> r.transactItems(
                                g -> g.get(t -> t.tableName("Orders").key(order(id, 1))),
                                g -> g.get(t -> t.tableName("Orders").key(order(id, 2))),
                                g -> g.get(t -> t.tableName("Orders")
                                        .key(order(id, 1))
                                        .projectionExpression("amount, orderId")))),
                        c -> c.transactGetItems(r -> r.transactItems(
                                g -> g.get(t -> t.tableName("Orders").key(order(id, 1))),
                                g -> g.get(t -> t.tableName("Sessions").key(Map.of("id", s(id)))))));
            }
        },
        CAPACITY {
            @Override
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
                List<Function<DynamoDbClient, SdkPojo>> steps = new ArrayList<>();
                for (ReturnConsumedCapacity wanted : ReturnConsumedCapacity.knownValues()) {
                    String key = id + wanted;
                    Map<String, AttributeValue> item = order(key, 1, "status", s(key), "madeAt", n(1));
                    steps.add(c -> c.getItem(
                            r -> r.tableName("Orders").key(order(key, 1)).returnConsumedCapacity(wanted)));
                    steps.add(
                            c -> c.putItem(r -> r.tableName("Orders").item(item).returnConsumedCapacity(wanted)));
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
                    steps.add(c -> c.scan(r ->
                            r.tableName("Numbers").limit(1 + wanted.ordinal()).returnConsumedCapacity(wanted)));
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
            List<Function<DynamoDbClient, SdkPojo>> steps(String id) {
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
        };

        abstract List<Function<DynamoDbClient, SdkPojo>> steps(String id);

        /** The order of a batch's answers is not defined. */
        static SdkPojo ordered(BatchGetItemResponse response) {
            Map<String, List<Map<String, AttributeValue>>> sorted = new HashMap<>();
            response.responses()
                    .forEach((table, items) -> sorted.put(
                            table,
                            items.stream()
                                    .sorted(Comparator.comparing(
                                            item -> new TreeMap<>((Map<?, ?>) Normal.of(item)).toString()))
                                    .toList()));
            return response.toBuilder().responses(sorted).build();
        }
    }
}
