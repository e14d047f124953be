package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The official Java client 2.0.10 connects and works: sync and async. */
@Timeout(60)
class JavaClientTest {
    private static EmbeddedDynamo dynamo;
    private static DaxServer server;
    private static DynamoDbClient dax;

    @BeforeAll
    static void start() {
        dynamo = new EmbeddedDynamo();
        server = DaxServer.start(
                dynamo.client(), DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS), InstantSource.system());
        dax = DaxClients.sync(server.url());
    }

    @AfterAll
    static void stop() {
        dax.close();
        server.close();
        dynamo.close();
    }

    @Test
    void whatIsPutIsRead() {
        Map<String, AttributeValue> item = session("s1", "hello");
        dax.putItem(put -> put.tableName(EmbeddedDynamo.SESSIONS).item(item));
        assertEquals(
                item,
                dax.getItem(get -> get.tableName(EmbeddedDynamo.SESSIONS).key(key("s1")))
                        .item());
        assertEquals(
                item,
                dynamo.client()
                        .getItem(get -> get.tableName(EmbeddedDynamo.SESSIONS).key(key("s1")))
                        .item());
    }

    @Test
    void aMissingItemIsNone() {
        assertFalse(dax.getItem(get -> get.tableName(EmbeddedDynamo.SESSIONS).key(key("none")))
                .hasItem());
    }

    @Test
    void theAsyncClientReadsToo() {
        try (DynamoDbAsyncClient async = DaxClients.async(server.url())) {
            Map<String, AttributeValue> item = session("s2", "async");
            async.putItem(put -> put.tableName(EmbeddedDynamo.SESSIONS).item(item))
                    .join();
            assertEquals(
                    item,
                    async.getItem(get -> get.tableName(EmbeddedDynamo.SESSIONS).key(key("s2")))
                            .join()
                            .item());
        }
    }

    @Test
    void anUnknownTableIsTold() {
        assertThrows(
                ResourceNotFoundException.class,
                () -> dax.getItem(get -> get.tableName("Nowhere").key(key("s1"))));
    }

    @Test
    void whatDaxDoesNotHaveTheClientItselfRefuses() {
        assertThrows(UnsupportedOperationException.class, () -> dax.listTables());
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    private static Map<String, AttributeValue> session(String id, String data) {
        return Map.of("id", AttributeValue.fromS(id), "data", AttributeValue.fromS(data));
    }
}
