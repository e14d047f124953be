package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Three nodes: any of them, the leader too, may stop under load while the official client keeps answering. */
@Timeout(120)
class ClusterTest {
    private static final int NODES = 3;
    private static EmbeddedDynamo dynamo;

    @BeforeAll
    static void startStore() {
        dynamo = new EmbeddedDynamo();
    }

    @AfterAll
    static void stopStore() {
        dynamo.close();
    }

    private static DaxServer start(int nodes) {
        return DaxServer.start(
                dynamo.client(),
                DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS).withNodes(nodes),
                InstantSource.system());
    }

    @Test
    void theClientKeepsAnsweringWhileNodesStop() throws Exception {
        try (DaxServer server = start(NODES);
                DynamoDbClient dax = DaxClients.sync(server.url());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            dax.putItem(r -> r.tableName("Sessions").item(RawClient.session("hot", "x")));
            for (int node = 0; node < NODES; node++) {
                List<CompletableFuture<Void>> load = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    load.add(CompletableFuture.runAsync(() -> readOften(dax, 300), threads));
                }
                server.stopNode(node);
                CompletableFuture.allOf(load.toArray(CompletableFuture[]::new)).join();
                readOften(dax, 100);
                assertEquals(NODES - 1, endpoints(server).size());
                server.startNode(node);
                assertEquals(NODES, endpoints(server).size());
            }
        }
    }

    @Test
    void aStoppedNodeComesBackOnItsPort() throws IOException {
        try (DaxServer server = start(1)) {
            int port = server.port();
            server.stopNode(0);
            assertTrue(refuses(port), "a stopped node takes no connections");
            server.startNode(0);
            assertEquals(port, server.port());
            assertEquals(List.of(port), endpoints(server));
        }
    }

    /** The socket is closed by the thread that was accepting, a moment after stopNode. */
    private static boolean refuses(int port) {
        for (int i = 0; i < 1_000; i++) {
            try {
                new RawClient(port).close();
            } catch (IOException refused) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whatIsWrittenOnOneNodeIsReadOnTheOthers() throws IOException {
        try (DaxServer server = start(NODES);
                DynamoDbClient dax = DaxClients.sync(server.url())) {
            dax.putItem(r -> r.tableName("Sessions").item(RawClient.session("shared", "x")));
            for (int port : endpoints(server)) {
                try (RawClient client = new RawClient(port)) {
                    client.call(RawClient.getItem("shared"));
                }
            }
            assertEquals(NODES, server.metrics().get("ItemCacheHits"));
        }
    }

    @Test
    void aTakenPortIsToldWithItsNumber() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            DaxSettings settings = DaxSettings.defaults().withPorts(taken.getLocalPort(), DaxSettings.NO_TLS);
            Exception refused = assertThrows(
                    Exception.class, () -> DaxServer.start(dynamo.client(), settings, InstantSource.system()));
            assertTrue(refused.getMessage().contains(String.valueOf(taken.getLocalPort())), refused.getMessage());
        }
    }

    private static void readOften(DynamoDbClient dax, int times) {
        for (int i = 0; i < times; i++) {
            assertTrue(dax.getItem(r -> r.tableName("Sessions").key(Map.of("id", AttributeValue.fromS("hot"))))
                    .hasItem());
        }
    }

    private static List<Integer> endpoints(DaxServer server) throws IOException {
        List<Integer> ports = new ArrayList<>();
        try (RawClient client = new RawClient(server.port())) {
            CborReader answer = client.call(RawClient.request(Method.ENDPOINTS));
            answer.readArray();
            for (int nodes = answer.readArray(); nodes > 0; nodes--) {
                for (int members = answer.readMap(); members > 0; members--) {
                    if (answer.readInt() == 3) {
                        ports.add(answer.readInt());
                    } else {
                        answer.skip();
                    }
                }
            }
        }
        return ports;
    }
}
