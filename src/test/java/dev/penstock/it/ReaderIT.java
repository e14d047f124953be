package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The deployed session lookup behind its function URL reads through the DAX cluster that its stack declares. */
class ReaderIT {
    private static final int READS = 40;

    private static final String SIGNED = "Authorization: AWS4-HMAC-SHA256"
            + " Credential=local/20261122/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0";

    @Test
    void theSessionLookupReadsThroughTheClusterOfItsStack() throws Exception {
        try (var runtime = LocalRuntime.start(Options.inMemory().withAssembly(Stage.local()))) {
            var url = runtime.report().outputs().values().stream()
                    .flatMap(outputs -> outputs.values().stream())
                    .filter(value -> value.startsWith("http") && value.contains("lambda-url"))
                    .findFirst()
                    .orElseThrow();
            var dynamo = runtime.clients().of(DynamoDbClient.class);
            var expiresAt = runtime.clock().instant().plus(Duration.ofHours(1)).getEpochSecond();
            put(dynamo, "s-1", expiresAt);

            for (int read = 0; read < READS; read++) { // each node of a cluster has a cache of its own
                assertEquals(200, get(url, "/sessions/s-1"));
            }
            dynamo.deleteItem(r -> r.tableName("Sessions").key(Map.of("sessionId", AttributeValue.fromS("s-1"))));
            assertEquals(200, get(url, "/sessions/s-1"), "DAX has not seen the write that bypassed it");
            assertEquals(404, get(url, "/sessions/s-2"));
            long hits = runtime.dax().metrics().get("ItemCacheHits");
            assertTrue(hits > READS / 2, hits + " hits");
        }
    }

    private static void put(DynamoDbClient dynamo, String id, long expiresAt) {
        dynamo.putItem(r -> r.tableName("Sessions")
                .item(Map.of(
                        "sessionId", AttributeValue.fromS(id),
                        "customerId", AttributeValue.fromS("c-1"),
                        "expiresAt", AttributeValue.fromN(Long.toString(expiresAt)),
                        "data", AttributeValue.fromS("{}"))));
    }

    /** By socket, because not every resolver knows that names under localhost are this machine. */
    private static int get(String url, String path) throws IOException {
        var address = URI.create(url);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            socket.setSoTimeout(60_000);
            var request = "GET " + path + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n" + SIGNED
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ", 3)[1]);
        }
    }
}
