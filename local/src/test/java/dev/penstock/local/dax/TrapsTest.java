package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** Where clients hang or misread without a word (docs/DAX-PROTOCOL.md has the list): one test for each. */
@Timeout(60)
class TrapsTest {
    private static final int MAP_STREAM = 0xbf;
    private static EmbeddedDynamo dynamo;
    private static DaxServer server;

    @BeforeAll
    static void start() {
        dynamo = new EmbeddedDynamo();
        server = DaxServer.start(
                dynamo.client(),
                DaxSettings.defaults()
                        .withPorts(0, DaxSettings.NO_TLS)
                        .withNodes(3)
                        .withLimits(DaxLimits.defaults().withAttributeListBytes(4_000)),
                InstantSource.system());
    }

    @AfterAll
    static void stop() {
        server.close();
        dynamo.close();
    }

    @Test
    void answersAreMapsOfIndefiniteLength() throws IOException {
        dynamo.client().putItem(r -> r.tableName("Sessions").item(RawClient.session("wire", "x")));
        try (RawClient client = new RawClient(server.port())) {
            assertEquals(
                    MAP_STREAM, body(client.call(RawClient.getItem("wire"))).peek());
            CborWriter put = RawClient.bytes(RawClient.bytes(RawClient.request(Method.PUT_ITEM), "Sessions"), "wire");
            put.bytes(new CborWriter().integer(1))
                    .raw(MAP_STREAM)
                    .integer(7)
                    .integer(2)
                    .raw(0xff);
            assertEquals(MAP_STREAM, body(client.call(put)).peek());
            CborWriter scan =
                    RawClient.bytes(RawClient.request(Method.SCAN), "Sessions").nul();
            assertEquals(MAP_STREAM, body(client.call(scan)).peek());
            CborWriter delete = RawClient.bytes(
                            RawClient.bytes(RawClient.request(Method.DELETE_ITEM), "Sessions"), "wire")
                    .nul();
            assertEquals(MAP_STREAM, body(client.call(delete)).peek());
        }
    }

    @Test
    void updatedAttributesAreAMapOfIndefiniteLengthToo() throws IOException {
        CborWriter set = new CborWriter().array(3).integer(1).array(1).array(3).integer(19);
        set.array(2)
                .integer(18)
                .text("v")
                .array(2)
                .integer(17)
                .integer(0)
                .array(1)
                .integer(42);
        try (RawClient client = new RawClient(server.port())) {
            CborWriter update =
                    RawClient.bytes(RawClient.bytes(RawClient.request(Method.UPDATE_ITEM), "Sessions"), "wire-updated");
            update.raw(MAP_STREAM).integer(8).bytes(set).integer(7).integer(5).raw(0xff);
            CborReader answer = body(client.call(update));
            answer.readMap();
            assertEquals(ResponseField.ATTRIBUTES, answer.readInt());
            CborReader attributes = answer.readNested();
            attributes.readInteger();
            assertEquals(MAP_STREAM, attributes.peek());
        }
    }

    @Test
    void definingAttributeListsNeverFailsAndKeepsWithinItsBytes() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            for (int i = 0; i < 500; i++) {
                assertNotEquals(0, define(client, "name" + i));
            }
            long first = define(client, "name0");
            assertEquals(first, define(client, "name0"), "a number is derived from the names: it survives forgetting");
            CborReader names = body(
                    client.call(RawClient.request(Method.DEFINE_ATTRIBUTE_LIST).integer(first)));
            assertEquals(1, names.readArray());
            assertEquals("name0", names.readText());
        }
    }

    @Test
    void namesOfAttributesComeWithAndWithoutATag() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            CborWriter bare = RawClient.request(Method.DEFINE_ATTRIBUTE_LIST_ID)
                    .array(2)
                    .text("a")
                    .text("b");
            CborWriter tagged = RawClient.request(Method.DEFINE_ATTRIBUTE_LIST_ID)
                    .tag(Cbor.TAG_STRING_SET)
                    .array(2)
                    .text("a")
                    .text("b");
            assertEquals(
                    body(client.call(bare)).readInteger(),
                    body(client.call(tagged)).readInteger());
        }
    }

    @Test
    void aSessionMayBeNullTextOrBytes() throws IOException {
        List<Consumer<CborWriter>> sessions =
                List.of(CborWriter::nul, out -> out.text("123456"), out -> out.bytes(new byte[] {1, 2}));
        for (Consumer<CborWriter> session : sessions) {
            for (boolean framed : new boolean[] {true, false}) {
                try (RawClient client = new RawClient(server.port(), framed, session)) {
                    CborReader answer = client.call(RawClient.request(Method.ENDPOINTS));
                    assertEquals(0, answer.readArray());
                    assertEquals(3, answer.readArray());
                }
            }
        }
    }

    @Test
    void endpointsNameNodesByAddressWithOneLeader() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            CborReader answer = client.call(RawClient.request(Method.ENDPOINTS));
            answer.readArray();
            int nodes = answer.readArray();
            int leaders = 0;
            for (int i = 0; i < nodes; i++) {
                int members = answer.readMap();
                for (int k = 0; k < members; k++) {
                    switch (answer.readInt()) {
                        case 1 ->
                            assertEquals("127.0.0.1", answer.readText(), "Node clients ask DNS, not the hosts file");
                        case 2 -> assertArrayEquals(new byte[] {127, 0, 0, 1}, answer.readBytes());
                        case 4 -> leaders += answer.readInt() == 1 ? 1 : 0;
                        default -> answer.skip();
                    }
                }
            }
            assertEquals(1, leaders);
        }
    }

    @Test
    void cancellationReasonsComeInTheOrderOfTheActions() throws IOException {
        dynamo.client().putItem(r -> r.tableName("Sessions").item(RawClient.session("there", "x")));
        byte[] exists = new CborWriter()
                .array(3)
                .integer(1)
                .array(2)
                .integer(11)
                .array(2)
                .integer(18)
                .text("id")
                .array(0)
                .toByteArray();
        byte[] absent = new CborWriter()
                .array(3)
                .integer(1)
                .array(2)
                .integer(12)
                .array(2)
                .integer(18)
                .text("id")
                .array(0)
                .toByteArray();
        CborWriter transaction = RawClient.request(Method.TRANSACT_WRITE_ITEMS)
                .array(2)
                .integer(12)
                .integer(12);
        RawClient.bytes(RawClient.bytes(transaction.array(2), "Sessions"), "Sessions");
        RawClient.bytes(RawClient.bytes(transaction.array(2), "there"), "nowhere")
                .nul()
                .nul();
        transaction
                .array(2)
                .integer(2)
                .integer(2)
                .array(2)
                .bytes(absent)
                .bytes(exists)
                .nul()
                .nul();
        try (RawClient client = new RawClient(server.port())) {
            CborReader answer = client.call(transaction);
            assertArrayEquals(new int[] {4, 37, 38, 39, 58}, RawClient.codes(answer));
            answer.skip();
            assertEquals(4, answer.readArray());
            answer.skip();
            assertEquals("TransactionCanceledException", answer.readText());
            assertEquals(400, answer.readInt());
            assertEquals(6, answer.readArray());
            assertEquals("ConditionalCheckFailed", answer.readText());
            answer.skip();
            assertTrue(answer.readBytes().length > 0, "the item that is there");
            assertEquals("ConditionalCheckFailed", answer.readText());
            answer.skip();
            assertTrue(answer.tryNull());
        }
    }

    @Test
    void theJavaClientReadsAttributesAndItsQueriesAndScansComplete() throws Exception {
        try (DynamoDbClient dax = DaxClients.sync(server.url())) {
            dax.putItem(r -> r.tableName("Sessions").item(RawClient.session("complete", "x")));
            assertEquals(
                    RawClient.session("complete", "x"),
                    dax.deleteItem(r -> r.tableName("Sessions")
                                    .key(Map.of("id", AttributeValue.fromS("complete")))
                                    .returnValues(ReturnValue.ALL_OLD))
                            .attributes());
            assertEquals(
                    0,
                    dax.query(r -> r.tableName("Orders")
                                    .keyConditionExpression("customerId = :c")
                                    .expressionAttributeValues(Map.of(":c", AttributeValue.fromS("nobody"))))
                            .count());
            assertEquals(0, dax.scan(r -> r.tableName("Blobs")).count());
        }
    }

    @Test
    void anItemOfAThousandNewNamesIsPutAtOnce() {
        Map<String, AttributeValue> item = new HashMap<>(RawClient.session("wide", "x"));
        IntStream.range(0, 1_000).forEach(i -> item.put("name" + i, AttributeValue.fromN("" + i)));
        try (DynamoDbClient dax = DaxClients.sync(server.url())) {
            dax.putItem(r -> r.tableName("Sessions").item(item));
            assertEquals(
                    item,
                    dax.getItem(r -> r.tableName("Sessions").key(Map.of("id", AttributeValue.fromS("wide"))))
                            .item());
        }
    }

    @Test
    void optionsMayBeNullOrAnEmptyMap() throws IOException {
        dynamo.client().putItem(r -> r.tableName("Sessions").item(RawClient.session("bare", "x")));
        try (RawClient client = new RawClient(server.port())) {
            CborWriter withNull = RawClient.getItem("bare");
            CborWriter withNone = RawClient.bytes(
                            RawClient.bytes(RawClient.request(Method.GET_ITEM), "Sessions"), "bare")
                    .raw(MAP_STREAM)
                    .raw(0xff);
            for (CborWriter request : List.of(withNull, withNone)) {
                assertEquals(MAP_STREAM, body(client.call(request)).peek());
            }
        }
    }

    @Test
    void answersAreFramedForLayeringOneAndBareForLayeringZero() throws IOException {
        for (boolean framed : new boolean[] {true, false}) {
            try (RawClient client = new RawClient(server.port(), framed, CborWriter::nul)) {
                assertEquals(
                        3,
                        body(client.call(RawClient.request(Method.ENDPOINTS))).readArray());
            }
        }
    }

    private static long define(RawClient client, String name) throws IOException {
        return body(client.call(RawClient.request(Method.DEFINE_ATTRIBUTE_LIST_ID)
                        .array(1)
                        .text(name)))
                .readInteger();
    }

    private static CborReader body(CborReader answer) {
        assertArrayEquals(new int[0], RawClient.codes(answer));
        return answer;
    }
}
