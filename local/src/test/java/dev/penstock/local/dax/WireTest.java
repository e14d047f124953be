package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What docs/DAX-PROTOCOL.md says of the bytes. */
@Timeout(60)
class WireTest {
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
    void aNumberMeansTheSameAfterARestart() {
        long before =
                new AttributeLists(1_000).define(List.of("data", "expiresAt")).id();
        assertEquals(
                before,
                new AttributeLists(1_000).define(List.of("data", "expiresAt")).id());
        assertTrue(before > 1 && before < 1L << 48, "a JavaScript number holds it: " + before);
        assertEquals(1, new AttributeLists(1_000).define(List.of()).id());
    }

    @Test
    void cachedItemsStayReadableWhenTheirAttributeListWasForgotten() throws IOException {
        try (DynamoDbClient dax = DaxClients.sync(server.url());
                RawClient client = new RawClient(server.port())) {
            Map<String, AttributeValue> item = RawClient.session("forgotten", "kept");
            dax.putItem(r -> r.tableName("Sessions").item(item));
            for (int i = 0; i < 200; i++) {
                define(client, "filler" + i);
            }
            try (DynamoDbClient fresh = DaxClients.sync(server.url())) {
                assertEquals(
                        item,
                        fresh.getItem(r -> r.tableName("Sessions").key(Map.of("id", AttributeValue.fromS("forgotten"))))
                                .item());
            }
        }
    }

    @Test
    void anItemWithAnUnknownAttributeListIsRefusedAndTheConnectionStays() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            CborWriter put = RawClient.bytes(RawClient.bytes(RawClient.request(Method.PUT_ITEM), "Sessions"), "x");
            put.bytes(new CborWriter().integer(987654321).text("v")).nul();
            assertArrayEquals(new int[] {4, 37, 38, 39, 46}, RawClient.codes(client.call(put)));
            assertEquals(
                    3, body(client.call(RawClient.request(Method.ENDPOINTS))).readArray());
        }
    }

    @Test
    void anUnknownMethodIsToldAndEndsTheConnection() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            int describeTable = -819330193;
            CborReader answer = client.call(new CborWriter().integer(1).integer(describeTable));
            assertTrue(RawClient.codes(answer).length > 0);
            assertTrue(answer.readText().contains("not simulated"));
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void tableNamesInBatchesAreTextOrBytes() throws IOException {
        dynamo.client().putItem(r -> r.tableName("Sessions").item(RawClient.session("named", "x")));
        for (boolean text : new boolean[] {true, false}) {
            try (RawClient client = new RawClient(server.port())) {
                CborWriter batch = RawClient.request(Method.BATCH_GET_ITEM).map(1);
                if (text) {
                    batch.text("Sessions");
                } else {
                    RawClient.bytes(batch, "Sessions");
                }
                RawClient.bytes(batch.array(3).bool(false).nul().array(1), "named")
                        .nul();
                CborReader answer = body(client.call(batch));
                assertEquals(2, answer.readArray());
                assertEquals(1, answer.readMap());
                assertEquals("Sessions", answer.readText());
                assertEquals(2, answer.readArray(), "key and item in turn");
            }
        }
    }

    @Test
    void aRequestCutIntoSingleBytesIsARequest() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            for (byte one : RawClient.getItem("nobody").toByteArray()) {
                client.send(new byte[] {one});
            }
            assertTrue(body(new CborReader(client.answer())).tryNull(), "no item: the whole body is null");
        }
    }

    @Test
    void requestsOfOnePacketAreAnsweredInOrder() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            CborWriter many = new CborWriter();
            IntStream.range(0, 50)
                    .forEach(i -> many.raw(RawClient.request(i % 2 == 0 ? Method.ENDPOINTS : Method.GET_ITEM)
                                    .toByteArray())
                            .raw(i % 2 == 0 ? new byte[0] : tail(RawClient.getItem("nobody"))));
            client.send(many);
            for (int i = 0; i < 50; i++) {
                CborReader body = body(new CborReader(client.answer()));
                assertEquals(i % 2 != 0, body.tryNull());
            }
        }
    }

    private static byte[] tail(CborWriter request) {
        int head = RawClient.request(Method.GET_ITEM).size();
        return Arrays.copyOfRange(request.toByteArray(), head, request.size());
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
