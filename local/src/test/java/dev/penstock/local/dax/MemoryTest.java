package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server's heap: the configured size of the caches, and 64 MB for all else. Measured after a collection. */
@Timeout(300)
class MemoryTest {
    private static final long MIB = 1 << 20;
    private static final long CACHES = Integer.getInteger("penstock.cacheMib", 8) * MIB;
    private static final int CONNECTIONS = Integer.getInteger("penstock.connections", 1_000);

    private EmbeddedDynamo dynamo;
    private DaxServer server;

    @BeforeEach
    void start() throws IOException {
        dynamo = new EmbeddedDynamo();
        server = DaxServer.start(
                dynamo.client(),
                DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS).withCacheBytes(CACHES),
                InstantSource.system());
        try (RawClient client = new RawClient(server.port())) {
            client.call(RawClient.getItem("m"));
            client.call(emptyQuery(0));
        }
    }

    @AfterEach
    void stop() {
        server.close();
        dynamo.close();
    }

    @Test
    void theSmallestItemsDoNotOutgrowTheirCache() throws IOException {
        long before = heap();
        try (RawClient client = new RawClient(server.port())) {
            for (int i = 0; server.metrics().get("EvictedSize") == 0; i++) {
                client.call(RawClient.getItem("m" + i));
            }
        }
        long grown = heap() - before;
        System.out.printf("item cache full: heap grew by %,d bytes of %,d%n", grown, CACHES / 2);
        assertTrue(grown <= CACHES / 2, "grown by " + grown);
    }

    @Test
    void theSmallestResultsDoNotOutgrowTheirCache() {
        DaxMetrics metrics = new DaxMetrics();
        QueryCache results = new QueryCache(CACHES / 2, Duration.ofMinutes(5), InstantSource.system(), metrics);
        long before = heap();
        for (int i = 0; metrics.get("EvictedSize") == 0; i++) {
            byte[] parameters = emptyQuery(i).toByteArray();
            results.put(
                    parameters,
                    new QueryCache.Result(new byte[10], List.of(new AttributeLists.AttributeList(2, List.of()))));
        }
        long grown = heap() - before;
        System.out.printf("query cache full: heap grew by %,d bytes of %,d%n", grown, CACHES / 2);
        assertTrue(grown <= CACHES / 2, "grown by " + grown);
        assertTrue(results.size() > CACHES / 4);
    }

    @Test
    void connectionsAndHalfSentRequestsStayWithinTheirMemory() throws IOException {
        byte[] half = new CborWriter()
                .raw(RawClient.request(Method.GET_ITEM).toByteArray())
                .raw(0x5a) // a byte string, its length in four bytes
                .raw(new byte[] {0, -1, 0, 0})
                .raw(new byte[15 << 20])
                .toByteArray();
        long before = heap();
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                RawClient client = new RawClient(server.port());
                clients.add(client);
                client.call(RawClient.getItem("m"));
            }
            RawClient refused;
            do {
                refused = new RawClient(server.port());
                clients.add(refused);
            } while (arrives(refused, half));
            long grown = heap() - before;
            System.out.printf(
                    "%,d connections, %d of them with a half-sent request: heap grew by %,d bytes of %,d%n",
                    clients.size(), clients.size() - CONNECTIONS - 1, grown, 64 * MIB);
            assertTrue(grown <= 64 * MIB, "grown by " + grown);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        await(() -> server.connections() == 0);
        assertEquals(DaxLimits.defaults().memory(), server.memoryLeft(), "all memory was given back");
    }

    /** Sends a request's first bytes; false when the server closes the connection meanwhile. */
    private boolean arrives(RawClient client, byte[] half) {
        long left = server.memoryLeft();
        try {
            client.send(half);
        } catch (IOException closed) {
            return false;
        }
        await(() -> server.memoryLeft() <= left - half.length || server.memoryLeft() >= left);
        return server.memoryLeft() < left;
    }

    private static CborWriter emptyQuery(int limit) {
        CborWriter condition = new CborWriter().array(3).integer(1);
        condition
                .array(3)
                .integer(0)
                .array(2)
                .integer(18)
                .text("customerId")
                .array(2)
                .integer(17)
                .integer(0);
        condition.array(1).text("c");
        return RawClient.bytes(RawClient.request(Method.QUERY), "Orders")
                .bytes(condition.toByteArray())
                .raw(0xbf)
                .integer(Options.LIMIT)
                .integer(limit + 1)
                .raw(0xff);
    }

    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static void await(BooleanSupplier condition) {
        Await.until(Duration.ofSeconds(60), "the server", condition);
    }
}
