package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slow, greedy and broken clients hold neither threads nor memory. Waiting time is moved by the test. */
@Timeout(60)
class LimitsTest {
    private static final DaxLimits LIMITS =
            DaxLimits.defaults().withTimes(Duration.ofMinutes(10), Duration.ofSeconds(30));
    private static EmbeddedDynamo dynamo;
    private final AtomicLong nanos = new AtomicLong();
    private DaxServer server;

    @BeforeAll
    static void startStore() {
        dynamo = new EmbeddedDynamo();
        for (int i = 0; i < 12; i++) {
            String id = "large" + i;
            dynamo.client().putItem(r -> r.tableName("Sessions").item(RawClient.session(id, "x".repeat(80_000))));
        }
    }

    @AfterAll
    static void stopStore() {
        dynamo.close();
    }

    private void start(DaxLimits limits) {
        server = DaxServer.start(
                dynamo.client(),
                DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS).withLimits(limits),
                InstantSource.system(),
                Runnable::run,
                nanos::get);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRequestThatDoesNotArriveInTimeEndsTheConnection() throws IOException {
        start(LIMITS);
        byte[] request = RawClient.getItem("x").toByteArray();
        try (RawClient client = new RawClient(server.port())) {
            client.call(RawClient.getItem("x"));
            client.send(Arrays.copyOf(request, request.length - 1));
            awaitTransfer();
            assertTrue(client.isClosedByServer());
        }
        await(() -> server.connections() == 0);
    }

    /** Waits until the server has begun to read a request: then 31 seconds are too long for it, while idle they aren't. */
    private void awaitTransfer() {
        await(() -> {
            nanos.addAndGet(Duration.ofSeconds(31).toNanos());
            server.closeOverdue(nanos.get());
            return server.connections() == 0;
        });
    }

    @Test
    void aSilentClientIsLetGoAfterTheIdleTime() throws IOException {
        start(LIMITS);
        try (RawClient client = new RawClient(server.port())) {
            client.call(RawClient.getItem("x"));
            await(() -> server.idleConnections() == 1);
            nanos.addAndGet(Duration.ofMinutes(9).toNanos());
            server.closeOverdue(nanos.get());
            client.call(RawClient.getItem("x"));
            await(() -> {
                nanos.addAndGet(Duration.ofMinutes(11).toNanos());
                server.closeOverdue(nanos.get());
                return server.connections() == 0;
            });
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void aClientThatDoesNotReadIsLetGo() throws IOException {
        start(LIMITS);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RawClient client = new RawClient(server.port());
            clients.add(client);
            CborWriter scan =
                    RawClient.bytes(RawClient.request(Method.SCAN), "Sessions").nul();
            for (int k = 0; k < 40; k++) {
                client.send(scan);
            }
        }
        await(() -> server.connections() == clients.size());
        await(() -> {
            nanos.addAndGet(Duration.ofMinutes(11).toNanos());
            server.closeOverdue(nanos.get());
            return server.connections() == 0;
        });
        for (RawClient client : clients) {
            assertTrue(client.isClosedByServer());
            client.close();
        }
    }

    @Test
    void largeAnswersBeyondTheirMemoryAreThrottled() throws IOException {
        start(LIMITS.withMemory(64 * 1024));
        try (RawClient client = new RawClient(server.port())) {
            CborReader refused = client.call(
                    RawClient.bytes(RawClient.request(Method.SCAN), "Sessions").nul());
            assertArrayEquals(new int[] {4, 37, 38, 39, 50}, RawClient.codes(refused));
            assertArrayEquals(new int[0], RawClient.codes(client.call(RawClient.getItem("nobody"))));
        }
    }

    @Test
    void aRequestBeyondTheMemoryForRequestsEndsItsConnectionOnly() throws IOException {
        start(LIMITS.withMemory(2 * Connection.IDLE_BYTES + 10_000));
        byte[] half = new CborWriter()
                .raw(RawClient.request(Method.GET_ITEM).toByteArray())
                .raw(0x5a)
                .raw(0)
                .raw(1)
                .raw(0)
                .raw(0)
                .raw(new byte[30_000])
                .toByteArray();
        try (RawClient greedy = new RawClient(server.port());
                RawClient other = new RawClient(server.port())) {
            greedy.send(half);
            assertTrue(greedy.isClosedByServer());
            assertArrayEquals(new int[0], RawClient.codes(other.call(RawClient.getItem("nobody"))));
        }
    }

    @Test
    void aLengthThatOnlyPromisesBytesCostsNone() throws IOException {
        start(LIMITS);
        try (RawClient client = new RawClient(server.port())) {
            client.send(
                    RawClient.request(Method.GET_ITEM).raw(0x5b).raw(new byte[] {0x7f, -1, -1, -1, -1, -1, -1, -1}));
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        start(LIMITS);
        try (RawClient client = new RawClient(server.port())) {
            CborWriter nested = RawClient.request(Method.GET_ITEM);
            for (int i = 0; i < 10_000; i++) {
                nested.raw(0x9f);
            }
            client.send(nested);
            assertTrue(client.isClosedByServer());
        }
        AttributeLists lists = new AttributeLists(1_000);
        CborWriter value = new CborWriter().integer(lists.define(List.of("a")).id());
        for (int i = 0; i < 10_000; i++) {
            value.array(1);
        }
        CborReader in = new CborReader(value.nul().toByteArray());
        assertThrows(MalformedRequestException.class, () -> new Items(lists).read(in, RawClient.session("x", "y")));
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnce() throws IOException {
        start(LIMITS.withConnections(2));
        try (RawClient first = new RawClient(server.port());
                RawClient second = new RawClient(server.port())) {
            first.call(RawClient.getItem("x"));
            second.call(RawClient.getItem("x"));
            try (RawClient third = new RawClient(server.port())) {
                assertTrue(third.isClosedByServer());
            } catch (IOException resetWhileConnecting) {
                assertEquals(2, server.connections());
            }
            first.call(RawClient.getItem("x"));
        }
    }

    @Test
    void connectionsThatComeAndGoLeaveNothing() throws IOException {
        start(LIMITS);
        for (int i = Integer.getInteger("penstock.tries", 1_000); i > 0; i--) {
            RawClient client = new RawClient(server.port());
            client.call(RawClient.getItem("x"));
            client.reset();
        }
        await(() -> server.connections() == 0);
        assertEquals(0, server.metrics().get("ClientConnections"));
    }

    private static void await(BooleanSupplier condition) {
        Await.until(Duration.ofSeconds(30), "the server", condition);
    }
}
